"""site.yml with inventories/oke from an empty tenancy to a verified platform and back.

Oracle's part is the emulator; the cluster that the kubeconfig leads to is a real one, that of the environment's
KUBECONFIG. It has two nodes and may be filled.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.kubernetes.charts import ingress_charts
from tests.kubernetes.cluster import kubectl, objects
from tests.oci.conftest import SPEED, run
from tests.oci.emulator import Emulator, Tenancy
from tests.support.playbooks import Playbooks

NAMESPACE = "todochat-oke"
pytestmark = pytest.mark.skipif(
    not os.environ.get("KUBECONFIG"), reason="no cluster for the platform behind Oracle's part: set KUBECONFIG"
)

# The cluster knows its administrator by a certificate, Oracle's do by a token: kubectl takes either from its plugin.
PLUGIN = """import json, sys
status = json.load(open({file!r}))
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}}))
"""


@dataclass(frozen=True)
class Cluster:
    """Where the API is, who has signed its certificate, and the administrator's own, all as in a kubeconfig."""

    address: str
    authority: str
    certificate: str
    key: str

    @classmethod
    def of_kubeconfig(cls) -> Cluster:
        config = yaml.safe_load(kubectl("config", "view", "--raw", "--minify", "--flatten"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        return cls(
            address=urlsplit(cluster["server"]).netloc,
            authority=cluster["certificate-authority-data"],
            certificate=base64.b64decode(user["client-certificate-data"]).decode(),
            key=base64.b64decode(user["client-key-data"]).decode(),
        )

    def plugin(self, directory: Path) -> list[str]:
        """The command that `oke_cluster_token_command` shall be."""
        file, program = directory / "credential.json", directory / "credential.py"
        file.touch(mode=0o600)
        file.write_text(json.dumps({"clientCertificateData": self.certificate, "clientKeyData": self.key}))
        program.write_text(PLUGIN.format(file=str(file)))
        return [sys.executable, str(program)]


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster.of_kubeconfig()


@pytest.fixture(scope="module")
def oracle(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A tenancy whose next cluster is the real one."""
    tenancy = Tenancy(kubernetes_endpoint=cluster.address, kubernetes_authority=cluster.authority)
    with Emulator(tmp_path_factory.mktemp("oracle"), tenancy, speed=SPEED) as emulator:
        emulator.state.add("compartment", name="todochat", compartmentId=emulator.state.root, isAccessible=True)
        yield emulator


@pytest.fixture(scope="module")
def platform(
    operator: Playbooks, oracle: Emulator, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Playbooks]:
    directory = tmp_path_factory.mktemp("site")
    operator.environment["NO_PROXY"] += f",{cluster.address.split(':')[0]}"
    operator.variables |= {
        **ingress_charts(directory),
        "todochat_namespace": NAMESPACE,
        "todochat_public_url": "https://todo-oke.localhost",
        # No name of the internet, and no registry: what is tested here is that nothing else keeps them from being used.
        "ingress_tls_issuer": "selfsigned",
        "app_image_check": False,
        "oke_cluster_token_command": cluster.plugin(directory),
        "oke_cluster_registry": "fra.ocir.io",
        "oke_cluster_registry_user": "ns/ada@example.com",
        "oke_cluster_registry_token": "token",
        "todochat_image_pull_secret": "ocir",
    }
    yield operator
    operator.play("playbooks/teardown.yml", check=False)


def test_from_an_empty_tenancy_to_a_verified_platform(platform: Playbooks, oracle: Emulator) -> None:
    done = run(platform, oracle, "site.yml")
    assert "The next occurrence follows once" in done.output
    assert len(oracle.state.alive("cluster")) == 1


def test_the_second_run_changes_nothing(platform: Playbooks, oracle: Emulator) -> None:
    assert run(platform, oracle, "playbooks/deploy.yml").changed == 0
    assert run(platform, oracle, "site.yml", "--check").changed == 0


def test_the_load_balancer_is_the_free_one(platform: Playbooks) -> None:
    [service] = [it for it in objects("service", "--namespace", "traefik") if it["spec"]["type"] == "LoadBalancer"]
    prefix = "service.beta.kubernetes.io/oci-load-balancer-shape"
    speeds = {name: service["metadata"]["annotations"][f"{prefix}{name}"] for name in ("", "-flex-min", "-flex-max")}
    assert speeds == {"": "flexible", "-flex-min": "10", "-flex-max": "10"}


def test_every_pod_pulls_with_the_secret(platform: Playbooks) -> None:
    kubectl("--namespace", NAMESPACE, "get", "secret", "ocir")
    pods = [it for it in objects("pod", "--namespace", NAMESPACE) if it["status"]["phase"] == "Running"]
    assert pods
    assert all({"name": "ocir"} in it["spec"].get("imagePullSecrets", []) for it in pods)


def test_status_shows_the_nodes_and_the_platform(platform: Playbooks, oracle: Emulator) -> None:
    output = run(platform, oracle, "playbooks/status.yml").output
    assert "todochat in eu-frankfurt-1: ACTIVE, BASIC_CLUSTER" in output
    assert "todo-backend" in output


def test_the_teardown_leaves_neither_a_namespace_nor_anything_at_oracle(platform: Playbooks, oracle: Emulator) -> None:
    run(platform, oracle, "playbooks/teardown.yml")
    assert NAMESPACE not in {it["metadata"]["name"] for it in objects("namespace")}
    kinds = ["vcn", "cluster", "nodepool", "instance", "bootvolume", "quota"]
    assert {kind: len(oracle.state.alive(kind)) for kind in kinds} == dict.fromkeys(kinds, 0)
