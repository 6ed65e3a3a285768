"""Looking at the broker directly, past Dapr."""

import warnings
from collections.abc import Iterable
from typing import Any

import orjson

with warnings.catch_warnings():  # kafka-python reads its schemas with importlib.resources.read_text
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer
    from kafka.admin import KafkaAdminClient, NewTopic


def create_topics(brokers: str, topics: Iterable[str], *, partitions: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics])
    finally:
        admin.close()


def read_topic(brokers: str, topic: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Everything in the topic, in order per partition: (partition, key, CloudEvent)."""
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=brokers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=1500,
    )
    try:
        return [(record.partition, (record.key or b"").decode(), _decoded(record.value)) for record in consumer]
    finally:
        consumer.close()


def _decoded(value: bytes) -> dict[str, Any]:
    event: dict[str, Any] = orjson.loads(value)
    return event
