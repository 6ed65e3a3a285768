"""What roles/ingress_tls/files/origin.py makes of a cluster's answers, told by a stand-in for kubectl."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "roles/ingress_tls/files/origin.py"
KUBECTL = """
import json, sys
answers = json.load(open(sys.argv[1]))
asked = " ".join(sys.argv[2:])
for part, answer in answers.items():
    if part in asked:
        print(answer if isinstance(answer, str) else json.dumps(answer))
        break
"""

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Run the script; `answers` are what kubectl says to a command with that in it, in this order."""
    program = tmp_path / "kubectl.py"
    program.write_text(KUBECTL)

    def run(command: str, answers: dict[str, Any], *options: str) -> dict[str, Any]:
        (tmp_path / "answers.json").write_text(json.dumps(answers))
        kubectl = [sys.executable, str(program), str(tmp_path / "answers.json")]
        releases = {"cert-manager": "cert-manager", "traefik": "traefik"}
        done = subprocess.run(
            [
                *(sys.executable, str(SCRIPT), command, "--kubectl", json.dumps(kubectl), "--namespace", "todochat"),
                *("--class", "traefik", "--releases", json.dumps(releases), *options),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return run


def thing(kind: str, name: str, namespace: str = "", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace, **fields.pop("metadata", {})}, **fields}


def listed(*things: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(things)}


def certificate(text: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


def origin_with(secret: dict[str, str], ready: str = "True") -> dict[str, Any]:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in secret.items()}
    return listed(
        thing("Ingress", "todo", status={"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}),
        thing(
            "Certificate",
            "todo",
            status={"notAfter": "2027-01-01", "conditions": [{"type": "Ready", "status": ready, "message": "Issuing"}]},
        ),
        thing("Secret", "todochat-tls", data=encoded),
    )


def test_an_empty_cluster(ask: Ask) -> None:
    nothing = {"namespace": "absent", "installed": "", "revision": 0, "status": ""}

    assert ask("look", {}) == {"class": None, "kinds": [], "releases": {"cert-manager": nothing, "traefik": nothing}}


def test_what_is_installed_and_by_whom(ask: Ask) -> None:
    ours = {"labels": {"todochat.platform/owner": "true"}, "annotations": {"todochat.platform/installed": "abc-2"}}
    of_helm = {"annotations": {"meta.helm.sh/release-namespace": "traefik"}}
    answers = {
        "ingressclass/traefik": listed(
            thing("IngressClass", "traefik", metadata=of_helm),
            thing("Namespace", "traefik", metadata=ours),
            thing("Namespace", "cert-manager"),
        ),
        "customresourcedefinition": "customresourcedefinition.apiextensions.k8s.io/middlewares.traefik.io",
        "owner=helm,name=traefik": "10 deployed\n9 superseded",
        "owner=helm,name=cert-manager": "1 pending-install",
    }

    look = ask("look", answers)

    assert look["class"] == "traefik"
    assert look["kinds"] == ["middlewares.traefik.io"]
    assert look["releases"]["traefik"] == {
        "namespace": "ours",
        "installed": "abc-2",
        "revision": 10,
        "status": "deployed",
    }
    assert look["releases"]["cert-manager"]["namespace"] == "foreign"
    assert look["releases"]["cert-manager"]["status"] == "pending-install"


def test_an_origin_that_is_there(ask: Ask) -> None:
    secret = {"ca.crt": certificate("root"), "tls.crt": certificate("leaf")}

    origin = ask("origin", {"ingress/todo": origin_with(secret)}, "--tls")

    assert origin == {"address": "192.0.2.1", "expires": "2027-01-01", "ca": certificate("root"), "why": ""}


def test_an_issuer_that_does_not_tell_its_root_is_trusted_by_its_chain(ask: Ask) -> None:
    secret = {"tls.crt": certificate("leaf") + certificate("intermediate")}

    origin = ask("origin", {"ingress/todo": origin_with(secret)}, "--tls")
    public = ask("origin", {"ingress/todo": origin_with(secret)}, "--tls", "--public")

    assert origin["ca"] == certificate("intermediate")
    assert public["ca"] == ""


def test_what_is_missing_is_said(ask: Ask) -> None:
    answers = {
        "service": listed(thing("Service", "traefik", spec={"type": "LoadBalancer"})),
        "event": listed(thing("Event", "x", reason="SyncLoadBalancerFailed", message="no quota")),
        "order,challenge": listed(thing("Challenge", "y", status={"state": "pending", "reason": "404 from todo"})),
    }

    why = ask("origin", {"ingress/todo": origin_with({}, "False"), **answers}, "--tls")["why"]
    without_address = ask("origin", answers, "--wait", "0.1")["why"]

    assert "Issuing" in why
    assert "Challenge: pending 404 from todo" in why
    assert "traefik (LoadBalancer)" in without_address
    assert "SyncLoadBalancerFailed: no quota" in without_address


def test_who_else_uses_it(ask: Ask) -> None:
    traefik = {"controller": "traefik.io/ingress-controller"}
    answers = {
        "clusterissuer": listed(
            thing("ClusterIssuer", "ours", metadata={"labels": {"app.kubernetes.io/part-of": "todochat"}}),
            thing("ClusterIssuer", "theirs"),
        ),
        "certificate,issuer": listed(thing("Certificate", "a", "todochat"), thing("Certificate", "b", "shop")),
        "customresourcedefinition": "crd/middlewares.traefik.io\ncrd/accesscontrolpolicies.hub.traefik.io\ncrd/x.y",
        "ingressclass": listed(thing("IngressClass", "traefik", spec=traefik)),
        "ingress ": listed(
            thing("Ingress", "todo", "todochat", spec={"ingressClassName": "traefik"}),
            thing("Ingress", "web", "shop", spec={"ingressClassName": "traefik"}),
            thing("Ingress", "api", "shop", spec={"ingressClassName": "other"}),
        ),
    }

    users = ask("users", answers)
    answers["ingressclass"]["items"].append(thing("IngressClass", "second", spec=traefik))

    assert users["traefik"] == ["shop/web"]
    assert users["cert-manager"] == ["shop/b", "theirs"]
    assert users["traefik_kinds"] == ["middlewares.traefik.io", "accesscontrolpolicies.hub.traefik.io"]
    assert ask("users", answers)["traefik_kinds"] == []


def node(ready: str, **addresses: str) -> dict[str, Any]:
    told = [{"type": type_, "address": address} for type_, address in addresses.items()]
    return thing("Node", "n", status={"conditions": [{"type": "Ready", "status": ready}], "addresses": told})


@pytest.mark.parametrize(
    ("nodes", "address"),
    [
        ([node("False", InternalIP="10.0.0.1"), node("True", InternalIP="10.0.0.2")], "10.0.0.2"),
        ([node("True", InternalIP="10.0.0.2", ExternalIP="203.0.113.2")], "203.0.113.2"),
        ([node("Unknown", InternalIP="10.0.0.1")], ""),
    ],
)
def test_a_node_port_is_at_a_node_that_is_ready(ask: Ask, nodes: list[dict[str, Any]], address: str) -> None:
    answers = {"ingress/todo": listed(thing("Ingress", "todo", status={})), "node": listed(*nodes)}

    answer = ask("origin", answers | {"service": listed(), "event": listed()}, "--node-port")

    assert answer["address"] == address
    assert bool(answer["why"]) == (not address)
