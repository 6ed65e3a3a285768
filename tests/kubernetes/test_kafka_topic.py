"""The broker on a real cluster: its topics are made from here, its messages outlive it, and only who may reaches it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest

from tests.kubernetes.cluster import Namespace, cluster_variables

NewNamespace = Callable[..., Namespace]
DEPLOY = ("playbooks/deploy.yml", "--tags", "redpanda")
PORT = 19094
TOPICS = [{"name": "task-events", "partitions": 3}, {"name": "dead-letter", "partitions": 1}]


@pytest.fixture(scope="module")
def broker(new_namespace: NewNamespace) -> Namespace:
    """A namespace with a broker and two pods that do nothing, of which one may reach it."""
    namespace = new_namespace(redpanda_provider="kafka", todochat_kafka_topics=TOPICS)
    namespace.variables["todochat_kafka_brokers"] = f"kafka-0.kafka.{namespace.name}.svc.cluster.local:9092"
    namespace.play(*DEPLOY)
    for name, labels in (("friend", {"todochat.platform/uses-kafka": "true"}), ("stranger", {})):
        namespace.kubectl("apply", "-f", "-", stdin=json.dumps(idle_pod(name, labels)))
    namespace.kubectl("wait", "pod", "friend", "stranger", "--for=condition=Ready", "--timeout=120s")
    return namespace


def idle_pod(name: str, labels: dict[str, str]) -> dict:
    image = cluster_variables().get("redpanda_image", "docker.io/apache/kafka:4.1.0")
    security = {"runAsUser": 1000, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    container = {"name": "client", "image": image, "command": ["sleep", "3600"], "securityContext": security}
    pod_security = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {"terminationGracePeriodSeconds": 0, "securityContext": pod_security, "containers": [container]},
    }


def connects(namespace: Namespace, pod: str, address: str, port: int) -> bool:
    """Whether the pod gets a TCP connection within three seconds."""
    script = f"timeout 3 bash -c ': < /dev/tcp/{address}/{port}' 2>/dev/null && echo yes || echo no"
    return namespace.kubectl("exec", pod, "--", "bash", "-c", script).strip() == "yes"


def test_the_second_run_changes_nothing(broker: Namespace) -> None:
    assert broker.play(*DEPLOY).changed == 0
    assert broker.play(*DEPLOY, "--check").changed == 0


def test_a_topic_grows_through_a_forwarded_port(broker: Namespace) -> None:
    broker.variables["todochat_kafka_topics"] = [{**TOPICS[0], "partitions": 4}, TOPICS[1]]

    assert broker.play(*DEPLOY).changed == 1
    assert broker.play(*DEPLOY).changed == 0
    broker.variables["todochat_kafka_topics"] = TOPICS
    refused = broker.play(*DEPLOY, check=False)
    assert refused.failed == 1
    assert "task-events" in refused.output


def test_messages_outlive_the_broker(broker: Namespace) -> None:
    broker.variables["todochat_kafka_topics"] = [{**TOPICS[0], "partitions": 4}, TOPICS[1]]
    broker.kubectl("delete", "pod", "kafka-0", "--wait=true")

    assert broker.play(*DEPLOY).changed == 0  # the topics, and so the volume, are still there


def test_only_pods_with_the_label_reach_it(broker: Namespace) -> None:
    [pod] = broker.objects("pods", "app.kubernetes.io/name=kafka")
    address = pod["status"]["podIP"]

    assert connects(broker, "friend", address, 9092)
    assert not connects(broker, "stranger", address, 9092)
    # The listener of this machine is on the pod's loopback, the controller's as well.
    assert not connects(broker, "friend", address, PORT)
    assert not connects(broker, "friend", address, 9093)


def test_the_dead_letters_can_be_listed(broker: Namespace) -> None:
    assert "There are none." in broker.play("playbooks/dead_letters.yml").output


def test_a_busy_port_is_told(broker: Namespace) -> None:
    with socket.create_server(("127.0.0.1", PORT)):
        run = broker.play("playbooks/dead_letters.yml", check=False)

    assert run.failed == 1
    assert f"Port {PORT} of this machine is in use by another program" in run.output


def test_clients_that_are_told_another_place_are_refused(broker: Namespace) -> None:
    run = broker.play(*DEPLOY, "-e", "todochat_kafka_brokers=redpanda:9093", check=False)

    assert run.failed == 1
    assert "set todochat_kafka_brokers" in run.output
