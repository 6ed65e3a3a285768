"""The origin on a cluster: Traefik and cert-manager installed, a certificate issued, nothing but its paths let in."""

import base64
import json
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx
import pytest
import yaml

from tests.kubernetes.charts import ingress_charts
from tests.kubernetes.cluster import Namespace, cluster_variables, kubectl
from tests.support.certificates import Authority

BUSYBOX = cluster_variables().get("tests_busybox_image", "docker.io/library/busybox:1")
PEBBLE = cluster_variables().get("tests_pebble_image", "ghcr.io/letsencrypt/pebble:2.10.1")
DEPLOY = ("playbooks/deploy.yml", "--tags", "ingress_tls")

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@dataclass
class Edge:
    """The origin as a browser sees it, at its load balancer."""

    namespace: Namespace
    host: str

    @property
    def address(self) -> str:
        ingress = json.loads(self.namespace.kubectl("get", "ingress/todo", "-o", "json"))
        address: str = ingress["status"]["loadBalancer"]["ingress"][0]["ip"]
        return address

    def root(self) -> str:
        """What an operator trusts: the authority that the role tells of."""
        secret = json.loads(
            kubectl("get", "secret", "-n", "cert-manager", f"{self.namespace.name}-selfsigned", "-o", "json")
        )
        return base64.b64decode(secret["data"]["tls.crt"]).decode()

    def get(self, path: str, *, scheme: str = "https", host: str | None = None) -> httpx.Response:
        trust = ssl.create_default_context(cadata=self.root())
        name = host or self.host
        with httpx.Client(verify=trust) as client:
            url = httpx.URL(f"{scheme}://{self.address}", raw_path=path.encode())
            return client.get(url, headers={"Host": name}, extensions={"sni_hostname": self.host})


def pod(name: str, command: str, image: str = BUSYBOX, **labels: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name, **labels}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {
                    "name": name,
                    "image": image,
                    "command": ["/bin/busybox", "sh", "-c", command],
                    "securityContext": RESTRICTED,
                    "volumeMounts": [{"name": "site", "mountPath": "/site"}],
                }
            ],
            "volumes": [{"name": "site", "emptyDir": {}}],
        },
    }


def service(name: str, port: int, target: int) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": port, "targetPort": target}]},
    }


SERVE = """
cd /site && mkdir -p api/v1 internal events dapr job mcp bindings-cron-reminder-check
for path in healthz api/v1/tasks internal/x events/x dapr/subscribe job/x bindings-cron-reminder-check/x; do
    mkdir -p "$(/bin/busybox dirname $path)" && echo served > $path
done
exec /bin/busybox httpd -f -p 8000 -h /site
""".replace("mkdir", "/bin/busybox mkdir")


def make(namespace: Namespace, *objects: Mapping[str, object]) -> None:
    namespace.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(objects))


def stand_in(namespace: Namespace) -> None:
    """A namespace as the platform makes it, with something in the backend's place."""
    kubectl("create", "namespace", namespace.name)
    kubectl("label", "namespace", namespace.name, "todochat.platform/owner=true")
    make(
        namespace,
        pod("todo-backend", SERVE, **{"todochat.platform/serves-web": "true"}),
        service("todo-backend", 80, 8000),
    )


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    # Without a front end nothing is at /, so that what else is there is seen.
    return {**ingress_charts(tmp_path_factory.mktemp("charts")), "ingress_tls_frontend_service": ""}


@pytest.fixture(scope="module")
def edge(new_namespace: Callable[..., Namespace], origin: dict[str, object]) -> Iterator[Edge]:
    namespace = new_namespace(**origin)
    host = f"{namespace.name}.localhost"
    namespace.variables["todochat_public_url"] = f"https://{host}"
    namespace.play(*DEPLOY, "--check")
    stand_in(namespace)
    namespace.play(*DEPLOY)
    yield Edge(namespace, host)
    namespace.play("playbooks/teardown.yml", check=False)


def test_what_cannot_work_is_said_before_anything_is_changed(new_namespace: Callable[..., Namespace]) -> None:
    namespace = new_namespace(
        todochat_public_url="https://192.0.2.1", ingress_tls_issuer="acme", ingress_tls_service_type="NodePort"
    )

    run = namespace.play(*DEPLOY, check=False)

    assert run.code != 0
    assert "192-0-2-1.sslip.io" in run.output
    assert "ingress_tls_acme_server" in run.output
    assert "30000 to 32767" in run.output
    assert kubectl("get", "namespace", namespace.name, "--ignore-not-found") == ""


def test_the_origin_answers_over_tls_that_its_root_verifies(edge: Edge) -> None:
    assert edge.get("/healthz").text == "served\n"
    assert edge.get("/api/v1/tasks").status_code == 200


def test_a_second_run_changes_nothing(edge: Edge) -> None:
    second = edge.namespace.play(*DEPLOY)

    assert second.changed == 0
    assert edge.namespace.play(*DEPLOY, "--check").changed == 0


@pytest.mark.parametrize(
    "path",
    [
        "/internal/x",
        "/events/x",
        "/dapr/subscribe",
        "/job/x",
        "/bindings-cron-reminder-check/x",
        "/api/../internal/x",
        "/api/%2e%2e/internal/x",
        "//internal/x",
        "/healthz/../internal/x",
        "/api%2f..%2finternal/x",
    ],
)
def test_what_only_sidecars_may_call_is_not_there(edge: Edge, path: str) -> None:
    # A path that spells a slash in another way is refused altogether.
    assert edge.get(path).status_code in ((400, 404) if "%2f" in path else (404,))


def test_another_host_is_not_answered(edge: Edge) -> None:
    assert edge.get("/healthz", host="elsewhere.localhost").status_code == 404


def test_plain_http_is_redirected(edge: Edge) -> None:
    answer = edge.get("/healthz?a=b", scheme="http")

    assert answer.status_code in (301, 308)
    assert answer.headers["location"] == f"https://{edge.host}/healthz?a=b"


def test_a_pod_of_another_namespace_reaches_the_origin_only(
    edge: Edge, new_namespace: Callable[..., Namespace]
) -> None:
    stranger = new_namespace()
    kubectl("create", "namespace", stranger.name)
    make(stranger, pod("stranger", "exec /bin/busybox sleep 600"))
    stranger.kubectl("wait", "--for=condition=Ready", "pod/stranger", "--timeout=60s")
    backend = json.loads(edge.namespace.kubectl("get", "pod/todo-backend", "-o", "json"))["status"]["podIP"]

    def reaches(host: str, port: int) -> bool:
        command = f"/bin/busybox nc -w 3 {host} {port} </dev/null && echo reached"
        return "reached" in stranger.kubectl("exec", "stranger", "--", "/bin/busybox", "sh", "-c", command, check=False)

    traefik = json.loads(kubectl("get", "service/traefik", "-n", "traefik", "-o", "json"))["spec"]["clusterIP"]
    assert reaches(traefik, 443)
    assert not reaches(backend, 8000)


def test_verify_finds_the_origin(edge: Edge) -> None:
    # The stand-in is no platform: that the journey fails at its answer shows that it got there, over TLS.
    run = edge.namespace.play("playbooks/verify.yml", check=False)

    assert "GET /readyz answered 404 instead of 200" in run.output


# --- an ACME authority ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def acme(new_namespace: Callable[..., Namespace], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Variables for Pebble, Let's Encrypt's own test server."""
    namespace = new_namespace()
    host = f"pebble.{namespace.name}.svc.cluster.local"
    directory = tmp_path_factory.mktemp("pebble")
    authority = Authority.create(directory / "authority")
    identity = authority.issue("pebble", directory / "pebble", host=host)
    kubectl("create", "namespace", namespace.name)
    files = {
        "cert.pem": identity.certificate.read_text(),
        "key.pem": identity.key.read_text(),
        "config.json": json.dumps(
            {
                "pebble": {
                    "listenAddress": "0.0.0.0:14000",
                    "managementListenAddress": "0.0.0.0:15000",
                    "certificate": "/etc/pebble/cert.pem",
                    "privateKey": "/etc/pebble/key.pem",
                    "httpPort": 80,
                    "tlsPort": 443,
                }
            }
        ),
    }
    server = pod("pebble", "", PEBBLE)
    [container] = server["spec"]["containers"]  # type: ignore[index]
    del container["command"]
    container["args"] = ["-config", "/etc/pebble/config.json"]
    container["env"] = [{"name": "PEBBLE_VA_NOSLEEP", "value": "1"}, {"name": "PEBBLE_WFE_NONCEREJECT", "value": "0"}]
    container["volumeMounts"] = [{"name": "files", "mountPath": "/etc/pebble"}]
    server["spec"]["volumes"] = [{"name": "files", "secret": {"secretName": "pebble"}}]  # type: ignore[index]
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pebble"}, "stringData": files}
    make(namespace, secret, server, service("pebble", 14000, 14000))
    namespace.kubectl("wait", "--for=condition=Ready", "pod/pebble", "--timeout=60s")
    return {
        "ingress_tls_issuer": "acme",
        "ingress_tls_acme_server": f"https://{host}:14000/dir",
        "ingress_tls_acme_ca_file": str(authority.certificate),
        "ingress_tls_acme_email": "operator@example.com",
    }


def test_an_acme_authority_issues_the_certificate(
    edge: Edge, new_namespace: Callable[..., Namespace], origin: dict[str, object], acme: dict[str, object]
) -> None:
    # A name that the authority finds without any DNS of ours: that of Traefik's own Service.
    host = "traefik.traefik.svc.cluster.local"
    namespace = new_namespace(**origin, **acme, todochat_public_url=f"https://{host}", ingress_tls_address=edge.address)
    stand_in(namespace)

    # Its end is that the origin answers over TLS that the authority verifies.
    namespace.play(*DEPLOY)

    shown = namespace.kubectl(
        "get", "certificate/todo", "-o", "jsonpath={.spec.issuerRef.name} {.status.conditions[0].status}"
    )
    assert shown == f"{namespace.name}-acme True"
    assert namespace.play(*DEPLOY).changed == 0
    namespace.play("playbooks/teardown.yml")
    assert edge.get("/healthz").status_code == 200


def test_teardown_leaves_nothing(edge: Edge) -> None:
    name = edge.namespace.name

    edge.namespace.play("playbooks/teardown.yml")

    assert kubectl("get", "namespace", name, "traefik", "cert-manager", "--ignore-not-found", "-o", "name") == ""
    left = kubectl(
        "get", "crd,clusterrole,clusterrolebinding,ingressclass,validatingwebhookconfiguration", "-o", "name"
    )
    assert re.findall(r".*(?:traefik|cert-manager).*", left) == []
    assert edge.namespace.play("playbooks/teardown.yml").changed == 0
