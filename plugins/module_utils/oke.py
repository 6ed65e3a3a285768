# SPDX-License-Identifier: Apache-2.0
"""What there is of a cluster on Oracle Cloud, and what is being done with it."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import (
    OracleError,
    Session,
    everything,
    if_allowed,
    plain,
)

Found = dict[str, Any]
GONE = {"DELETED", "TERMINATED"}
# States of a node. A machine that could not be launched is FAILING, or ACTIVE with an error.
_GOING = {"DELETED", "DELETING"}
_WELL = {"ACTIVE", "CREATING", "UPDATING"}
# Oracle-Linux-8.10-aarch64-2026.08.31-0-OKE-1.36.1-1402
_IMAGE = re.compile(r"-aarch64-(?P<date>[\d.]+)-\d+-OKE-(?P<version>[\d.]+)-(?P<build>\d+)$")


def look(
    session: Session,
    *,
    compartment: str,
    vcn: str,
    cluster: str,
    node_pool: str,
    shape: str,
    shape_ocpus: float,
    shape_memory_gb: float,
    tags: dict[str, str],
) -> Found:
    """Everything that `oke_info` returns. Raises OracleError where a name means two things."""
    place = session.compartment(compartment)
    where = {"compartment_id": place["id"]}
    identity, network, containers = session.identity, session.network, session.containers
    subscriptions = plain(identity.list_region_subscriptions(session.tenancy_id).data)
    net = only("VCN", everything(network.list_vcns, **where, display_name=vcn), vcn)
    inside = {**where, "vcn_id": net["id"]} if net else None

    def within(listing: Any) -> Found:
        return {item["display_name"]: item for item in alive(everything(listing, **inside))} if inside else {}

    the_cluster = only("cluster", everything(containers.list_clusters, **where, name=cluster), cluster)
    pool: Found = {}
    if the_cluster:
        the_cluster = plain(containers.get_cluster(the_cluster["id"]).data)
        pools = everything(containers.list_node_pools, **where, cluster_id=the_cluster["id"], name=node_pool)
        pool = only("node pool", pools, node_pool)
        if pool:
            pool = plain(containers.get_node_pool(pool["id"]).data)
            pool["nodes"] = [node for node in pool["nodes"] or [] if node["lifecycle_state"] not in _GOING]
    domains = [item["name"] for item in everything(identity.list_availability_domains, place["id"])]
    versions = plain(containers.get_cluster_options("all").data)["kubernetes_versions"]
    sources = plain(containers.get_node_pool_options("all", compartment_id=place["id"]).data)["sources"]
    return {
        "compartment": place,
        "tenancy_id": session.tenancy_id,
        "region": session.region,
        "region_key": next((s["region_key"].lower() for s in subscriptions if s["region_name"] == session.region), ""),
        "availability_domains": domains,
        "vcn": net,
        "internet_gateways": within(network.list_internet_gateways),
        "route_tables": within(network.list_route_tables),
        "security_lists": within(network.list_security_lists),
        "subnets": within(network.list_subnets),
        "cluster": the_cluster,
        "node_pool": pool,
        "failed_nodes": [
            node for node in pool.get("nodes", []) if node["node_error"] or node["lifecycle_state"] not in _WELL
        ],
        "kubernetes_versions": sorted(versions, key=version_key),
        "leftovers": leftovers(session, place["id"], tags) if tags else {},
        **spending_limits(session, cluster),
        "node_images": newest_images(sources),
        "capacity": capacity(session, domains, shape, shape_ocpus, shape_memory_gb) if shape else {},
    }


def leftovers(session: Session, compartment: str, tags: dict[str, str]) -> Found:
    """What Kubernetes has made in the compartment with these tags: it outlives the cluster."""
    lists = {
        "load_balancers": session.client("load_balancer.LoadBalancerClient").list_load_balancers,
        "network_load_balancers": session.client(
            "network_load_balancer.NetworkLoadBalancerClient"
        ).list_network_load_balancers,
        "volumes": session.client("core.BlockstorageClient").list_volumes,
    }
    return {
        name: [
            item
            for item in alive(everything(listing, compartment_id=compartment))
            if tags.items() <= (item.get("freeform_tags") or {}).items()
        ]
        for name, listing in lists.items()
    }


def spending_limits(session: Session, name: str) -> Found:
    """Quota, budget and alert rule of this name, which are kept in the tenancy's root; {} for what is not there."""
    quotas, budgets = session.client("limits.QuotasClient"), session.client("budget.BudgetClient")
    quota = only("quota", everything(quotas.list_quotas, session.tenancy_id, name=name), name)
    # The list does not show the statements.
    quota = plain(quotas.get_quota(quota["id"]).data) if quota else {}
    budget = only("budget", everything(budgets.list_budgets, session.tenancy_id, display_name=name), name)
    rules = everything(budgets.list_alert_rules, budget["id"], display_name=name) if budget else []
    return {"quota": quota, "budget": budget, "budget_alert": rules[0] if rules else {}}


def capacity(session: Session, domains: list[str], shape: str, ocpus: float, memory_gb: float) -> dict[str, str]:
    """Whether each availability domain has room for one more such machine; {} when the user may not ask."""
    compute = session.client("core.ComputeClient")
    wanted = {"instanceShape": shape, "instanceShapeConfig": {"ocpus": ocpus, "memoryInGBs": memory_gb}}
    rooms = {}
    for domain in domains:
        question = {"compartmentId": session.tenancy_id, "availabilityDomain": domain, "shapeAvailabilities": [wanted]}
        report = if_allowed(compute.create_compute_capacity_report, question)
        if report is None:
            return {}
        rooms[domain] = report["shape_availabilities"][0]["availability_status"]
    return rooms


def alive(items: list[Found]) -> list[Found]:
    return [item for item in items if item.get("lifecycle_state") not in GONE]


def only(what: str, items: list[Found], name: str) -> Found:
    """The one that is there, or {}. Raises OracleError when there are two."""
    there = alive(items)
    if len(there) > 1:
        identifiers = " and ".join(item["id"] for item in there)
        raise OracleError(
            f"There is more than one {what} with the name {name}: {identifiers}. Rename or remove all but one."
        )
    return there[0] if there else {}


def version_key(version: str) -> list[int]:
    """v1.34.10 comes after v1.34.9."""
    return [int(part) for part in version.lstrip("v").split(".")]


def newest_images(sources: list[Found]) -> dict[str, Found]:
    """The newest image for ARM of each Kubernetes version; the order of Oracle's list means nothing."""
    newest: dict[str, tuple[tuple[str, int], Found]] = {}
    for source in sources:
        if (match := _IMAGE.search(source["source_name"])) is None:
            continue
        age, version = (match["date"], int(match["build"])), f"v{match['version']}"
        if version not in newest or newest[version][0] < age:
            newest[version] = (age, source)
    return {version: source for version, (_, source) in newest.items()}


def upgrade_path(now: str, wanted: str, offered: list[str]) -> list[str]:
    """The versions that lead from one to another, one minor at a time, by the newest patch of each.

    Raises OracleError when there is no such way, also for a way back.
    """
    if version_key(wanted) < version_key(now):
        raise OracleError(f"The cluster has Kubernetes {now}: it cannot go back to {wanted}.")
    steps = []
    for minor in range(version_key(now)[1] + 1, version_key(wanted)[1]):
        patches = [version for version in offered if version_key(version)[1] == minor]
        if not patches:
            raise OracleError(
                f"Oracle offers no Kubernetes 1.{minor}, which is between {now} and {wanted}: {', '.join(offered)}."
            )
        steps.append(max(patches, key=version_key))
    return [*steps, wanted] if wanted != now else []


def work_request(session: Session, compartment_id: str, resource_id: str) -> Found:
    """The newest work request of a cluster or a node pool with its log and its errors, or {}."""
    containers = session.containers
    requests = everything(containers.list_work_requests, compartment_id, resource_id=resource_id)
    if not requests:
        return {}
    newest = max(requests, key=lambda request: request["time_accepted"])
    found = {"id": newest["id"], "operation": newest["operation_type"], "status": newest["status"]}
    where = (compartment_id, newest["id"])
    found["log"] = [entry["message"] for entry in everything(containers.list_work_request_logs, *where)]
    found["errors"] = [entry["message"] for entry in everything(containers.list_work_request_errors, *where)]
    return found
