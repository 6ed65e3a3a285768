"""The way back: everything goes in the order of its dependencies, and nothing that costs stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oci.conftest import TEARDOWN, run
from tests.oci.emulator import Emulator
from tests.oci.made import made
from tests.support.playbooks import Playbooks


@pytest.fixture(scope="module", autouse=True)
def cluster(oracle: Emulator, operator: Playbooks) -> None:
    made(oracle.state)
    operator.variables |= {"oke_cluster_kubernetes_version": "v1.34.2", "oke_cluster_quota": False}


def test_what_would_be_removed_is_said_before(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, *TEARDOWN, "--check")
    assert "would remove node pool todochat with 2 nodes" in done.output
    assert "would remove VCN todochat with 3 subnets" in done.output
    assert len(oracle.state.alive("cluster")) == 1


def test_the_teardown_leaves_nothing_that_costs(operator: Playbooks, oracle: Emulator) -> None:
    state = oracle.state
    compartment, tags = state.alive("compartment")[0]["id"], {"todochat-platform": "todochat"}
    subnets = [subnet["id"] for subnet in state.alive("subnet")]
    state.add(
        "loadbalancer", compartmentId=compartment, displayName="left-behind", freeformTags=tags, subnetIds=subnets
    )
    state.add(
        "networkloadbalancer", compartmentId=compartment, displayName="nlb", freeformTags=tags, subnetId=subnets[2]
    )
    state.add(
        "volume",
        compartmentId=compartment,
        displayName="csi-left-behind",
        freeformTags=tags,
        sizeInGBs=50,
        lifecycleState="AVAILABLE",
    )
    state.add("quota", compartmentId=state.root, name="todochat", statements=[], freeformTags=tags)
    state.add("budget", compartmentId=state.root, displayName="todochat", freeformTags=tags)
    Path(operator.variables["todochat_kubeconfig"]).write_text("clusters: [{name: todochat}]")
    run(operator, oracle, *TEARDOWN)
    kinds = ["vcn", "subnet", "securitylist", "routetable", "internetgateway", "cluster", "nodepool", "instance"]
    kinds += ["bootvolume", "volume", "loadbalancer", "networkloadbalancer", "quota", "budget"]
    assert {kind: len(state.alive(kind)) for kind in kinds} == dict.fromkeys(kinds, 0)
    assert not Path(operator.variables["todochat_kubeconfig"]).exists()


def test_a_second_teardown_changes_nothing(operator: Playbooks, oracle: Emulator) -> None:
    assert run(operator, oracle, *TEARDOWN).changed == 0
