# SPDX-License-Identifier: Apache-2.0
"""The messages that Dapr has put aside because a consumer could not handle them, and their way back.

What has been replayed or discarded is remembered as the committed offsets of a consumer group, so nothing is replayed
twice; the topic itself keeps everything until its retention ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .kafka_connection import KAFKA_IMPORT_ERROR, Connection, Deadline, KafkaTaskError, client_options, connect

if KAFKA_IMPORT_ERROR is None:
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.errors import KafkaError

GROUP = "dead-letter-operator"
_POLL_MILLISECONDS = 500
# Dapr's Kafka component keeps where a message came from in these headers of the dead letter.
_ORIGIN_TOPIC = "__topic"
_ORIGIN_KEY = "__key"
_ADDED_HEADERS = ("__", "pubsubName")


class DeadLettersError(KafkaTaskError):
    """The dead letters could not be read or replayed; `changed` says whether some were."""

    def __init__(self, message: str, *, changed: bool = False) -> None:
        super().__init__(message)
        self.changed = changed


@dataclass(frozen=True)
class DeadLetter:
    """A message as it lies in the dead-letter topic."""

    partition: int
    offset: int
    timestamp: int
    """Milliseconds since 1970, of its arrival there."""
    value: bytes = field(repr=False)
    headers: Mapping[str, bytes]

    @property
    def topic(self) -> str:
        """Where it was published at first; empty when Dapr did not say."""
        return self.headers.get(_ORIGIN_TOPIC, b"").decode(errors="replace")

    @property
    def key(self) -> bytes | None:
        return self.headers.get(_ORIGIN_KEY)

    @property
    def event(self) -> Mapping[str, Any]:
        """The CloudEvent's attributes; empty when it is none."""
        try:
            event = json.loads(self.value)
        except ValueError:
            return {}
        return event if isinstance(event, dict) else {}

    def describe(self) -> dict[str, Any]:
        """What an operator needs to know of it; its data, which is the user's, is not shown."""
        return {
            "topic": self.topic,
            "type": str(self.event.get("type", "")),
            "id": str(self.event.get("id", "")),
            "time": str(self.event.get("time", "")),
            "partition": self.partition,
            "offset": self.offset,
        }


def distinct(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Each event once: every consumer that failed put a copy of it aside."""
    seen: dict[tuple[str, str], DeadLetter] = {}
    for letter in letters:
        identity = str(letter.event.get("id") or f"{letter.partition}/{letter.offset}")
        seen.setdefault((letter.topic, identity), letter)
    return list(seen.values())


def headers_of(letter: DeadLetter) -> list[tuple[str, bytes]]:
    """The headers that it had at first."""
    return [(name, value) for name, value in letter.headers.items() if not name.startswith(_ADDED_HEADERS)]


def handle(connection: Connection, topic: str, action: str) -> list[DeadLetter]:
    """List, replay or discard (`action`) what is new in the topic since it was last replayed or discarded.

    Raises KafkaTaskError. A replayed message is at its old topic before it is taken for done: a failure in between
    replays it again, which the consumers' inboxes absorb.
    """
    with connect(connection, Deadline(connection.timeout)):
        pass  # says in one sentence why the cluster cannot be reached, if so
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=list(connection.servers),
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            **client_options(connection),
        )
        try:
            letters = _read(consumer, topic)
            if letters and action == "replay":
                _publish(connection, distinct(letters))
            if letters and action != "list":
                consumer.commit()
        finally:
            consumer.close(autocommit=False)
    except KafkaError as error:
        raise DeadLettersError(f"{topic} at {connection}: {error}") from error
    return letters


def _read(consumer: Any, topic: str) -> list[DeadLetter]:
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    if not partitions:
        raise DeadLettersError(f"There is no topic {topic}.")
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    letters: list[DeadLetter] = []
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for partition, records in consumer.poll(timeout_ms=_POLL_MILLISECONDS).items():
            letters += [_letter(record) for record in records if record.offset < ends[partition]]
    return sorted(letters, key=lambda letter: (letter.timestamp, letter.partition, letter.offset))


def _letter(record: Any) -> DeadLetter:
    return DeadLetter(record.partition, record.offset, record.timestamp, record.value or b"", dict(record.headers))


def _publish(connection: Connection, letters: Sequence[DeadLetter]) -> None:
    homeless = [letter for letter in letters if not letter.topic]
    if homeless:
        where = ", ".join(f"{letter.partition}/{letter.offset}" for letter in homeless)
        raise DeadLettersError(f"These messages do not say which topic they came from, so discard them: {where}.")
    producer = KafkaProducer(bootstrap_servers=list(connection.servers), acks="all", **client_options(connection))
    sent = False
    try:
        for letter in letters:
            # One after the other: messages of one key stay in their order.
            future = producer.send(letter.topic, value=letter.value, key=letter.key, headers=headers_of(letter))
            future.get(timeout=connection.timeout)
            sent = True
    except KafkaError as error:
        raise DeadLettersError(f"Replaying stopped: {error}. Run it again.", changed=sent) from error
    finally:
        producer.close()
