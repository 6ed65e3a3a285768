"""The templates of the role dapr_components: what they say where the brokers, or the pub/sub, are others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.dapr import render_components

BASE = {"dapr_components_kafka_brokers": "kafka:9092"}
CLOUD = {
    "dapr_components_kafka_auth": "password",
    "dapr_components_kafka_sasl_mechanism": "SHA-256",
    "dapr_components_kafka_tls": True,
}
REDIS = {
    "dapr_components_pubsub": "redis",
    "dapr_components_redis_host": "redis.example.com:6380",
    "dapr_components_redis_tls": True,
    "dapr_components_redis_password": True,
}
PUBSUBS = ["pubsub-kafka", "pubsub-fanout"]


def component(tmp_path: Path, name: str, **variables: Any) -> dict[str, Any]:
    resources, _ = render_components(tmp_path, **BASE, **variables)
    document: dict[str, Any] = yaml.safe_load((resources / f"{name}.yaml").read_text())
    assert document["metadata"]["name"] == name
    return document


def settings(document: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item.get("value", item.get("secretKeyRef")) for item in document["spec"]["metadata"]}


@pytest.mark.parametrize("name", PUBSUBS)
def test_kafka_that_asks_for_nothing(tmp_path: Path, name: str) -> None:
    document = component(tmp_path, name)
    assert document["spec"]["type"] == "pubsub.kafka"
    assert settings(document)["authType"] == "none"
    assert "auth" not in document


@pytest.mark.parametrize("name", PUBSUBS)
def test_kafka_of_a_provider(tmp_path: Path, name: str) -> None:
    document = component(tmp_path, name, **CLOUD)
    known = settings(document)
    assert known["authType"] == "password"
    assert known["saslMechanism"] == "SHA-256"
    assert known["saslUsername"] == {"name": "kafka-secrets", "key": "username"}
    assert known["saslPassword"] == {"name": "kafka-secrets", "key": "password"}
    assert known["disableTls"] == "false"
    assert "caCert" not in known
    assert document["auth"] == {"secretStore": "secretstore"}


def test_kafka_with_an_authority_of_its_own(tmp_path: Path) -> None:
    document = component(tmp_path, "pubsub-kafka", **CLOUD, dapr_components_kafka_private_ca=True)
    assert settings(document)["caCert"] == {"name": "kafka-secrets", "key": "ca"}


@pytest.mark.parametrize(("name", "consumer"), [("pubsub-kafka", "{appID}"), ("pubsub-fanout", "{appID}-{uuid}")])
def test_redis(tmp_path: Path, name: str, consumer: str) -> None:
    document = component(tmp_path, name, **REDIS)
    assert document["spec"]["type"] == "pubsub.redis"
    known = settings(document)
    assert known["redisHost"] == "redis.example.com:6380"
    assert known["enableTLS"] == "true"
    assert known["redisPassword"] == {"name": "redis-secrets", "key": "password"}
    assert known["consumerID"] == consumer
    assert document["auth"] == {"secretStore": "secretstore"}
    assert not [setting for setting in known if "kafka" in setting.lower() or setting in ("brokers", "consumerGroup")]


@pytest.mark.parametrize("name", PUBSUBS)
def test_what_an_application_may_do_is_the_same_over_redis(tmp_path: Path, name: str) -> None:
    limits = ("publishingScopes", "subscriptionScopes", "protectedTopics", "allowedTopics")
    (tmp_path / "kafka").mkdir()
    (tmp_path / "redis").mkdir()
    kafka, redis = component(tmp_path / "kafka", name), component(tmp_path / "redis", name, **REDIS)
    assert {key: settings(kafka)[key] for key in limits} == {key: settings(redis)[key] for key in limits}
    assert kafka["scopes"] == redis["scopes"]
