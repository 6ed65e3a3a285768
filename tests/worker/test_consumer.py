"""What every consumer does with what its sidecar delivers."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.dapr import CallRefused, SidecarUnavailable
from app.core.database import Database
from app.events.schemas import Topic
from tests.support.events import cloud_event, task_data
from tests.worker.conftest import Start
from worker import analytics, consumer, notifications, recurring, reminders
from worker.outages import is_outage

APPS = {
    "todo-worker": (reminders, ["task-events"]),
    "todo-notification": (notifications, ["reminders"]),
    "todo-recurring": (recurring, ["task-events"]),
    "todo-analytics": (analytics, ["task-events", "reminders"]),
}


@pytest.mark.parametrize("app_id", APPS)
async def test_subscriptions_have_a_dead_letter_topic(start_consumer: Start, app_id: str) -> None:
    module, topics = APPS[app_id]
    async with start_consumer(app_id, module) as running:
        subscriptions = (await running.http.get("/dapr/subscribe")).json()
    assert subscriptions == [
        {"pubsubname": "pubsub-kafka", "topic": topic, "route": f"/events/{topic}", "deadLetterTopic": "dead-letter"}
        for topic in topics
    ]


@pytest.mark.parametrize("app_id", APPS)
async def test_only_the_sidecar_may_call(start_consumer: Start, app_id: str) -> None:
    module, topics = APPS[app_id]
    async with start_consumer(app_id, module) as running:
        routes = [f"/events/{topic}" for topic in topics]
        if app_id == "todo-worker":
            routes += [f"/job/reminder-{uuid4()}", "/bindings-cron-reminder-check"]
        for headers in ({"dapr-api-token": "wrong"}, {"dapr-api-token": ""}):
            assert (await running.http.get("/dapr/subscribe", headers=headers)).status_code == 401
            for route in routes:
                assert (await running.http.post(route, json={}, headers=headers)).status_code == 401
        assert (await running.http.get("/healthz", headers={"dapr-api-token": ""})).status_code == 200


async def _created(database: Database, user_id: UUID) -> int:
    async with database.transaction() as session:
        statement = text("SELECT coalesce(sum(created), 0) FROM analytics.daily_count WHERE user_id = :user")
        return int((await session.execute(statement, {"user": user_id})).scalar_one())


async def test_repeated_event_has_its_effect_once(start_consumer: Start, database: Database) -> None:
    task = task_data()
    event = cloud_event("task.created", task)
    async with start_consumer("todo-analytics", analytics) as running:
        for _ in range(3):
            assert await running.deliver(Topic.TASK_EVENTS, event) == (200, "SUCCESS")
        answers = await asyncio.gather(*(running.deliver(Topic.TASK_EVENTS, event) for _ in range(5)))
    assert set(answers) == {(200, "SUCCESS")}
    assert await _created(database, task.user_id) == 1


MALFORMED: dict[str, Any] = {
    "no JSON": b"not json",
    "not UTF-8": b"\xff\xfe",
    "empty": b"",
    "an array": b"[]",
    "no type": {key: value for key, value in cloud_event("task.created", task_data()).items() if key != "type"},
    "no data": cloud_event("task.created", None),
    "no id": cloud_event("task.created", task_data(), id="not a UUID"),
    "no version": cloud_event("task.created", {**task_data().model_dump(mode="json"), "version": "x"}),
    "a later schema": cloud_event("task.created", {**task_data().model_dump(mode="json"), "schema_version": 2}),
    "a wrong specversion": cloud_event("task.created", task_data(), specversion="2.0"),
}


@pytest.mark.parametrize("what", MALFORMED)
async def test_malformed_event_becomes_a_dead_letter(start_consumer: Start, what: str) -> None:
    async with start_consumer("todo-analytics", analytics) as running:
        assert await running.deliver(Topic.TASK_EVENTS, MALFORMED[what]) == (200, "DROP")


async def test_what_a_later_version_adds_is_ignored(start_consumer: Start, database: Database) -> None:
    task = task_data()
    later = cloud_event("task.created", {**task.model_dump(mode="json"), "colour": "red"}, dataschema="x")
    async with start_consumer("todo-analytics", analytics) as running:
        assert await running.deliver(Topic.TASK_EVENTS, later) == (200, "SUCCESS")
        for unknown in (cloud_event("task.painted", task), cloud_event("task.painted", {"anything": 1})):
            assert await running.deliver(Topic.TASK_EVENTS, unknown) == (200, "SUCCESS")
    assert await _created(database, task.user_id) == 1


@pytest.mark.parametrize(("app_id", "type_"), [("todo-recurring", "task.updated"), ("todo-notification", "x.y")])
async def test_types_that_do_not_matter_are_ignored(start_consumer: Start, app_id: str, type_: str) -> None:
    module, [topic] = APPS[app_id]
    async with start_consumer(app_id, module) as running:
        assert await running.deliver(Topic(topic), cloud_event(type_, {"not": "looked at"})) == (200, "SUCCESS")


async def test_event_that_always_fails_becomes_a_dead_letter(
    start_consumer: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    async with start_consumer("todo-analytics", analytics) as running:
        attempts = 0

        async def fail(*_: object) -> None:
            nonlocal attempts
            attempts += 1
            raise ValueError("a mistake in the code")

        running.app.state.handlers[Topic.TASK_EVENTS] = fail
        answer = await running.deliver(Topic.TASK_EVENTS, cloud_event("task.created", task_data()))
    assert answer == (200, "DROP")
    assert attempts == consumer.POISON_ATTEMPTS


async def test_text_that_the_database_cannot_store_becomes_a_dead_letter(
    start_consumer: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    event = cloud_event("task.completed", task_data(tags=["nul\0byte"]))
    async with start_consumer("todo-analytics", analytics) as running:
        assert await running.deliver(Topic.TASK_EVENTS, event) == (200, "DROP")


async def test_failure_leaves_no_trace_and_the_next_attempt_succeeds(
    start_consumer: Start, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    task = task_data()
    async with start_consumer("todo-analytics", analytics) as running:
        real = running.app.state.handlers[Topic.TASK_EVENTS]
        failures = iter([ValueError("first"), SidecarUnavailable("second")])

        async def sometimes(session: Any, event: Any) -> None:
            await real(session, event)
            if error := next(failures, None):
                raise error

        running.app.state.handlers[Topic.TASK_EVENTS] = sometimes
        await running.handle("task.created", task)
    assert await _created(database, task.user_id) == 1


async def test_long_outage_is_left_to_the_sidecar(
    start_consumer: Start, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "OUTAGE_SECONDS", 0.05)
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    task = task_data()
    event = cloud_event("task.created", task)
    async with start_consumer("todo-analytics", analytics) as running:
        real = running.app.state.handlers[Topic.TASK_EVENTS]

        async def down(*_: object) -> None:
            raise ConnectionRefusedError

        running.app.state.handlers[Topic.TASK_EVENTS] = down
        assert await running.deliver(Topic.TASK_EVENTS, event) == (503, "RETRY")
        running.app.state.handlers[Topic.TASK_EVENTS] = real
        assert await running.deliver(Topic.TASK_EVENTS, event) == (200, "SUCCESS")
    assert await _created(database, task.user_id) == 1


async def test_database_that_comes_back_is_waited_for(
    start_consumer: Start, database: Database, database_url: str, postgres_url: str
) -> None:
    name = database_url.rpartition("/")[2]
    task = task_data()
    admin = await asyncpg.connect(f"{postgres_url}/postgres")
    async with start_consumer("todo-analytics", analytics) as running:
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        delivery = asyncio.create_task(running.deliver(Topic.TASK_EVENTS, cloud_event("task.created", task)))
        await asyncio.sleep(0.3)
        assert not delivery.done()
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert await delivery == (200, "SUCCESS")
    await admin.close()
    assert await _created(database, task.user_id) == 1


def _database_error(sqlstate: str | None) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, SimpleNamespace(sqlstate=sqlstate))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (SidecarUnavailable("x"), True),
        (CallRefused(422, "x"), False),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (_database_error(None), True),
        (_database_error("57P01"), True),
        (_database_error("40P01"), True),
        (_database_error("53300"), True),
        (_database_error("23505"), False),
        (_database_error("22021"), False),
        (asyncpg.exceptions.CannotConnectNowError("starting up"), True),
        (asyncpg.exceptions.UniqueViolationError("x"), False),
        (ValueError(), False),
        (KeyError(), False),
    ],
)
def test_outages_are_told_from_mistakes(error: BaseException, outage: bool) -> None:
    assert is_outage(error) is outage
