# SPDX-License-Identifier: Apache-2.0
"""What Oracle's Always Free allowance leaves of a tenancy, and what Oracle would bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]
# Block volumes are at least this large: the CSI driver makes smaller claims larger without a word.
MINIMUM_VOLUME_GB = 50
_STOPPED_FOR_GOOD = {"TERMINATED", "TERMINATING", "DELETED", "DELETING", "FAILED"}


@dataclass(frozen=True)
class Line:
    """One allowance: what is free of it, what others in the tenancy use of it, and what we shall."""

    name: str
    unit: str
    free: float
    others: float
    ours: float
    # What to change when it is too much.
    variable: str

    @property
    def total(self) -> float:
        return self.others + self.ours

    @property
    def exceeded(self) -> bool:
        """What others use is theirs, as long as we add nothing to it."""
        return self.ours > 0 and self.total > self.free


@dataclass
class Usage:
    """What a tenancy uses, as lists of what the API sends."""

    instances: list[Item] = field(default_factory=list)
    boot_volumes: list[Item] = field(default_factory=list)
    volumes: list[Item] = field(default_factory=list)
    load_balancers: list[Item] = field(default_factory=list)
    network_load_balancers: list[Item] = field(default_factory=list)
    clusters: list[Item] = field(default_factory=list)
    repositories: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What this platform shall have when it is complete."""

    nodes: int
    shape: str
    ocpus: float
    memory_gb: float
    boot_gb: float
    volumes_gb: tuple[float, ...]
    load_balancer: str  # flexible or nlb
    cluster_type: str
    tags: dict[str, str]
    # OCIDs of what is ours without having the tags.
    own: tuple[str, ...] = ()


def account(allowance: dict[str, float], used: Usage, wanted: Wanted) -> list[Line]:
    """Every allowance with what is used of it. `allowance` has the keys of roles/oke_cluster/vars/allowance.yml."""
    arm = [item for item in _running(used.instances) if item["shape"].startswith("VM.Standard.A1.")]
    our_nodes = wanted.nodes if wanted.shape.startswith("VM.Standard.A1.") else 0
    others = [item for item in arm if not is_ours(item, wanted)]
    boot = _running(used.boot_volumes)
    # A boot volume does not have the tags of its machine; what stays of ours is what our machines do not have.
    our_boot = sum(1 for item in _running(used.instances) if is_ours(item, wanted))
    other_boot = max(0.0, sum(item["size_in_gbs"] for item in boot) - our_boot * wanted.boot_gb)
    volumes = _running(used.volumes)
    our_volumes = sum(item["size_in_gbs"] for item in volumes if is_ours(item, wanted))
    other_volumes = sum(item["size_in_gbs"] for item in volumes) - our_volumes
    claims = sum(max(size, MINIMUM_VOLUME_GB) for size in wanted.volumes_gb)
    flexible, network = _foreign(used.load_balancers, wanted), _foreign(used.network_load_balancers, wanted)
    registry = sum(item.get("layers_size_in_bytes") or 0 for item in used.repositories) / 1e9
    enhanced = [item for item in _foreign(used.clusters, wanted) if item.get("type") == "ENHANCED_CLUSTER"]
    shapes = [item["shape_config"] for item in others]
    other_cores, other_memory = sum(item["ocpus"] for item in shapes), sum(item["memory_in_gbs"] for item in shapes)
    our_volumes_gb = wanted.nodes * wanted.boot_gb + max(claims, our_volumes)
    nodes, prefix = "oke_cluster_node_count", "oke_cluster_node"
    balancer = wanted.load_balancer
    return [
        Line(
            "A1 cores", "OCPU", allowance["a1_ocpus"], other_cores, our_nodes * wanted.ocpus,
            f"{nodes}, {prefix}_ocpus",
        ),
        Line(
            "A1 memory", "GB", allowance["a1_memory_gb"], other_memory, our_nodes * wanted.memory_gb,
            f"{nodes}, {prefix}_memory_gb",
        ),
        Line(
            "boot and block volumes", "GB", allowance["volumes_gb"], other_boot + other_volumes, our_volumes_gb,
            f"{prefix}_boot_gb, oke_cluster_volumes_gb",
        ),
        Line(
            "load balancers", "", allowance["load_balancers"], len(flexible), float(balancer == "flexible"),
            "oke_cluster_load_balancer: nlb",
        ),
        Line(
            "network load balancers", "", allowance["network_load_balancers"], len(network), float(balancer == "nlb"),
            "oke_cluster_load_balancer: flexible",
        ),
        Line(
            "enhanced clusters", "", 0, len(enhanced), float(wanted.cluster_type == "ENHANCED_CLUSTER"),
            "oke_cluster_type: BASIC_CLUSTER",
        ),
        Line("machines that are not A1", "", 0, 0, wanted.nodes - our_nodes, f"{prefix}_shape: VM.Standard.A1.Flex"),
        Line("images in the registry", "GB", allowance["registry_gb"], 0, round(registry, 2), "oke_cluster_image_keep"),
    ]  # fmt: skip


def too_large(used: Usage, wanted: Wanted, megabits: float) -> list[str]:
    """Our load balancers that are faster than the free one; without annotations Kubernetes makes one of 100 Mbps."""
    return [
        f"The load balancer {item['display_name']} has {_speed(item):g} Mbps, {megabits:g} are free: "
        "set service.beta.kubernetes.io/oci-load-balancer-shape, -flex-min and -flex-max as inventories/oke does."
        for item in _running(used.load_balancers)
        if is_ours(item, wanted) and _speed(item) > megabits
    ]


def table(lines: Iterable[Line]) -> list[str]:
    """The account, to read."""
    heading = f"{'':26}{'free':>8}{'others':>9}{'ours':>9}{'in all':>9}"
    rows = [
        f"{line.name:26}{line.free:8g}{line.others:9g}{line.ours:9g}{line.total:9g} {line.unit}".rstrip()
        + ("  <- too much" if line.exceeded else "")
        for line in lines
        if line.free or line.total
    ]
    return [heading, *rows]


def refusals(lines: Iterable[Line]) -> list[str]:
    """What would be billed, with the numbers and what to set."""
    return [
        f"{line.name}: {line.free:g} {line.unit} are free, "
        f"others use {line.others:g} and this platform would use {line.ours:g}; see {line.variable}.".replace("  ", " ")
        for line in lines
        if line.exceeded
    ]


def _running(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.get("lifecycle_state") not in _STOPPED_FOR_GOOD]


def is_ours(item: Item, wanted: Wanted) -> bool:
    """Whether something in the tenancy is part of this platform."""
    tags = item.get("freeform_tags") or {}
    return item["id"] in wanted.own or all(tags.get(name) == value for name, value in wanted.tags.items())


def _foreign(items: Iterable[Item], wanted: Wanted) -> list[Item]:
    return [item for item in _running(items) if not is_ours(item, wanted)]


def _speed(balancer: Item) -> float:
    if balancer.get("shape_name") == "flexible":
        return float((balancer.get("shape_details") or {}).get("maximum_bandwidth_in_mbps") or 0)
    return float((balancer.get("shape_name") or "0").removesuffix("Mbps") or 0)
