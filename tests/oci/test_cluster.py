"""The role's whole life in one tenancy, in this order: create, run again, resize, upgrade."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.oci.conftest import DEPLOY, run
from tests.oci.emulator import Emulator
from tests.support.playbooks import Playbooks

BUDGET = {"oke_cluster_budget_email": "ada@example.com"}


def test_check_mode_on_an_empty_tenancy_says_what_it_would_make(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, *DEPLOY, "--check", oke_cluster_kubernetes_version="v1.34.2", **BUDGET)
    assert "would create VCN todochat 10.0.0.0/16" in done.output
    assert "would create node pool todochat, 2 x VM.Standard.A1.Flex" in done.output
    assert not [call for call in oracle.state.calls if call[1] in ("PUT", "DELETE")]
    assert not oracle.state.tables["vcn"]


def test_from_nothing_to_a_cluster_whose_nodes_are_ready(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, *DEPLOY)
    state = oracle.state
    [cluster], [pool] = state.alive("cluster"), state.alive("nodepool")
    assert (cluster["type"], cluster["kubernetesVersion"]) == ("BASIC_CLUSTER", "v1.34.2")
    assert [node["lifecycleState"] for node in pool["nodes"]] == ["ACTIVE", "ACTIVE"]
    assert {node["availabilityDomain"] for node in pool["nodes"]} == {
        "tOdo:EU-FRANKFURT-1-AD-1",
        "tOdo:EU-FRANKFURT-1-AD-2",
    }
    assert pool["nodeSource"]["sourceName"] == "Oracle-Linux-8.10-aarch64-2026.08.31-0-OKE-1.34.2-1402"
    assert sum(instance["shapeConfig"]["ocpus"] for instance in state.alive("instance")) == 2
    assert len(state.alive("subnet")) == 3
    assert not [subnet for subnet in state.alive("subnet") if subnet["prohibitPublicIpOnVnic"]]
    assert {quota["name"] for quota in state.alive("quota")} == {"todochat"}
    assert [rule["recipients"] for rule in state.alive("alertrule")] == ["ada@example.com"]
    kubeconfig = Path(operator.variables["todochat_kubeconfig"])
    assert stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600
    assert "NODEPOOL_CREATE succeeded" in done.output


def test_the_second_run_changes_nothing(operator: Playbooks, oracle: Emulator) -> None:
    assert run(operator, oracle, *DEPLOY).changed == 0


def test_the_pool_gets_another_size(operator: Playbooks, oracle: Emulator) -> None:
    run(operator, oracle, *DEPLOY, oke_cluster_node_count=1)
    [pool] = oracle.state.alive("nodepool")
    assert len(pool["nodes"]) == 1
    assert len(oracle.state.alive("instance")) == 1


def test_an_upgrade_goes_one_minor_version_at_a_time_and_replaces_the_nodes(
    operator: Playbooks, oracle: Emulator
) -> None:
    before = {node["id"] for node in oracle.state.alive("nodepool")[0]["nodes"]}
    run(operator, oracle, *DEPLOY, oke_cluster_kubernetes_version="v1.36.1")
    [cluster], [pool] = oracle.state.alive("cluster"), oracle.state.alive("nodepool")
    requests = [request["operationType"] for request in oracle.state.tables["workrequest"].values()]
    assert requests.count("CLUSTER_UPDATE") == 2
    assert cluster["kubernetesVersion"] == "v1.36.1"
    assert [node["kubernetesVersion"] for node in pool["nodes"]] == ["v1.36.1"]
    assert not before & {node["id"] for node in pool["nodes"]}
