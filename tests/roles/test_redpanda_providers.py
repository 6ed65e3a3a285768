"""The brokers that the tests cannot run: their manifests, against the real charts and schemas where those are at hand.

TODOCHAT_REDPANDA_CHART and TODOCHAT_STRIMZI_CHART name them, as directories; the repository has no third-party content.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.support.roles import evaluate

SHARED = {
    "todochat_namespace": "todochat",
    "todochat_kafka_topics": [],
    "ansible_facts": {"effective_user_id": 0},
}
POLICIES = "{{ __redpanda_policies }}"
USERS = {"matchLabels": {"todochat.platform/uses-kafka": "true"}}


def role(provider: str, expression: str, **variables: Any) -> Any:
    return evaluate("redpanda", expression, redpanda_provider=provider, **SHARED, **variables)


def chart(variable: str) -> Path:
    if variable not in os.environ:
        pytest.skip(f"{variable} does not name the chart: it was NOT checked against the real one")
    return Path(os.environ[variable])


def manifests(chart: Path, values: dict[str, Any], tmp_path: Path) -> list[dict[str, Any]]:
    """What helm makes of the values."""
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("helm is not on PATH: the chart was NOT rendered")
    (tmp_path / "values.yaml").write_text(json.dumps(values))
    command = [helm, "template", "redpanda", chart, "--namespace=todochat", "--kube-version=1.34.0"]
    command += ["--values", tmp_path / "values.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def restricted(pod: dict[str, Any]) -> bool:
    """Whether Pod Security `restricted` takes it, as far as these charts can go wrong."""
    containers = pod["containers"] + pod.get("initContainers", [])
    return pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault" and all(
        container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        and container["securityContext"]["allowPrivilegeEscalation"] is False
        and container["securityContext"]["runAsNonRoot"] is True
        for container in containers
    )


def test_redpanda_is_one_broker_that_restricted_takes(tmp_path: Path) -> None:
    path = chart("TODOCHAT_REDPANDA_CHART")
    made = manifests(path, role("redpanda", "{{ __redpanda_chart_values }}"), tmp_path)

    by_kind = {document["kind"]: document for document in made}
    broker, job = by_kind["StatefulSet"], by_kind["Job"]
    assert (broker["metadata"]["name"], broker["spec"]["replicas"]) == ("redpanda", 1)
    assert restricted(broker["spec"]["template"]["spec"])
    assert restricted(job["spec"]["template"]["spec"])
    ports = {
        port["name"]: port["containerPort"] for port in broker["spec"]["template"]["spec"]["containers"][0]["ports"]
    }
    assert (ports["kafka"], ports["kafka-default"]) == (9093, 19094)
    assert "Certificate" not in by_kind
    assert [document for document in made if document["kind"] == "Service"] == [by_kind["Service"]]


def test_the_policies_of_redpanda_fit_the_pods_of_its_chart(tmp_path: Path) -> None:
    made = manifests(chart("TODOCHAT_REDPANDA_CHART"), role("redpanda", "{{ __redpanda_chart_values }}"), tmp_path)
    labels = next(d for d in made if d["kind"] == "StatefulSet")["spec"]["template"]["metadata"]["labels"]
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in role("redpanda", POLICIES)}

    for name in ("kafka", "redpanda-itself"):
        assert policies[name]["podSelector"]["matchLabels"].items() <= labels.items()


def test_the_operators_values_fit_its_chart(tmp_path: Path) -> None:
    made = manifests(
        chart("TODOCHAT_STRIMZI_CHART"), role("strimzi", "{{ __redpanda_strimzi_chart_values }}"), tmp_path
    )

    [operator] = [document for document in made if document["kind"] == "Deployment"]
    environment = {
        item["name"]: item.get("value") for item in operator["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert environment["STRIMZI_NAMESPACE"] == "todochat"
    assert environment["STRIMZI_POD_SECURITY_PROVIDER_CLASS"] == "restricted"


def test_strimzis_resources_fit_its_definitions() -> None:
    path = chart("TODOCHAT_STRIMZI_CHART")
    schemas = {}
    for file in path.glob("crds/*.yaml"):
        definition = yaml.safe_load(file.read_text())
        for version in definition["spec"]["versions"]:
            name = f"{definition['spec']['group']}/{version['name']}"
            schemas[definition["spec"]["names"]["kind"], name] = version["schema"]["openAPIV3Schema"]
    made = role("strimzi", "{{ lookup('ansible.builtin.template', 'strimzi.yaml.j2') | from_yaml_all | list }}")

    assert {document["kind"] for document in made} == {"Kafka", "KafkaNodePool"}
    for document in made:
        jsonschema.validate(document, closed(schemas[document["kind"], document["apiVersion"]]))


def closed(schema: Any) -> Any:
    """The schema with unknown properties refused, as the API server would drop them without a word."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        inner["properties"] = {key: closed(value) for key, value in schema["properties"].items()}
        if {"apiVersion", "kind"} - schema["properties"].keys():
            inner["additionalProperties"] = False
    return inner


@pytest.mark.parametrize(
    ("provider", "labels", "port"),
    [
        ("kafka", {"app.kubernetes.io/name": "kafka"}, 9092),
        ("strimzi", {"strimzi.io/cluster": "kafka", "strimzi.io/kind": "Kafka"}, 9092),
    ],
)
def test_only_labelled_pods_reach_the_broker(provider: str, labels: dict[str, str], port: int) -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in role(provider, POLICIES)}

    assert policies["uses-kafka"]["podSelector"] == USERS
    assert policies["uses-kafka"]["egress"] == [
        {"to": [{"podSelector": {"matchLabels": labels}}], "ports": [{"protocol": "TCP", "port": port}]}
    ]
    assert policies["kafka"]["podSelector"] == {"matchLabels": labels}
    assert policies["kafka"]["ingress"] == [
        {"from": [{"podSelector": USERS}], "ports": [{"protocol": "TCP", "port": port}]}
    ]


def test_brokers_elsewhere_are_reached_by_their_ports() -> None:
    [policy] = role(
        "external", POLICIES, todochat_kafka_brokers="a.example.com:9092,b.example.com:9093, c.example.com:9092"
    )

    assert policy["spec"]["egress"] == [
        {"ports": [{"protocol": "TCP", "port": 9092}, {"protocol": "TCP", "port": 9093}]}
    ]


def test_without_a_size_a_brokers_messages_are_the_pods() -> None:
    template = "{{ lookup('ansible.builtin.template', 'kafka.yaml.j2') | from_yaml_all | list }}"
    variables = {"todochat_kafka_brokers": "kafka-0.kafka:9092", "todochat_cache_dir": "/cache"}
    with_volume, without = (
        next(
            it for it in role("kafka", template, redpanda_volume_size=size, **variables) if it["kind"] == "StatefulSet"
        )
        for size in ("8Gi", "")
    )
    assert with_volume["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"] == {"storage": "8Gi"}
    assert "volumeClaimTemplates" not in without["spec"]
    assert {"name": "data", "emptyDir": {}} in without["spec"]["template"]["spec"]["volumes"]
