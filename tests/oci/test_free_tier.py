"""The guard's account of tenancies that differ."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.oci.emulator import Emulator
from tests.plugins.support import run_module
from tests.support.playbooks import ROOT

# Oracle's SDK leaves its connections to the collector; a module's process ends there.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
ALLOWANCE = yaml.safe_load((ROOT / "roles/oke_cluster/vars/allowance.yml").read_text())["__oke_cluster_allowance"]
TAGS = {"todochat-platform": "todochat"}
PLATFORM: dict[str, Any] = {
    "allowance": ALLOWANCE, "tags": TAGS, "compartment": "todochat", "nodes": 2, "shape": "VM.Standard.A1.Flex",
    "ocpus": 1, "memory_gb": 6, "boot_gb": 50, "volumes_gb": [50, 50], "load_balancer": "flexible",
    "cluster_type": "BASIC_CLUSTER",
}  # fmt: skip


class Tenancy:
    """Puts things into the emulator's tenancy as somebody else would, or as this platform does with `tags`."""

    def __init__(self, oracle: Emulator) -> None:
        self.state = oracle.state
        self.other = oracle.state.add("compartment", name="other", compartmentId=oracle.state.root)["id"]

    def machine(self, ocpus: float = 1, memory: float = 6, boot: int = 50, tags: dict[str, str] | None = None) -> None:
        shape = {"shape": "VM.Standard.A1.Flex", "shapeConfig": {"ocpus": ocpus, "memoryInGBs": memory}}
        self._add("instance", **shape, freeformTags=tags or {}, lifecycleState="RUNNING")
        self._add("bootvolume", sizeInGBs=boot, lifecycleState="AVAILABLE")

    def volume(self, size: int, tags: dict[str, str] | None = None) -> None:
        self._add("volume", sizeInGBs=size, freeformTags=tags or {}, lifecycleState="AVAILABLE")

    def load_balancer(self, megabits: int, tags: dict[str, str] | None = None) -> None:
        speed = {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": megabits}
        self._add("loadbalancer", shapeName="flexible", shapeDetails=speed, freeformTags=tags or {})

    def _add(self, kind: str, **fields: Any) -> None:
        self.state.add(kind, compartmentId=self.other, displayName=kind, **fields)


@pytest.fixture
def tenancy(oracle: Emulator, monkeypatch: pytest.MonkeyPatch) -> Tenancy:
    for name, value in oracle.environment.items():
        monkeypatch.setenv(name, value)
    for kind in ("instance", "bootvolume", "volume", "loadbalancer", "networkloadbalancer", "cluster", "containerrepo"):
        oracle.state.tables[kind].clear()
    return Tenancy(oracle)


def guard(**changes: Any) -> dict[str, Any]:
    return run_module("oracle_free_tier", **{**PLATFORM, **changes})


def test_an_empty_tenancy_has_room_for_the_platform(tenancy: Tenancy) -> None:
    result = guard()
    assert (result["billed"], result["limits"]) == ([], [])
    assert "boot and block volumes         200        0      200      200 GB" in result["table"]


def test_somebody_else_has_used_the_cores(tenancy: Tenancy) -> None:
    tenancy.machine(ocpus=2, memory=12)
    billed = guard()["billed"]
    assert (
        "A1 cores: 2 OCPU are free, others use 2 and this platform would use 2; see oke_cluster_node_count" in billed[0]
    )
    assert [line.split(":")[0] for line in billed] == ["A1 cores", "A1 memory", "boot and block volumes"]


def test_three_volumes_of_somebody_else(tenancy: Tenancy) -> None:
    for _ in range(3):
        tenancy.volume(50)
    assert guard()["billed"] == [
        "boot and block volumes: 200 GB are free, others use 150 and this platform would use 200; "
        "see oke_cluster_node_boot_gb, oke_cluster_volumes_gb."
    ]


def test_the_documentation_shows_what_the_guard_says(tenancy: Tenancy) -> None:
    shown = (ROOT / "docs/oke.md").read_text()
    lines = [*guard()["table"]]
    paid, refused = guard(nodes=3), [guard(cluster_type="ENHANCED_CLUSTER")]
    for _ in range(3):
        tenancy.volume(50)
    refused.append(guard())
    tenancy.state.tables["volume"].clear()
    tenancy.machine(ocpus=2, memory=12)
    refused.append(guard())
    for report in [paid, *refused]:
        lines += [line for line in report["table"] if "<- too much" in line]
    # Who pays is not told what is refused.
    lines += [line for report in refused for line in report["billed"]]
    assert [line for line in lines if line not in shown] == []


def test_an_enhanced_cluster_is_billed(tenancy: Tenancy) -> None:
    assert [line.split(":")[0] for line in guard(cluster_type="ENHANCED_CLUSTER")["billed"]] == ["enhanced clusters"]


def test_what_is_ours_already_is_not_counted_twice(tenancy: Tenancy) -> None:
    for _ in range(2):
        tenancy.machine(tags=TAGS)
        tenancy.volume(50, tags=TAGS)
    tenancy.load_balancer(10, tags=TAGS)
    assert guard()["billed"] == []


def test_the_machines_of_a_pool_that_was_made_by_hand_are_ours(tenancy: Tenancy) -> None:
    for _ in range(2):
        tenancy.machine()
    assert [line.split(":")[0] for line in guard()["billed"]] == ["A1 cores", "A1 memory", "boot and block volumes"]
    assert guard(own=list(tenancy.state.tables["instance"]))["billed"] == []


def test_a_claim_counts_for_fifty_gigabytes(tenancy: Tenancy) -> None:
    assert "would use 250" in guard(volumes_gb=[1, 1, 1])["billed"][0]


def test_somebody_else_has_the_load_balancer(tenancy: Tenancy) -> None:
    tenancy.load_balancer(10)
    assert "see oke_cluster_load_balancer: nlb" in guard()["billed"][0]
    assert guard(load_balancer="nlb")["billed"] == []


def test_a_load_balancer_that_kubernetes_made_too_large(tenancy: Tenancy) -> None:
    tenancy.load_balancer(100, tags=TAGS)
    assert "has 100 Mbps, 10 are free" in guard()["billed"][0]


def test_the_nodes_of_two_years_ago_are_not_free_any_more(tenancy: Tenancy) -> None:
    assert [line.split(":")[0] for line in guard(ocpus=2, memory_gb=12)["billed"]] == ["A1 cores", "A1 memory"]


def test_other_machines_than_a1_are_billed(tenancy: Tenancy) -> None:
    assert [line.split(":")[0] for line in guard(shape="VM.Standard.E4.Flex")["billed"]] == ["machines that are not A1"]


def test_an_account_that_may_make_no_cluster(
    tenancy: Tenancy, oracle: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(oracle.state.tenancy.limits, "cluster-count", 0)
    assert "the limit cluster-count of eu-frankfurt-1 leaves 0" in guard()["limits"][0]


def test_a_wrong_key_is_said_to_be_one(tenancy: Tenancy, oracle: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle.state, "user", "ocid1.user.oc1..another")
    message = run_module("oracle_free_tier", **PLATFORM, fails=True)["msg"]
    assert "401 NotAuthenticated" in message
    assert "fingerprint and key file must belong together" in message


def test_an_unknown_compartment_names_those_that_there_are(tenancy: Tenancy) -> None:
    message = run_module("oracle_free_tier", **{**PLATFORM, "compartment": "tidochat"}, fails=True)["msg"]
    assert "0 compartments are called tidochat" in message
    assert "todochat" in message
