"""playbooks/preflight.yml with inventories/oke: everything that speaks against a deployment, at once and before it."""

from __future__ import annotations

from tests.oci.conftest import run
from tests.oci.emulator import Emulator
from tests.oci.emulator.identity import domain_names
from tests.support.playbooks import Playbooks

PREFLIGHT = "playbooks/preflight.yml"


def test_an_empty_tenancy_has_room(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, PREFLIGHT)
    assert "A1 cores                         2        0        2        2 OCPU" in done.output
    assert "VM.Standard.A1.Flex in tOdo:EU-FRANKFURT-1-AD-1: AVAILABLE" in done.output
    assert done.changed == 0


def test_all_that_speaks_against_it_is_said_at_once(operator: Playbooks, oracle: Emulator) -> None:
    state = oracle.state
    [compartment] = state.alive("compartment")
    other = {"compartmentId": state.root, "displayName": "somebody's", "lifecycleState": "RUNNING"}
    shape = {"shape": "VM.Standard.A1.Flex", "shapeConfig": {"ocpus": 2, "memoryInGBs": 12}}
    machine = state.add("instance", **other, **shape, availabilityDomain=domain_names(state)[0])
    state.add("vcn", compartmentId=compartment["id"], displayName="todochat", cidrBlocks=["10.0.0.0/16"])
    state.tenancy.limits["cluster-count"] = 0
    state.tenancy.capacity = dict.fromkeys(domain_names(state), 0)
    done = run(operator, oracle, PREFLIGHT, check=False, todochat_public_url="https://todo.example.com")
    for finding in (
        "A1 cores: 2 OCPU are free, others use 2 and this platform would use 2; see oke_cluster_node_count",
        "set oke_cluster_allow_cost: true",
        "the limit cluster-count of eu-frankfurt-1 leaves 0",
        "There is a VCN todochat that this role has not made",
        "No availability domain of eu-frankfurt-1 has room",
        "Set todochat_public_url",
        "Nothing has been changed.",
    ):
        assert finding in done.output, finding
    state.tables["vcn"].clear()
    state.tenancy.limits["cluster-count"] = 1
    state.tenancy.capacity = {}
    operator.variables["todochat_public_url"] = "https://todo.localhost"
    assert run(operator, oracle, PREFLIGHT, check=False).failed == 1
    assert run(operator, oracle, PREFLIGHT, oke_cluster_allow_cost=True).failed == 0
    del state.tables["instance"][machine["id"]]


def test_a_key_that_does_not_fit_is_said_to_be_wrong(operator: Playbooks, oracle: Emulator) -> None:
    user, oracle.state.user = oracle.state.user, "ocid1.user.oc1..another"
    done = run(operator, oracle, PREFLIGHT, check=False)
    oracle.state.user = user
    assert "401 NotAuthenticated" in done.output
    assert "fingerprint and key file must belong together" in done.output
