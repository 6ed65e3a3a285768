"""What goes wrong with a cluster that is there, and that the next run goes on from it."""

from __future__ import annotations

import threading
import time

import pytest

from tests.oci.client import CONTAINERS, Client
from tests.oci.conftest import DEPLOY, SPEED, run
from tests.oci.emulator import Emulator, Fault
from tests.oci.emulator.identity import domain_names
from tests.oci.made import made
from tests.support.playbooks import Playbooks


@pytest.fixture(scope="module", autouse=True)
def cluster(oracle: Emulator, operator: Playbooks) -> None:
    made(oracle.state)
    operator.variables |= {"oke_cluster_kubernetes_version": "v1.34.2", "oke_cluster_quota": False}


def test_what_is_there_is_taken_as_it_is(operator: Playbooks, oracle: Emulator) -> None:
    """Only the kubeconfig is missing, and the quota."""
    assert run(operator, oracle, *DEPLOY).changed == 1
    assert run(operator, oracle, *DEPLOY).changed == 0


def test_too_many_requests_and_errors_of_oracle_are_tried_again(operator: Playbooks, oracle: Emulator) -> None:
    oracle.state.faults += [
        Fault("iaas", "/vcns$", 429, "TooManyRequests", times=2),
        Fault("containerengine", "/clusters$", 503, "ServiceUnavailable", times=2),
    ]
    assert run(operator, oracle, *DEPLOY).changed == 0
    assert [fault.times for fault in oracle.state.faults] == [0, 0]


def test_a_network_that_is_cut_is_said_to_be(operator: Playbooks, oracle: Emulator) -> None:
    oracle.proxy.cut = True
    done = run(operator, oracle, *DEPLOY, check=False)
    oracle.proxy.cut = False
    assert "Oracle does not answer; is the network there?" in done.output
    assert (done.code, done.changed) == (2, 0)


def test_a_network_that_somebody_else_has_made_stays_as_it_is(operator: Playbooks, oracle: Emulator) -> None:
    [vcn] = oracle.state.alive("vcn")
    vcn["freeformTags"] = {}
    done = run(operator, oracle, *DEPLOY, check=False)
    assert f"There is a VCN todochat that this role has not made: {vcn['id']}." in done.output
    assert done.changed == 0
    vcn["freeformTags"] = {"todochat-platform": "todochat"}


def test_two_clusters_of_one_name_are_refused(operator: Playbooks, oracle: Emulator) -> None:
    [cluster] = oracle.state.alive("cluster")
    second = oracle.state.add("cluster", **{key: value for key, value in cluster.items() if key not in ("id", "_kind")})
    done = run(operator, oracle, *DEPLOY, check=False)
    assert "There is more than one cluster with the name todochat" in done.output
    del oracle.state.tables["cluster"][second["id"]]


def test_a_node_that_never_becomes_ready_is_named(operator: Playbooks, oracle: Emulator) -> None:
    node = oracle.state.alive("nodepool")[0]["nodes"][0]
    oracle.state.never_ready.add(node["id"])
    done = run(operator, oracle, *DEPLOY, check=False, oke_cluster_nodes_timeout=3)
    assert f"1 of 2 nodes are Ready. {node['name']}: not Ready, container runtime network not ready" in done.output
    oracle.state.never_ready.clear()
    operator.variables["oke_cluster_nodes_timeout"] = 60


def test_no_room_anywhere_is_said_and_a_rerun_goes_on_when_there_is(operator: Playbooks, oracle: Emulator) -> None:
    domains = domain_names(oracle.state)
    oracle.state.tenancy.capacity = dict.fromkeys(domains, 0)
    done = run(operator, oracle, *DEPLOY, check=False, oke_cluster_node_count=3)
    assert "FAILING, Out of host capacity." in done.output
    assert f"Room for VM.Standard.A1.Flex in {domains[2]}: OUT_OF_HOST_CAPACITY" in done.output
    oracle.state.tenancy.capacity[domains[2]] = 2
    run(operator, oracle, *DEPLOY)
    [pool] = oracle.state.alive("nodepool")
    assert [node["lifecycleState"] for node in pool["nodes"]] == ["ACTIVE"] * 3
    assert domains[2] in {node["availabilityDomain"] for node in pool["nodes"]}
    oracle.state.tenancy.capacity = {}
    assert run(operator, oracle, *DEPLOY).changed == 0


def test_what_an_interrupted_run_has_begun_is_waited_for(operator: Playbooks, oracle: Emulator) -> None:
    state = oracle.state
    [cluster] = state.alive("cluster")
    state.clock.speed = 0
    client = Client(oracle)
    url = f"{CONTAINERS}/clusters/{cluster['id']}"
    assert client.send("PUT", url, {"freeformTags": cluster["freeformTags"]}).status_code == 202
    client.http.close()

    def go_on_once_somebody_looks() -> None:
        while not any(path.endswith("/logs") for _, _, path in state.calls[before:]):
            time.sleep(0.1)
        state.clock.speed = SPEED

    before = len(state.calls)
    threading.Thread(target=go_on_once_somebody_looks, daemon=True).start()
    done = run(operator, oracle, *DEPLOY)
    assert "CLUSTER_UPDATE succeeded" in done.output
    assert done.changed == 0


def test_a_pool_that_failed_yesterday_is_made_again(operator: Playbooks, oracle: Emulator) -> None:
    [pool] = oracle.state.alive("nodepool")
    pool["lifecycleState"] = "FAILED"
    run(operator, oracle, *DEPLOY)
    [again] = oracle.state.alive("nodepool")
    assert again["id"] != pool["id"]
    assert {node["lifecycleState"] for node in again["nodes"]} == {"ACTIVE"}
