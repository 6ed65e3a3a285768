"""The module dead_letters against a real broker."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.plugins.conftest import Onlooker
from tests.plugins.support import Result, run_module, run_module_apart
from tests.support.kafka import Broker


class DeadLetterTopic:
    """A dead-letter topic with its origin, filled as Dapr does."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.origin = f"{name}-origin"

    def put(self, identity: str, *, key: bytes | None = b"user-1", origin: str | None = "") -> None:
        event = {
            "specversion": "1.0",
            "type": "task.created",
            "id": identity,
            "time": "t",
            "data": {"title": "private"},
        }
        headers = [("pubsubName", b"pubsub-kafka"), ("__offset", b"7"), ("traceparent", b"00-1")]
        headers += [("__topic", (origin or self.origin).encode())] if origin is not None else []
        headers += [("__key", key)] if key is not None else []
        producer = KafkaProducer(bootstrap_servers=self.broker.bootstrap)
        producer.send(self.name, json.dumps(event).encode(), headers=headers).get(30)
        producer.close()

    def run(self, action: str = "list", **modes: Any) -> Result:
        return run_module(
            "dead_letters", action=action, topic=self.name, bootstrap_servers=[self.broker.bootstrap], **modes
        )

    def replayed(self) -> list[Any]:
        """What is at the origin now."""
        consumer = KafkaConsumer(bootstrap_servers=self.broker.bootstrap, auto_offset_reset="earliest")
        partition = TopicPartition(self.origin, 0)
        consumer.assign([partition])
        end = consumer.end_offsets([partition])[partition]
        records: list[Any] = []
        while len(records) < end:
            records += consumer.poll(500).get(partition, [])
        consumer.close()
        return records


@pytest.fixture
def letters(broker: Broker, onlooker: Onlooker) -> DeadLetterTopic:
    topic = DeadLetterTopic(broker, f"dead-{uuid4().hex[:8]}")
    onlooker.create(topic.name)
    onlooker.create(topic.origin)
    return topic


def ids(result: Result) -> list[str]:
    return [message["id"] for message in result["messages"]]


def test_nothing_there(letters: DeadLetterTopic) -> None:
    assert letters.run()["messages"] == []
    assert not letters.run("replay")["changed"]


def test_listing_changes_nothing_and_shows_no_data(letters: DeadLetterTopic) -> None:
    letters.put("e1")

    first, second = letters.run(), letters.run()

    assert first["messages"] == second["messages"]
    assert first["messages"][0] == {
        "topic": letters.origin, "type": "task.created", "id": "e1", "time": "t", "partition": 0, "offset": 0,
    }  # fmt: skip
    assert not first["changed"]
    assert "private" not in json.dumps(first)


def test_replay_brings_each_event_back_once_in_order(letters: DeadLetterTopic) -> None:
    for identity in ("e1", "e2", "e1"):  # two consumers failed on e1
        letters.put(identity)

    result = letters.run("replay")

    assert result["changed"]
    assert ids(result) == ["e1", "e2", "e1"]
    records = letters.replayed()
    assert [json.loads(record.value)["id"] for record in records] == ["e1", "e2"]
    assert {record.key for record in records} == {b"user-1"}
    assert [tuple(header) for header in records[0].headers] == [("traceparent", b"00-1")]


def test_what_was_replayed_is_not_offered_again(letters: DeadLetterTopic) -> None:
    letters.put("e1")
    letters.run("replay")
    letters.put("e2")

    assert ids(letters.run()) == ["e2"]
    assert ids(letters.run("replay")) == ["e2"]
    assert not letters.run("replay")["changed"]
    assert len(letters.replayed()) == 2


def test_discarding(letters: DeadLetterTopic) -> None:
    letters.put("e1")

    assert letters.run("discard")["changed"]
    assert letters.run()["messages"] == []
    assert letters.replayed() == []


@pytest.mark.parametrize("action", ["replay", "discard"])
def test_check_mode_predicts_and_does_nothing(letters: DeadLetterTopic, action: str) -> None:
    letters.put("e1")

    assert letters.run(action, check=True)["changed"]
    assert ids(letters.run()) == ["e1"]
    assert letters.replayed() == []


def test_a_message_without_origin_can_only_be_discarded(letters: DeadLetterTopic) -> None:
    letters.put("e1", origin=None)

    assert "discard" in letters.run("replay", fails=True)["msg"]
    assert ids(letters.run("discard")) == ["e1"]


def test_no_such_topic(broker: Broker) -> None:
    result = DeadLetterTopic(broker, "no-such-dead-letters").run(fails=True)

    assert "no-such-dead-letters" in result["msg"]


def test_unreachable_broker() -> None:
    result = run_module_apart("dead_letters", bootstrap_servers=["127.0.0.1:9"], timeout=1, fails=True)

    assert "127.0.0.1:9" in result["msg"]
