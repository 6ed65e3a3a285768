"""Oracle's services beside the cluster, in this order: what would be made, made, as it is, and removed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oci.conftest import DEPLOY, TEARDOWN, run
from tests.oci.emulator import Emulator
from tests.oci.emulator.artifacts import add_image
from tests.oci.made import made
from tests.support.playbooks import Playbooks

LOGGING = ["loggroup", "log", "dynamicgroup", "policy", "unifiedagentconfiguration", "serviceconnector"]
# What Oracle emits of every machine and cluster, as its documentation says, and what is counted from the log.
METRICS = {
    "oci_compute_infrastructure_health": {"instance_accessibility_status"},
    "oci_computeagent": {"CpuUtilization", "MemoryUtilization"},
    "oci_oke": {"KubernetesNodeCondition", "NodeState", "UnschedulablePods"},
    "todochat": {"container_restarts"},
}


@pytest.fixture(scope="module", autouse=True)
def cluster(oracle: Emulator, operator: Playbooks) -> None:
    made(oracle.state)
    operator.variables |= {
        "oke_cluster_kubernetes_version": "v1.34.2",
        "oke_cluster_quota": False,
        "oke_cluster_repositories": ["todochat/app"],
        "oke_cluster_backup_bucket": "todochat-backups",
        "oke_cluster_alarm_email": "ada@example.com",
        "oke_cluster_image_keep": 2,
        "oke_cluster_image_tag": "1",
        "oke_cluster_logging": True,
    }


def test_check_mode_says_what_would_be_made(operator: Playbooks, oracle: Emulator) -> None:
    done = run(operator, oracle, *DEPLOY, "--check")
    for line in ("repository todochat/app", "log group todochat", "connector todochat", "alarm todochat-pod-restarts"):
        assert f"would create {line}" in done.output
    assert not any(oracle.state.tables[kind] for kind in [*LOGGING, "containerrepo", "bucket", "onstopic", "alarm"])


def test_registry_bucket_alarms_and_logs(operator: Playbooks, oracle: Emulator) -> None:
    run(operator, oracle, *DEPLOY)
    state = oracle.state
    [repository], [bucket], [topic] = state.alive("containerrepo"), state.alive("bucket"), state.alive("onstopic")
    assert (repository["isPublic"], bucket["publicAccessType"]) == (False, "NoPublicAccess")
    for version in ("1", "2", "3", "4"):
        add_image(state, repository, version, size=100_000_000)
    alarms = state.alive("alarm")
    assert [alarm["destinations"] for alarm in alarms] == [[topic["id"]]] * 5
    assert {alarm["query"].split("[")[0] for alarm in alarms if alarm["namespace"] == "todochat"} == METRICS["todochat"]
    assert all(alarm["query"].split("[")[0] in METRICS[alarm["namespace"]] for alarm in alarms)


def test_the_containers_logs_go_from_the_nodes_to_a_log_and_restarts_to_a_metric(oracle: Emulator) -> None:
    (group,), (log,), (nodes,), (policy,), (agent,), (connector,) = (oracle.state.alive(kind) for kind in LOGGING)
    [compartment] = oracle.state.alive("compartment", name="todochat")
    assert (log["logGroupId"], log["logType"], log["retentionDuration"]) == (group["id"], "CUSTOM", 30)
    assert nodes["matchingRule"] == f"ALL {{instance.compartment.id = '{compartment['id']}'}}"
    assert policy["statements"][0].startswith("allow dynamic-group todochat to use log-content in compartment id ")
    assert agent["groupAssociation"]["groupList"] == [nodes["id"]]
    containers, restarts = agent["serviceConfiguration"]["sources"]
    assert containers["paths"] == ["/var/log/containers/*_todochat_*.log"]
    assert restarts["parser"]["expression"] == r"^.*kubelet\[\d+\]: (?<message>.*CrashLoopBackOff.*)$"
    assert agent["serviceConfiguration"]["destination"]["logObjectId"] == log["id"]
    assert [source["logId"] for source in connector["source"]["logSources"]] == [log["id"]]
    assert connector["target"]["metricNamespace"] == "todochat"


def test_the_second_run_removes_old_images_and_the_third_changes_nothing(operator: Playbooks, oracle: Emulator) -> None:
    run(operator, oracle, *DEPLOY, oke_cluster_log_days=60)
    # The newest two, and the one that is deployed.
    assert [image["version"] for image in oracle.state.alive("containerimage")] == ["1", "3", "4"]
    assert [log["retentionDuration"] for log in oracle.state.alive("log")] == [60]
    assert run(operator, oracle, *DEPLOY).changed == 0


def test_the_teardown_keeps_what_has_data_and_what_is_not_ours(operator: Playbooks, oracle: Emulator) -> None:
    state = oracle.state
    state.add("alarm", compartmentId=state.alive("compartment")[0]["id"], displayName="somebody's")
    assert "would remove alarm todochat-node-disk" in run(operator, oracle, *TEARDOWN, "--check").output
    run(operator, oracle, *TEARDOWN)
    left = Counter(
        {kind: len(state.alive(kind)) for kind in [*LOGGING, "onstopic", "alarm", "bucket", "containerrepo"]}
    )
    assert +left == {"alarm": 1, "bucket": 1, "containerrepo": 1}
