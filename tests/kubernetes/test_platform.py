"""The main job on a cluster: deploy, deploy again, look at every pod, change versions, break things, tear down.

The tests run in the order in which they stand and share one platform, because deploying takes longer than testing.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.kubernetes.charts import ingress_charts
from tests.kubernetes.cluster import Namespace, kubectl, node_power, objects
from tests.kubernetes.load import Load
from tests.support.person import Person, client_of

APPS = ("todo-backend", "todo-worker", "todo-notification", "todo-recurring", "todo-analytics")
SERVICES = (*APPS, "todo-frontend")
HOST = "todo.localhost"
URL = f"https://{HOST}"
# What belongs to the platform on a cluster that has nothing else, with the system's own pods left out.
PLATFORM_NAMESPACES = ("dapr-system", "traefik", "cert-manager")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    """A namespace for the platform, which does not exist yet; torn down in the end, whatever happened."""
    charts = ingress_charts(tmp_path_factory.mktemp("charts"))
    namespace = Namespace(name="todochat-platform", variables={**charts, "todochat_public_url": URL})
    yield namespace
    namespace.play("playbooks/teardown.yml", check=False)


@pytest.fixture
def reach(platform: Namespace) -> dict[str, str]:
    """How to get to the origin from here: its load balancer's address, and who signed its certificate."""
    return _reach(platform)


def test_check_mode_on_an_empty_cluster_says_what_it_would_do(platform: Namespace) -> None:
    run = platform.play("site.yml", "--check", "--diff")

    assert run.changed > 0
    assert platform.name not in {it["metadata"]["name"] for it in objects("namespace")}


def test_from_nothing_to_a_verified_platform(platform: Namespace) -> None:
    run = platform.play("site.yml")

    assert run.failed == 0
    assert "The next occurrence follows once" in run.output


def test_the_second_run_changes_nothing(platform: Namespace) -> None:
    assert platform.play("playbooks/deploy.yml").changed == 0


def test_check_mode_on_a_deployed_cluster_changes_nothing(platform: Namespace) -> None:
    assert platform.play("site.yml", "--check", "--diff").changed == 0


@pytest.mark.parametrize("tag", ["postgres", "redpanda", "dapr", "secrets", "dapr_components", "app", "ingress_tls"])
def test_a_tag_is_usable_alone(platform: Namespace, tag: str) -> None:
    assert platform.play("playbooks/deploy.yml", "--tags", tag).changed == 0


def test_status_shows_every_pod(platform: Namespace) -> None:
    output = platform.play("playbooks/status.yml").output

    for app in SERVICES:
        assert app in output


def test_pages_come_with_their_data(platform: Namespace, reach: dict[str, str]) -> None:
    """The front end asks the backend on behalf of who asks for the page: from sidecar to sidecar."""
    with Person(URL, **reach) as person:
        person.create_task("Water the orchid")
        access_token = person.http.headers["Authorization"].removeprefix("Bearer ")
        with client_of(URL, **reach) as browser:
            browser.cookies.set("access_token", access_token)
            page = browser.get("/tasks")

    assert page.status_code == httpx.codes.OK
    assert "Water the orchid" in page.text


def platform_pods(platform: Namespace) -> list[dict[str, Any]]:
    return [pod for name in (platform.name, *PLATFORM_NAMESPACES) for pod in objects("pod", "--namespace", name)]


def test_every_pod_is_restricted(platform: Namespace) -> None:
    for name in (platform.name, *PLATFORM_NAMESPACES):
        [namespace] = objects("namespace", "--field-selector", f"metadata.name={name}")
        # What the admission controller enforces it has checked for every pod that is there.
        assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    for pod in platform_pods(platform):
        for container in pod["spec"]["containers"]:
            where = f"{pod['metadata']['name']}/{container['name']}"
            assert container["securityContext"]["capabilities"]["drop"] == ["ALL"], where
            assert container["securityContext"]["allowPrivilegeEscalation"] is False, where


# Says which modules an application's start would have to compile first.
COMPILE = """
import re, subprocess, sys

start = subprocess.run([sys.executable, "-v", "-c", "import app.main"], check=True, stderr=subprocess.PIPE, text=True)
print(*re.findall(r"bytecode is stale for .*|code object from '.*\\.py'", start.stderr), sep="\\n")
"""


def test_a_start_compiles_nothing(platform: Namespace) -> None:
    command = ("exec", "deploy/todo-backend", "-c", "todo-backend", "--", "python", "-c", COMPILE)

    assert platform.kubectl(*command).split() == []


def test_what_is_asked_for_fits_the_free_tier(platform: Namespace) -> None:
    cores = memory = 0.0
    for pod in platform_pods(platform):
        if pod["status"]["phase"] != "Running":
            continue
        for container in pod["spec"]["containers"]:
            requests = container["resources"]["requests"]
            cores += _cores(requests["cpu"])
            memory += _bytes(requests["memory"])

    # 2 OCPU and 12 GB in total, of which the nodes' own system takes a share.
    assert cores <= 1.6
    assert memory <= 8e9


def _cores(quantity: str) -> float:
    return float(quantity[:-1]) / 1000 if quantity.endswith("m") else float(quantity)


def _bytes(quantity: str) -> float:
    units = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
    return float(quantity[:-2]) * units[quantity[-2:]] if quantity[-2:] in units else float(quantity)


# --- who can reach whom ------------------------------------------------------------------------------------------

POSTGRES, KAFKA = ("postgres", 5432), ("kafka", 9092)
BACKEND = ("todo-backend", 8000)
# The Kubernetes API, by its Service.
API = ("kubernetes.default.svc.cluster.local", 443)
INTERNET = ("192.0.2.1", 443)
# Says of each target whether it answers; asks all at once, because who drops packets takes the whole time.
CONNECT = """
import socket, sys
from concurrent.futures import ThreadPoolExecutor

def answers(target):
    host, port = target.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except OSError:
        return "no"
    return "yes"

with ThreadPoolExecutor(32) as pool:
    print(*pool.map(answers, sys.argv[1:]))
"""
# The same for the front end's image, which has no Python.
CONNECT_BY_NODE = """
const answers = (target) => new Promise((answer) => {
  const [host, port] = target.split(":");
  const socket = require("net").connect({ host, port, timeout: 3000 });
  socket.on("connect", () => answer("yes")).on("error", () => answer("no")).on("timeout", () => answer("no"));
});
Promise.all(process.argv.slice(1).map(answers)).then((all) => { console.log(all.join(" ")); process.exit(); });
"""
ALLOWED = {(app, target) for app in APPS for target in (POSTGRES, KAFKA, API)}


def test_a_pod_reaches_what_it_needs_and_nothing_else(platform: Namespace) -> None:
    addresses = {
        app: platform.objects("pod", f"app.kubernetes.io/name={app}")[0]["status"]["podIP"]
        for app in (*APPS, "postgres", "kafka")
    }
    targets = [POSTGRES, KAFKA, API, *((app, 8000) for app in APPS)]
    reached = set()
    for app in APPS:
        others = [(host, port) for host, port in targets if host != app]
        wanted = [f"{addresses.get(host, host)}:{port}" for host, port in others]
        answer = platform.kubectl("exec", f"deploy/{app}", "-c", app, "--", "python", "-c", CONNECT, *wanted)
        reached |= {(app, target) for target, said in zip(others, answer.split(), strict=True) if said == "yes"}

    assert reached == ALLOWED


def test_the_front_end_reaches_its_sidecar_and_no_server(platform: Namespace) -> None:
    [pod] = platform.objects("pod", "app.kubernetes.io/name=todo-frontend")
    away = pod["spec"]["nodeName"] in _nodes_away_from_the_api()
    refused = [POSTGRES, KAFKA, INTERNET, BACKEND, *([API] if away else [])]
    targets = [f"{host}:{port}" for host, port in refused]
    command = ("exec", "deploy/todo-frontend", "-c", "todo-frontend", "--", "node", "-e", CONNECT_BY_NODE)

    assert platform.kubectl(*command, *targets, "127.0.0.1:3500").split() == [*["no"] * len(targets), "yes"]


def test_a_pod_without_a_label_reaches_nothing(platform: Namespace) -> None:
    [backend] = [it for it in platform.objects("deployment") if it["metadata"]["name"] == "todo-backend"]
    [container] = [it for it in backend["spec"]["template"]["spec"]["containers"] if it["name"] == "todo-backend"]
    away = _nodes_away_from_the_api()
    targets = [f"{host}:{port}" for host, port in (POSTGRES, KAFKA, BACKEND, INTERNET, *([API] if away else []))]
    spec = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "stranger"},
        "spec": {
            "nodeName": min(away, default=""),
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "stranger",
                    "image": container["image"],
                    "command": ["python", "-c", "import time; time.sleep(600)"],
                    "securityContext": container["securityContext"],
                    "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
                }
            ],
        },
    }
    platform.kubectl("apply", "-f", "-", stdin=json.dumps(spec))
    platform.kubectl("wait", "pod/stranger", "--for=condition=Ready", "--timeout=90s")
    command = ("exec", "stranger", "--", "python", "-c", CONNECT, *targets)
    # The policies follow a new pod's address, which they hear of when it runs.
    isolated = _within(20, lambda: platform.kubectl(*command).split() == ["no"] * len(targets))
    platform.kubectl("delete", "pod/stranger", "--grace-period=1")

    assert isolated


def _nodes_away_from_the_api() -> set[str]:
    """The nodes from which a policy decides who reaches the API: none keeps a pod from the node that it runs on."""
    slices = objects("endpointslice", "--namespace", "default", "--selector", "kubernetes.io/service-name=kubernetes")
    api = {address for piece in slices for endpoint in piece["endpoints"] for address in endpoint["addresses"]}
    return {
        node["metadata"]["name"]
        for node in objects("node")
        if api.isdisjoint(address["address"] for address in node["status"]["addresses"])
    }


# --- changing and breaking it -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def load(platform: Namespace) -> Iterator[Callable[[], Load]]:
    """Makes a load by a new person each."""
    people: list[Person] = []

    def new() -> Load:
        reach = _reach(platform)
        people.append(Person(URL, **reach))
        return Load(people[-1])

    yield new
    for person in people:
        person.http.close()


def _reach(platform: Namespace) -> dict[str, str]:
    [ingress] = [it for it in platform.objects("ingress") if it["metadata"]["name"] == "todo"]
    secret = json.loads(kubectl("get", "secret", f"{platform.name}-selfsigned", "-n", "cert-manager", "-o", "json"))
    return {
        "address": ingress["status"]["loadBalancer"]["ingress"][0]["ip"],
        "authority": base64.b64decode(secret["data"]["tls.crt"]).decode(),
    }


def test_a_rolling_upgrade_under_load_loses_nothing(platform: Namespace, load: Callable[[], Load]) -> None:
    with load() as going:
        platform.play("playbooks/upgrade.yml", "-e", "app_log_level=WARNING")

    going.assert_nothing_was_lost()
    assert going.refused == 0


def test_a_failed_upgrade_under_load_is_rolled_back(platform: Namespace, load: Callable[[], Load]) -> None:
    with load() as going:
        run = platform.play(
            "playbooks/upgrade.yml", "-e", "todochat_image_tag=not-there", "-e", "app_helm_timeout=60", check=False
        )

    assert run.code != 0
    assert "not-there" in run.output
    going.assert_nothing_was_lost()
    assert going.refused == 0


def test_a_rollback_under_load_loses_nothing(platform: Namespace, load: Callable[[], Load]) -> None:
    with load() as going:
        platform.play("playbooks/rollback.yml")

    going.assert_nothing_was_lost()
    assert going.refused == 0


def test_killed_pods_come_back(platform: Namespace, load: Callable[[], Load]) -> None:
    with load() as going:
        for app in (*SERVICES, "kafka", "postgres"):
            platform.kubectl("delete", "pod", "-l", f"app.kubernetes.io/name={app}", "--force", "--grace-period=0")
            time.sleep(2)
        _wait_until_all_are_ready(platform)

    going.assert_nothing_was_lost()


def test_a_node_that_dies_under_load_costs_time_but_no_task(platform: Namespace, load: Callable[[], Load]) -> None:
    # Not the control plane's.
    node = sorted(it["metadata"]["name"] for it in objects("node"))[-1]
    with load() as going:
        node_power("kill-node", node)
        time.sleep(20)
        node_power("revive-node", node)
        _wait_until_all_are_ready(platform)

    going.assert_nothing_was_lost()


def _wait_until_all_are_ready(platform: Namespace) -> None:
    platform.kubectl("rollout", "status", "statefulset", "--timeout=180s", "-l", "app.kubernetes.io/part-of=todochat")
    for app in SERVICES:
        platform.kubectl("rollout", "status", f"deployment/{app}", "--timeout=180s")


def test_the_backend_scales_with_its_load(platform: Namespace, reach: dict[str, str]) -> None:
    """Out while requests keep it busy, and in again, with a target and a window that suit a small machine."""
    changes = [
        {"op": "replace", "path": "/spec/metrics/0/containerResource/target/averageValue", "value": "100m"},
        {"op": "add", "path": "/spec/behavior", "value": {"scaleDown": {"stabilizationWindowSeconds": 5}}},
    ]
    platform.kubectl("patch", "hpa/todo-backend", "--type=json", "--patch", json.dumps(changes))
    [hpa] = [it for it in platform.objects("hpa") if it["metadata"]["name"] == "todo-backend"]
    least = hpa["spec"]["minReplicas"]

    def replicas() -> int:
        [deployment] = [it for it in platform.objects("deployment") if it["metadata"]["name"] == "todo-backend"]
        return int(deployment["status"].get("readyReplicas", 0))

    busy = threading.Event()
    threads = [threading.Thread(target=_ask_until, args=(busy, reach)) for _ in range(6)]
    for thread in threads:
        thread.start()
    try:
        assert _within(180, lambda: replicas() > least)
    finally:
        busy.set()
        for thread in threads:
            thread.join()
    assert _within(240, lambda: replicas() == least)


def _ask_until(stop: threading.Event, reach: dict[str, str]) -> None:
    with Person(URL, **reach) as person:
        while not stop.is_set():
            person.http.get("/tasks")


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(2)
    return True


def test_teardown_leaves_nothing(platform: Namespace) -> None:
    platform.play("playbooks/teardown.yml")

    left = {it["metadata"]["name"] for it in objects("namespace")}
    assert left & {platform.name, *PLATFORM_NAMESPACES} == set()
    volumes = [it["spec"]["claimRef"]["namespace"] for it in objects("persistentvolume") if "claimRef" in it["spec"]]
    assert set(volumes) & {platform.name, *PLATFORM_NAMESPACES} == set()
    assert platform.play("playbooks/teardown.yml").changed == 0
