# SPDX-License-Identifier: Apache-2.0
"""What there is of the services beside the cluster: registry, notifications, alarms and object storage."""

from __future__ import annotations

from typing import Any

from ansible_collections.todochat.platform.plugins.module_utils.oke import alive
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import (
    Session,
    everything,
    if_allowed,
    plain,
)

Found = dict[str, Any]


def look(
    session: Session, *, compartment: str, name: str, repositories: list[str], keep: int, in_use: str, bucket: str
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
