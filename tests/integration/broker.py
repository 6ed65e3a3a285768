"""Looking at the broker directly, past Dapr."""

import warnings
from collections.abc import Iterable
from typing import Any

import orjson

with warnings.catch_warnings():  # kafka-python reads its schemas with importlib.resources.read_text
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer, KafkaProducer
    from kafka.admin import KafkaAdminClient, NewTopic


def create_topics(brokers: str, topics: Iterable[str], *, partitions: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics])
    finally:
        admin.close()


def produce(brokers: str, topic: str, key: bytes, value: bytes) -> None:
    """Write what no sidecar would."""
    producer = KafkaProducer(bootstrap_servers=brokers)
    try:
        producer.send(topic, value, key).get(10)
    finally:
        producer.close()


def read_topic(brokers: str, topic: str) -> list[tuple[int, str, Any]]:
    """Everything in the topic, in order per partition: (partition, key, CloudEvent, or bytes that are none)."""
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


def _decoded(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
