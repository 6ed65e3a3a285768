"""From a change to its effects, through real sidecars, a real broker and a real database, also when something dies.

The tests share one platform and run in their order: the last ones stop parts of it.
"""

import asyncio
import hashlib
import hmac
import os
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.database import Database
from app.events import outbox
from app.events.models import OutboxEvent
from app.events.schemas import Topic
from tests.integration.apps import SWEEP_SECONDS, Platform
from tests.integration.broker import produce, read_topic
from tests.integration.people import Person, sign_up, soon
from tests.support.events import task_data, until
from tests.support.sinks import MailSink, WebhookSink

PUNCTUAL_SECONDS = 2.0
"""How late a reminder may be when its job called; far less than the sweep's interval. The machine may be busy."""


@pytest.fixture
async def database(platform: Platform) -> AsyncIterator[Database]:
    database = Database(platform.database_url, pool_size=2)
    yield database
    await database.dispose()


@pytest.fixture
async def person(platform: Platform) -> AsyncIterator[Person]:
    async with sign_up(platform.app("backend")) as signed_in:
        yield signed_in


async def _counted(database: Database, users: list[UUID]) -> dict[UUID, int]:
    async with database.transaction() as session:
        statement = text(
            "SELECT user_id, sum(created) FROM analytics.daily_count WHERE user_id = ANY(:users) GROUP BY 1"
        )
        return {row[0]: int(row[1]) for row in await session.execute(statement, {"users": users})}


async def _create_tasks(database: Database, *users: UUID) -> None:
    """Record `task.created` events as the backend does, without its tasks."""
    for user_id in users:
        async with database.transaction() as session:
            await outbox.record(session, Topic.TASK_EVENTS, "task.created", task_data(user_id=user_id))


async def test_change_reaches_the_browsers_of_every_replica_and_is_counted(platform: Platform, person: Person) -> None:
    async with (
        sign_up(platform.app("backend")) as stranger,
        person.browse(platform.app("backend")) as here,
        person.browse(platform.app("backend-2")) as there,
        stranger.browse(platform.app("backend")) as elsewhere,
    ):
        # A group joins the broker some time after its sidecar is ready; then every change arrives.
        task = await person.create_task("Buy milk")
        for browser in (here, there):
            event = await asyncio.wait_for(anext(browser), 30)
            assert (event["action"], event["entity_id"]) == ("created", task["id"])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(elsewhere), 0.3)
    await until(lambda: _has(person, created=1), "analytics counts the task", 30)


async def test_trace_of_a_request_travels_with_its_events(
    platform: Platform, person: Person, database: Database
) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await person.post("/api/v1/tasks", json={"title": "Traced"}, headers={"traceparent": parent})
    await until(lambda: _all_published(database), "both events are published")

    found = [
        event["traceparent"]
        for topic in ("task-events", "task-updates")
        for _, key, event in read_topic(platform.brokers, topic)
        if key == str(person.id)
    ]
    assert found == [parent, parent]


async def _has(person: Person, **expected: int) -> bool:
    totals = await person.totals()
    return all(totals.get(name) == number for name, number in expected.items())


async def test_reminders_come_on_time_in_every_place_once(
    platform: Platform, person: Person, mail: MailSink, hook: WebhookSink
) -> None:
    answer = await person.patch("/api/v1/users/me", json={"notify_by_email": True, "webhook_url": hook.url})
    secret, address = answer.json()["webhook_secret"], answer.json()["email"]
    times = [soon(seconds) for seconds in (4, 5, 6)]
    tasks = [await person.create_task(f"Call at {at}", reminders=[at]) for at in times]

    async def everywhere() -> bool:
        received = [message for message in mail.messages if message["To"] == address]
        return len(await person.notifications()) == len(received) == len(hook.calls) == len(times)

    await until(everywhere, "three notices in the list, by mail and by webhook", 40)

    by_task = {notice["task_id"]: notice for notice in await person.notifications()}
    for task, at in zip(tasks, times, strict=True):
        late = datetime.fromisoformat(by_task[task["id"]]["created_at"]) - datetime.fromisoformat(at)
        assert 0 <= late.total_seconds() < PUNCTUAL_SECONDS
    for headers, body in hook.calls:
        signed = headers["x-todo-timestamp"].encode() + b"." + body
        assert headers["x-todo-signature"] == f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
    await until(lambda: _has(person, reminded=3), "analytics counts the reminders")


async def test_cancelled_reminder_does_not_come(platform: Platform, person: Person, database: Database) -> None:
    task = await person.create_task("Never mind", reminders=[soon(3)])
    await person.post(f"/api/v1/tasks/{task['id']}/complete")

    async def cancelled() -> bool:
        async with database.transaction() as session:
            statement = text("SELECT state FROM reminders.reminder WHERE task_id = :task")
            return (await session.execute(statement, {"task": UUID(task["id"])})).scalars().all() == ["cancelled"]

    await until(cancelled, "the reminder is cancelled")
    await asyncio.sleep(4)
    assert await person.notifications() == []


async def test_completed_task_of_a_series_gets_one_next(person: Person, database: Database) -> None:
    task = await person.create_task("Water the plants", rrule="FREQ=DAILY", due_at=soon(3600))
    await person.post(f"/api/v1/tasks/{task['id']}/complete")

    async def open_tasks() -> list[Any]:
        answer = await person.get("/api/v1/tasks", params={"status": "open"})
        return list(answer.json()["items"])

    await until(open_tasks, "the next task is there")
    # As after a crash of the relay: everything of this user is published again.
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET published_at = NULL WHERE user_id = :user"), {"user": person.id})
        await session.execute(text("SELECT pg_notify('outbox', 'todo-backend')"))
    await until(lambda: _all_published(database), "it is published again")
    await asyncio.sleep(2)
    [following] = await open_tasks()
    assert following["title"] == "Water the plants"
    assert following["id"] != task["id"]
    assert await _has(person, created=2, completed=1)


async def _all_published(database: Database) -> bool:
    async with database.transaction() as session:
        statement = "SELECT NOT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)"
        return bool((await session.execute(text(statement))).scalar_one())


async def test_events_of_each_user_keep_their_order(platform: Platform, database: Database) -> None:
    users = [uuid4() for _ in range(20)]
    for _ in range(15):
        async with database.transaction() as session:
            events = [task_data(user_id=user_id) for user_id in users]
            await outbox.record(session, Topic.TASK_EVENTS, "task.created", *events)
    await until(lambda: _all_published(database), "all are published", 30)

    positions: dict[str, list[int]] = defaultdict(list)
    partitions: dict[str, set[int]] = defaultdict(set)
    for partition, key, event in read_topic(platform.brokers, "task-events"):
        positions[key].append(int(event["sequence"]))
        partitions[key].add(partition)
    for user_id in map(str, users):
        assert len(positions[user_id]) == 15
        assert positions[user_id] == sorted(positions[user_id])
        assert len(partitions[user_id]) == 1
    assert {next(iter(partitions[str(user_id)])) for user_id in users} == {0, 1, 2}
    await until(lambda: _counts(database, users, 15), "each is counted once", 60)


async def _counts(database: Database, users: list[UUID], number: int) -> bool:
    return await _counted(database, users) == dict.fromkeys(users, number)


async def test_poison_goes_to_the_dead_letters_and_the_others_go_on(platform: Platform, database: Database) -> None:
    unlucky, lucky = uuid4(), uuid4()
    produce(platform.brokers, "task-events", str(unlucky).encode(), b"this is not JSON")
    async with database.transaction() as session:
        broken = {"user_id": str(unlucky), "title": "broken"}
        session.add(
            OutboxEvent(source="todo-backend", topic="task-events", type="task.created", user_id=unlucky, data=broken)
        )
    await _create_tasks(database, unlucky, lucky)

    await until(lambda: _counts(database, [unlucky, lucky], 1), "the good events are counted", 30)

    def letters() -> list[dict[str, Any] | bytes]:
        return [event for _, key, event in read_topic(platform.brokers, "dead-letter") if key == str(unlucky)]

    found = letters()
    # From each consumer of the topic what it could not handle: reminders and analytics, and the garbage from all three.
    assert found.count(b"this is not JSON") == 3
    events = [event for event in found if isinstance(event, dict)]
    assert [event["data"] for event in events] == [broken, broken]
    assert {event["topic"] for event in events} == {"task-events"}


async def test_killed_sidecar_repeats_no_effect(platform: Platform, database: Database) -> None:
    users = [uuid4() for _ in range(20)]
    app = platform.app("analytics")
    for number in range(10):
        await _create_tasks(database, *users)
        if number == 4:
            await until(lambda: _counted(database, users), "the first are counted")
            app.sidecar.kill()
    app.restart_sidecar()

    await until(lambda: _counts(database, users, 10), "each is counted once", 60)
    await asyncio.sleep(1)
    assert await _counted(database, users) == dict.fromkeys(users, 10)


async def test_broker_outage_delays_events_and_no_more(platform: Platform, person: Person, database: Database) -> None:
    users = [uuid4() for _ in range(5)]
    os.kill(platform.broker_pid, signal.SIGSTOP)
    try:
        for _ in range(3):
            await _create_tasks(database, *users)
            await person.create_task("The API goes on")
            await asyncio.sleep(4)
        assert await _counted(database, users) == {}
    finally:
        os.kill(platform.broker_pid, signal.SIGCONT)

    await until(lambda: _counts(database, users, 3), "each is counted once", 60)
    await until(lambda: _has(person, created=3), "and those of the API", 10)
    published = read_topic(platform.brokers, "task-events")
    for user_id in map(str, users):
        # A copy may come again after the outage; what matters is the order of the first ones.
        positions = list(dict.fromkeys(int(event["sequence"]) for _, key, event in published if key == user_id))
        assert len(positions) == 3
        assert positions == sorted(positions)


async def test_internal_endpoints_answer_the_sidecar_only(platform: Platform, person: Person) -> None:
    query = {"user_id": str(person.id), "from": "2026-01-01", "to": "2026-01-01", "today": "2026-01-01"}
    async with httpx.AsyncClient() as anyone:
        for headers in ({}, {"dapr-api-token": "guessed"}):
            url = f"{platform.app('analytics').url}/internal/summary"
            assert (await anyone.get(url, params=query, headers=headers)).status_code == 401
        for path in ("/internal/notifications", f"/internal/tasks/{uuid4()}/next-occurrence"):
            assert (await person.post(path, json={})).status_code == 401


async def test_sweep_stands_in_for_a_scheduler_that_is_down(platform: Platform, person: Person) -> None:
    platform.stop_scheduler()
    await person.create_task("Without a scheduler", reminders=[soon(2)])

    async def notified() -> bool:
        return len(await person.notifications()) == 1

    await until(notified, "the sweep finds the reminder", 2 + 2 * SWEEP_SECONDS)


async def test_jobs_are_back_with_the_scheduler(platform: Platform, person: Person, database: Database) -> None:
    """Follows the test above."""
    await person.create_task("Later", reminders=[soon(3600)])
    platform.start_scheduler()

    async def registered() -> bool:
        async with database.transaction() as session:
            statement = text("SELECT job_registered FROM reminders.reminder WHERE user_id = :user")
            return (await session.execute(statement, {"user": person.id})).scalars().all() == [True]

    await until(registered, "the job is registered after all", 4 * SWEEP_SECONDS)
    at = soon(4)
    await person.create_task("On time", reminders=[at])

    async def notified() -> bool:
        return len(await person.notifications()) == 1

    await until(notified, "its job calls", 4 + SWEEP_SECONDS)
    [notice] = await person.notifications()
    assert (datetime.fromisoformat(notice["created_at"]) - datetime.fromisoformat(at)).total_seconds() >= 0


async def test_backend_stops_promptly_with_open_streams(platform: Platform, person: Person) -> None:
    backend = platform.app("backend-2")
    async with person.browse(backend) as browser:
        started = time.monotonic()
        backend.process.process.terminate()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(browser), 10)
        await asyncio.to_thread(backend.process.process.wait, 15)
    assert time.monotonic() - started < 14
