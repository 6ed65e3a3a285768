# SPDX-License-Identifier: Apache-2.0
"""What there is of the services beside the cluster: registry, notifications, alarms, object storage and logging."""

from __future__ import annotations

from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils.oke import alive, only
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import (
    Session,
    everything,
    if_allowed,
    plain,
)

Found = dict[str, Any]


def look(
    session: Session,
    *,
    compartment: str,
    name: str,
    repositories: list[str],
    keep: int,
    in_use: str,
    bucket: str,
    logging: bool,
) -> Found:
    """Everything that `oracle_services_info` returns."""
    place = session.compartment(compartment)
    where = {"compartment_id": place["id"]}
    artifacts = session.client("artifacts.ArtifactsClient")
    there = alive(everything(artifacts.list_container_repositories, **where)) if repositories else []
    ours = {item["display_name"]: item for item in there if item["display_name"] in repositories}
    images: list[Found] = []
    for item in ours.values():
        images += alive(everything(artifacts.list_container_images, **where, repository_id=item["id"]))
    topics = everything(session.client("ons.NotificationControlPlaneClient").list_topics, **where, name=name)
    topic = next(iter(alive(topics)), {})
    data_plane = session.client("ons.NotificationDataPlaneClient")
    subscriptions = everything(data_plane.list_subscriptions, **where, topic_id=topic["topic_id"]) if topic else []
    monitoring = session.client("monitoring.MonitoringClient")
    # The list is a summary; comparing takes the whole.
    alarms = [
        plain(monitoring.get_alarm(item["id"]).data) for item in alive(everything(monitoring.list_alarms, **where))
    ]
    storage = session.client("object_storage.ObjectStorageClient")
    namespace = storage.get_namespace().data
    return {
        "compartment": place,
        "namespace": namespace,
        "repositories": ours,
        "superseded_images": superseded(images, keep, in_use),
        "topic": topic,
        "subscriptions": {
            item["endpoint"]: item for item in subscriptions if item["lifecycle_state"] in ("PENDING", "ACTIVE")
        },
        "alarms": {item["display_name"]: item for item in alarms},
        "bucket": (if_allowed(storage.get_bucket, namespace, bucket) or {}) if bucket else {},
        "logging": log_collection(session, where, name) if logging else {},
    }


def log_collection(session: Session, where: Found, name: str) -> Found:
    """Everything of this name on a log's way, {} for what is not there."""
    identity, logging = session.identity, session.client("logging.LoggingManagementClient")
    connectors = session.client("sch.ServiceConnectorClient")
    # Who may not ask about dynamic groups and policies has made none.
    groups = if_allowed(identity.list_dynamic_groups, session.tenancy_id, name=name) or []
    policies = if_allowed(identity.list_policies, where["compartment_id"], name=name) or []
    log_group = only("log group", everything(logging.list_log_groups, **where, display_name=name), name)
    logs = everything(logging.list_logs, log_group["id"], display_name=name) if log_group else []
    agents = everything(logging.list_unified_agent_configurations, **where, display_name=name)
    agent = only("agent configuration", agents, name)
    connector = only("connector", everything(connectors.list_service_connectors, **where, display_name=name), name)
    return {
        "dynamic_group": only("dynamic group", groups, name),
        "policy": only("policy", policies, name),
        "log_group": log_group,
        "log": only("log", logs, name),
        # The lists are summaries; comparing takes the whole.
        "agent": plain(logging.get_unified_agent_configuration(agent["id"]).data) if agent else {},
        "connector": plain(connectors.get_service_connector(connector["id"]).data) if connector else {},
    }


def superseded(images: list[Found], keep: int, in_use: str) -> list[Found]:
    """All but the newest images of each repository, without the tag that is in use."""
    old = []
    for repository in {image["repository_id"] for image in images}:
        own = sorted(
            (i for i in images if i["repository_id"] == repository), key=lambda i: i["time_created"], reverse=True
        )
        old += [image for image in own[keep:] if image["version"] != in_use]
    return old
