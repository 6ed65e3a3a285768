"""inventories/oke-staging beside inventories/oke: both fit into what is free, and staging leaves production alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.oci.conftest import DEPLOY, TEARDOWN, run
from tests.oci.emulator import Emulator
from tests.oci.inventory import Values, resolve
from tests.oci.made import made
from tests.support.playbooks import ROOT, Playbooks

# Of 2 OCPU and 12 GB: what kubelets reserve (a quarter of the first 4 GB, a fifth of the next 4) and what Kubernetes
# Engine runs itself (network, DNS, storage) leave this, in thousandths of a core and MiB.
FREE_CPU, FREE_MEMORY = 1100, 8000
# What is on the cluster once, whatever the number of platforms.
SHARED = {
    "dapr": "{{ [dapr_resources] * 3 }}",
    "cert-manager": "{{ [__ingress_tls_cert_manager_resources] * 3 }}",
    "traefik": "{{ [__ingress_tls_traefik_values.resources] }}",
}
OWN = {
    "postgres": "{{ [postgres_resources] }}",
    "kafka": "{{ [redpanda_resources] }}",
    "claims": "{{ [postgres_storage_size, redpanda_volume_size, postgres_backup_size] | select }}",
    "volumes": "{{ oke_cluster_volumes_gb }}",
    "chart": "{{ app_values }}",
    "namespace": "{{ todochat_namespace }}",
    "url": "{{ todochat_public_url }}",
    "cluster": "{{ oke_cluster_name }}",
    "kubeconfig": "{{ oke_cluster_kubeconfig }}",
    "scheduler": "{{ dapr_scheduler }}",
}


@pytest.fixture(scope="module")
def values(operator: Playbooks, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Values]:
    """Of each inventory."""
    return {
        inventory: resolve(SHARED | OWN, operator, tmp_path_factory.mktemp(inventory), inventory)
        for inventory in ("oke", "oke-staging")
    }


@pytest.fixture(scope="module")
def staging(operator: Playbooks, tmp_path_factory: pytest.TempPathFactory) -> Playbooks:
    kubeconfig = str(tmp_path_factory.mktemp("staging") / "kubeconfig")
    return replace(
        operator, inventory="oke-staging", variables=operator.variables | {"todochat_kubeconfig": kubeconfig}
    )


def requests(resources: Values) -> tuple[int, int]:
    """Thousandths of a core and MiB."""
    cpu, memory = str(resources["requests"]["cpu"]), resources["requests"]["memory"]
    assert memory.endswith("Mi")
    return int(cpu[:-1]) if cpu.endswith("m") else int(cpu) * 1000, int(memory[:-2])


def chart_requests(helm: str, chart_values: Values) -> Iterator[tuple[int, int]]:
    """Of every pod of the application with its sidecar, at the largest number of replicas."""
    command = [helm, "template", "todo", ROOT / "charts/todo", "--values", "-"]
    done = subprocess.run(command, input=json.dumps(chart_values), capture_output=True, text=True, check=True)
    objects = [it for it in yaml.safe_load_all(done.stdout) if it]
    most = {
        it["spec"]["scaleTargetRef"]["name"]: it["spec"]["maxReplicas"]
        for it in objects
        if it["kind"] == "HorizontalPodAutoscaler"
    }
    for it in objects:
        if it["kind"] != "Deployment":
            continue
        pod = it["spec"]["template"]
        notes = pod["metadata"]["annotations"]
        sidecar = {"cpu": notes["dapr.io/sidecar-cpu-request"], "memory": notes["dapr.io/sidecar-memory-request"]}
        for container in [*pod["spec"]["containers"], {"resources": {"requests": sidecar}}]:
            cpu, memory = requests(container["resources"])
            replicas = most.get(it["metadata"]["name"], it["spec"].get("replicas", 1))
            yield cpu * replicas, memory * replicas


def test_the_requests_of_both_fit_into_two_cores_and_twelve_gigabytes(values: dict[str, Values], helm: str) -> None:
    wanted = [requests(one) for name in SHARED for one in values["oke"][name]]
    for each in values.values():
        wanted += [requests(one) for name in ("postgres", "kafka") for one in each[name]]
        wanted += list(chart_requests(helm, each["chart"]))
    cpu, memory = (sum(column) for column in zip(*wanted, strict=True))
    print(f"production and staging together request {cpu} m and {memory} MiB")
    assert 0 < cpu <= FREE_CPU
    assert 0 < memory <= FREE_MEMORY


def test_the_guard_counts_the_claims_of_both(values: dict[str, Values]) -> None:
    claims = [claim for each in values.values() for claim in each["claims"]]
    assert [f"{size:g}Gi" for size in values["oke"]["volumes"]] == claims
    # The scheduler would have three more.
    assert {each["scheduler"] for each in values.values()} == {"off"}
    assert values["oke"]["volumes"] == values["oke-staging"]["volumes"]


def test_they_share_the_cluster_and_nothing_else(values: dict[str, Values]) -> None:
    for name in ("cluster", "kubeconfig", *SHARED):
        assert values["oke"][name] == values["oke-staging"][name], name
    for name in ("namespace", "url"):
        assert values["oke"][name] != values["oke-staging"][name], name


def test_without_production_there_is_no_cluster_to_use(staging: Playbooks, oracle: Emulator) -> None:
    done = run(staging, oracle, "playbooks/preflight.yml", check=False)
    assert "There is no cluster todochat of this platform in eu-frankfurt-1" in done.output
    assert done.failed == 1


def test_both_pass_the_guard_once_production_is_there(
    operator: Playbooks, staging: Playbooks, oracle: Emulator
) -> None:
    made(oracle.state)
    for operate in (operator, staging):
        done = run(operate, oracle, "playbooks/preflight.yml")
        assert "boot and block volumes         200        0      200      200 GB" in done.output


def test_staging_gets_a_kubeconfig_and_changes_nothing_else(staging: Playbooks, oracle: Emulator) -> None:
    before = len(oracle.state.calls)
    assert run(staging, oracle, *DEPLOY, "--check").changed == 0
    run(staging, oracle, *DEPLOY)
    assert "todochat" in Path(staging.variables["todochat_kubeconfig"]).read_text()
    assert run(staging, oracle, *DEPLOY).changed == 0
    asked = {(method, path.rsplit("/", 1)[-1]) for _, method, path in oracle.state.calls[before:] if method != "GET"}
    assert asked == {("POST", "computeCapacityReports"), ("POST", "content")}


def test_the_teardown_of_staging_leaves_the_cluster(staging: Playbooks, oracle: Emulator) -> None:
    run(staging, oracle, *TEARDOWN)
    assert len(oracle.state.alive("cluster")) == len(oracle.state.alive("vcn")) == 1
    assert len(oracle.state.alive("instance")) == 2
