"""The relay publishes everything, in order per user, whatever happens to the broker and to itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.core.database import Database
from app.events import outbox, relay
from app.events.relay import Relay, waves
from app.events.repository import PendingEvent
from app.events.schemas import Topic
from tests.support.events import CREATED_AT, Broker, record_sync, sync_data, task_data, until


@asynccontextmanager
async def relaying(database: Database, broker: Broker, source: str = "todo-backend") -> AsyncIterator[Relay]:
    async with Relay(database, broker, source=source, pubsub="pubsub-kafka") as running:
        yield running


async def _rows(database: Database) -> list[Any]:
    async with database.transaction() as session:
        statement = "SELECT seq, user_id, position, published_at, topic FROM outbox ORDER BY seq"
        return list((await session.execute(text(statement))).all())


async def _all_published(database: Database) -> bool:
    return all(row.published_at is not None for row in await _rows(database))


async def _until_published(database: Database) -> None:
    await until(lambda: _all_published(database), "all events are published")


async def test_event_leaves_as_cloud_event(database: Database) -> None:
    task = task_data(title="Grüße ✓")
    async with database.transaction() as session:
        await outbox.record(session, Topic.TASK_EVENTS, "task.created", task)
    broker = Broker()

    async with relaying(database, broker):
        await _until_published(database)

    [(topic, [message])] = broker.calls
    [event] = broker.events()
    [row] = await _rows(database)
    assert topic == "task-events"
    assert message.key == str(task.user_id)
    assert message.id == event["id"]
    assert event["specversion"] == "1.0"
    assert event["source"] == "todo-backend"
    assert event["type"] == "task.created"
    assert event["sequence"] == str(row.position)
    assert event["data"] == task.model_dump(mode="json")
    assert datetime.fromisoformat(event["time"]).tzinfo is not None


async def test_traceparent_travels(database: Database) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    token = outbox.traceparent.set(parent)
    await record_sync(database, uuid4())
    outbox.traceparent.reset(token)
    broker = Broker()

    async with relaying(database, broker):
        await _until_published(database)

    # Dapr keeps `traceparent` only where it finds `traceid`.
    assert broker.events()[0]["traceparent"] == broker.events()[0]["traceid"] == parent


async def test_event_of_a_failed_transaction_is_never_published(database: Database) -> None:
    async with database.transaction() as session:
        await outbox.record(session, Topic.TASK_UPDATES, "task.sync", sync_data(uuid4()))
        await session.rollback()

    assert await _rows(database) == []


async def test_commit_wakes_the_relay(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "SWEEP_SECONDS", 3600)
    broker = Broker()
    async with relaying(database, broker):
        await record_sync(database, uuid4())
        await until(lambda: broker.calls, "the first event is published")
        await record_sync(database, uuid4())
        await until(lambda: len(broker.calls) == 2, "the second event is published, without a sweep")


async def test_sweep_finds_what_no_notification_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "SWEEP_SECONDS", 0.05)
    broker = Broker()
    async with relaying(database, broker):
        await record_sync(database, uuid4())
        await _until_published(database)
        async with database.transaction() as session:
            await session.execute(text("UPDATE outbox SET published_at = NULL"))
        await until(lambda: len(broker.calls) == 2, "the event is found")


async def test_order_per_user_and_one_event_per_user_in_a_call(database: Database) -> None:
    users = [uuid4() for _ in range(3)]
    await record_sync(database, *(users * 20))
    broker = Broker()

    async with relaying(database, broker):
        await _until_published(database)

    rows = await _rows(database)
    for user in users:
        expected = [str(row.position) for row in rows if row.user_id == user]
        assert [event["sequence"] for event in broker.events(user)] == expected
    for _, messages in broker.calls:
        keys = [message.key for message in messages]
        assert len(set(keys)) == len(keys)


async def test_positions_grow_in_the_order_of_recording(database: Database) -> None:
    await record_sync(database, *(uuid4() for _ in range(50)))
    broker = Broker()

    async with relaying(database, broker):
        await _until_published(database)

    positions = [row.position for row in await _rows(database)]
    assert positions == sorted(positions)
    assert len(set(positions)) == 50


async def test_refused_event_holds_its_user_only(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "FIRST_RETRY_SECONDS", 0.01)
    unlucky, lucky = uuid4(), uuid4()
    await record_sync(database, unlucky, lucky, unlucky, lucky)
    broker = Broker()
    broker.refuses = lambda message: message.key == str(unlucky)

    async with relaying(database, broker):
        await until(lambda: len(broker.events(lucky)) == 2, "the other user's events go on")
        assert broker.events(unlucky) == []
        broker.refuses = lambda _: False
        await _until_published(database)

    sequences = [int(event["sequence"]) for event in broker.events(unlucky)]
    assert len(sequences) == 2
    assert sequences == sorted(sequences)


async def test_nothing_overtakes_a_refused_event_that_is_soon_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lane opens again while the same batch is still under way."""
    monkeypatch.setattr(relay, "FIRST_RETRY_SECONDS", 0.0)
    user = uuid4()
    await record_sync(database, user, user, user)
    broker = Broker()
    refusals = iter([True, True, True])
    broker.refuses = lambda _: next(refusals, False)

    async with relaying(database, broker):
        await _until_published(database)

    sequences = [int(event["sequence"]) for event in broker.events(user)]
    assert sequences == sorted(sequences)
    assert len(sequences) == 3


async def test_a_refused_event_in_one_topic_does_not_hold_the_other(database: Database) -> None:
    user = uuid4()
    async with database.transaction() as session:
        await outbox.record(session, Topic.TASK_EVENTS, "task.created", task_data(user_id=user))
        await outbox.record(session, Topic.TASK_UPDATES, "task.sync", sync_data(user))
    broker = Broker()
    broker.refuses = lambda message: message.event["type"] == "task.created"

    async with relaying(database, broker):
        await until(lambda: broker.events(user), "the hint is published")

    assert [event["type"] for event in broker.events(user)] == ["task.sync"]


async def test_outage_loses_and_reorders_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(relay, "LAST_RETRY_SECONDS", 0.02)
    users = [uuid4() for _ in range(2)]
    broker = Broker()
    broker.down = True
    async with relaying(database, broker):
        await record_sync(database, *(users * 3))
        await until(lambda: broker.attempts > 3, "it is tried again")
        await record_sync(database, *users)
        broker.down = False
        await _until_published(database)

    for user in users:
        sequences = [int(event["sequence"]) for event in broker.events(user)]
        assert len(sequences) == 4
        assert sequences == sorted(sequences)


async def test_commits_during_an_outage_do_not_hurry_the_relay(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "FIRST_RETRY_SECONDS", 3600)
    monkeypatch.setattr(relay, "LAST_RETRY_SECONDS", 3600)
    broker = Broker()
    broker.down = True
    async with relaying(database, broker):
        await record_sync(database, uuid4())
        await until(lambda: broker.attempts == 1, "the first attempt")
        await record_sync(database, *(uuid4() for _ in range(5)))
        await asyncio.sleep(0.1)
        assert broker.attempts == 1


async def test_only_one_of_two_relays_works_and_the_other_takes_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "ELECTION_SECONDS", 0.02)
    first, second = Broker(), Broker()
    async with AsyncStackOfRelays(database, first, second) as stack:
        await until(lambda: first.calls, "the first relay works", 10)
        await record_sync(database, *(uuid4() for _ in range(3)))
        await _until_published(database)
        assert second.calls == []
        await stack.stop_first()
        await record_sync(database, uuid4())
        await until(lambda: second.calls, "the second takes over")

    assert len(first.events()) + len(second.events()) == 5


class AsyncStackOfRelays:
    """A relay that works, and one that waits for its lock."""

    def __init__(self, database: Database, first: Broker, second: Broker) -> None:
        self._database = database
        self._first = Relay(database, first, source="todo-backend", pubsub="pubsub-kafka")
        self._second = Relay(database, second, source="todo-backend", pubsub="pubsub-kafka")
        self._broker = first
        self._first_runs = True

    async def __aenter__(self) -> "AsyncStackOfRelays":
        await self._first.__aenter__()
        await record_sync(self._database, uuid4())
        await until(lambda: self._broker.calls, "the first relay has the lock")
        await self._second.__aenter__()
        return self

    async def stop_first(self) -> None:
        self._first_runs = False
        await self._first.__aexit__()

    async def __aexit__(self, *_: object) -> None:
        if self._first_runs:
            await self._first.__aexit__()
        await self._second.__aexit__()


async def test_relays_of_different_sources_publish_their_own(database: Database) -> None:
    await record_sync(database, uuid4())
    broker = Broker()
    async with relaying(database, broker, source="todo-worker"):
        await asyncio.sleep(0.1)
    assert broker.calls == []


async def test_cut_connection_is_replaced(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "FIRST_RETRY_SECONDS", 0.01)
    broker = Broker()
    async with relaying(database, broker):
        await record_sync(database, uuid4())
        await until(lambda: broker.calls, "the relay works")
        async with database.transaction() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                    " WHERE locktype = 'advisory' AND datname = current_database()"
                )
            )
        await record_sync(database, uuid4())
        await until(lambda: len(broker.events()) >= 2, "the relay works again")


async def test_stop_finishes_and_marks_what_is_on_its_way(database: Database) -> None:
    await record_sync(database, uuid4())
    broker = Broker()
    broker.gate = asyncio.Event()
    running = Relay(database, broker, source="todo-backend", pubsub="pubsub-kafka")
    await running.__aenter__()
    await until(lambda: broker.attempts, "an event is on its way")

    stop = asyncio.create_task(running.__aexit__())
    await asyncio.sleep(0.05)
    assert not stop.done()
    broker.gate.set()
    await stop

    assert await _all_published(database)


async def test_unmarked_event_is_published_again(database: Database) -> None:
    """As after a crash between publishing and marking: the inbox of each consumer knows it by its id."""
    await record_sync(database, uuid4())
    broker = Broker()
    async with relaying(database, broker):
        await _until_published(database)
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET published_at = NULL"))
    async with relaying(database, broker):
        await _until_published(database)

    first, second = broker.events()
    assert first == second


def _pending(seq: int, user_id: UUID, data: str = "{}") -> PendingEvent:
    return PendingEvent(seq, seq, uuid4(), "task-updates", "task.sync", user_id, data, None, CREATED_AT)


def test_waves_keep_the_order_of_each_user_and_use_few_calls() -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    events = [_pending(number, user) for number, user in enumerate([a, b, a, c, a, b])]

    split = list(waves(events))

    assert [[event.seq for event in wave] for wave in split] == [[0, 1, 3], [2, 5], [4]]


def test_waves_are_bounded_in_size_without_overtaking() -> None:
    a, b = uuid4(), uuid4()
    large = "x" * relay.WAVE_CHARACTERS
    events = [_pending(0, a), _pending(1, b, large), _pending(2, b), _pending(3, a)]

    assert [[event.seq for event in wave] for wave in waves(events)] == [[0], [1], [2, 3]]


def test_waves_are_bounded_in_number() -> None:
    events = [_pending(number, uuid4()) for number in range(relay.WAVE_EVENTS + 1)]
    assert [len(list(wave)) for wave in waves(events)] == [relay.WAVE_EVENTS, 1]


def test_backoff_doubles_up_to_its_end() -> None:
    backoff = relay._backoff()
    delays = [backoff.next_delay() for _ in range(8)]
    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
