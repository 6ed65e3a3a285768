# SPDX-License-Identifier: Apache-2.0
"""What a tenancy on Oracle Cloud uses, and what its limits leave."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils.free_tier import Usage, Wanted, is_ours
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import Session, everything, if_allowed

# The lists that are read, by the client that has them.
_LISTS = {
    "instances": ("core.ComputeClient", "list_instances"),
    "boot_volumes": ("core.BlockstorageClient", "list_boot_volumes"),
    "volumes": ("core.BlockstorageClient", "list_volumes"),
    "load_balancers": ("load_balancer.LoadBalancerClient", "list_load_balancers"),
    "network_load_balancers": ("network_load_balancer.NetworkLoadBalancerClient", "list_network_load_balancers"),
    "clusters": ("container_engine.ContainerEngineClient", "list_clusters"),
    "repositories": ("artifacts.ArtifactsClient", "list_container_repositories"),
}


def usage(session: Session) -> Usage:
    """What all compartments use, asked in parallel: a tenancy may have many."""
    compartments = [session.tenancy_id, *(item["id"] for item in session.compartments())]
    clients = {name: session.client(name) for name in sorted({client for client, _ in _LISTS.values()})}

    def read(what: str, compartment: str) -> tuple[str, list[dict[str, Any]]]:
        client, method = _LISTS[what]
        listing: Callable[..., Any] = getattr(clients[client], method)
        return what, everything(listing, compartment_id=compartment)

    found = Usage()
    with ThreadPoolExecutor(8) as pool:
        questions = [(what, compartment) for what in _LISTS for compartment in compartments]
        for what, items in pool.map(lambda question: read(*question), questions):
            getattr(found, what).extend(items)
    return found


def refused_by_limits(session: Session, compartment: str, used: Usage, wanted: Wanted) -> list[str]:
    """What the service limits do not allow; a free account may have a cluster limit of 0."""
    limits = session.client("limits.LimitsClient")
    ours = [item for item in used.clusters if is_ours(item, wanted)]
    if any(item["lifecycle_state"] not in ("DELETED", "FAILED") for item in ours):
        return []
    answer = if_allowed(limits.get_resource_availability, "container-engine", "cluster-count", compartment)
    if answer is None or (answer["available"] or 0) > 0:
        return []
    return [
        f"No cluster can be made: the limit cluster-count of {session.region} leaves 0, "
        f"{answer['used'] or 0} are in use. "
        "Some free accounts may have none at all: ask for one in the console under Limits, Quotas and Usage, "
        "or change to Pay-As-You-Go, which keeps the free allowance."
    ]
