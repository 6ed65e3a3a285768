"""Oracle's services beside the cluster: registry, object storage, notifications and alarms."""

from __future__ import annotations

import pytest

from tests.oci.conftest import DEPLOY, run
from tests.oci.emulator import Emulator
from tests.oci.emulator.artifacts import add_image
from tests.oci.made import made
from tests.support.playbooks import Playbooks


@pytest.fixture(scope="module", autouse=True)
def cluster(oracle: Emulator, operator: Playbooks) -> None:
    made(oracle.state)
    operator.variables |= {"oke_cluster_kubernetes_version": "v1.34.2", "oke_cluster_quota": False}


def test_registry_bucket_and_alarms(operator: Playbooks, oracle: Emulator) -> None:
    services = {
        "oke_cluster_repositories": ["todochat/app"],
        "oke_cluster_backup_bucket": "todochat-backups",
        "oke_cluster_alarm_email": "ada@example.com",
        "oke_cluster_image_keep": 2,
        "oke_cluster_image_tag": "1",
    }
    run(operator, oracle, *DEPLOY, **services)
    state = oracle.state
    [repository], [bucket], [topic] = state.alive("containerrepo"), state.alive("bucket"), state.alive("onstopic")
    assert (repository["isPublic"], bucket["publicAccessType"]) == (False, "NoPublicAccess")
    assert [alarm["destinations"] for alarm in state.alive("alarm")] == [[topic["id"]]] * 2
    for version in ("1", "2", "3", "4"):
        add_image(state, repository, version, size=100_000_000)
    run(operator, oracle, *DEPLOY)
    # The newest two, and the one that is deployed.
    assert [image["version"] for image in state.alive("containerimage")] == ["1", "3", "4"]
    assert run(operator, oracle, *DEPLOY).changed == 0
