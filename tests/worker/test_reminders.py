"""Reminders follow their task, and are triggered once, never early."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from app.core.dapr import Dapr
from app.core.database import Database, utc_now
from app.events.models import OutboxEvent
from tests.support.events import reminder_at, task_data, until
from tests.support.sidecar import FakeSidecar
from tests.worker.conftest import Consumer, Start, recorded
from worker import reminders, schedule
from worker.models import Reminder

SOON = timedelta(hours=1)


async def _reminders(database: Database) -> dict[Any, Reminder]:
    async with database.transaction() as session:
        rows = (await session.execute(select(Reminder).order_by(col(Reminder.remind_at)))).scalars()
        return {row.id: row for row in rows}


def _types(events: list[OutboxEvent]) -> list[str]:
    return [event.type for event in events]


@pytest.fixture
async def worker(start_consumer: Start) -> Any:
    async with start_consumer("todo-worker", reminders) as running:
        yield running


class TestFollowing:
    async def test_reminders_of_a_new_task_are_scheduled(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        due = utc_now() + 2 * SOON
        task = task_data(reminders=[reminder_at(utc_now() + SOON)], due_at=due, due_has_time=True)
        await worker.handle("task.created", task)

        [reminder] = (await _reminders(database)).values()
        assert reminder.state == "pending"
        assert (reminder.title, reminder.due_at, reminder.time_zone) == (task.title, due, "Europe/Berlin")
        [event] = await recorded(database)
        assert (event.type, event.topic, event.source, event.user_id) == (
            "reminder.scheduled",
            "reminders",
            "todo-worker",
            task.user_id,
        )
        assert event.data["reminder_id"] == str(task.reminders[0].id)
        assert event.data["due_has_time"] is True
        await until(lambda: f"reminder-{reminder.id}" in sidecar.jobs, "its job is registered")
        job = sidecar.jobs[f"reminder-{reminder.id}"]
        assert datetime.fromisoformat(job["dueTime"]) == reminder.remind_at
        assert job["overwrite"] is True

    async def test_moved_reminder_is_scheduled_again(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        ref = reminder_at(utc_now() + SOON)
        task = task_data(reminders=[ref])
        await worker.handle("task.created", task)
        later = ref.model_copy(update={"remind_at": ref.remind_at + SOON})
        await worker.handle("task.updated", task.model_copy(update={"version": 2, "reminders": [later]}))

        assert (await _reminders(database))[ref.id].remind_at == later.remind_at
        assert _types(await recorded(database)) == ["reminder.scheduled", "reminder.scheduled"]
        await until(
            lambda: datetime.fromisoformat(sidecar.jobs[f"reminder-{ref.id}"]["dueTime"]) == later.remind_at,
            "the job is replaced",
        )

    async def test_new_title_is_taken_over_without_an_event(self, worker: Consumer, database: Database) -> None:
        ref = reminder_at(utc_now() + SOON)
        task = task_data(reminders=[ref])
        await worker.handle("task.created", task)
        await worker.handle("task.updated", task.model_copy(update={"version": 2, "title": "Call the doctor"}))

        assert (await _reminders(database))[ref.id].title == "Call the doctor"
        assert _types(await recorded(database)) == ["reminder.scheduled"]

    @pytest.mark.parametrize("type_", ["task.completed", "task.deleted", "task.updated"])
    async def test_reminder_that_the_task_has_no_more_is_cancelled(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar, type_: str
    ) -> None:
        ref = reminder_at(utc_now() + SOON)
        task = task_data(reminders=[ref])
        await worker.handle("task.created", task)
        await until(lambda: sidecar.jobs, "the job is registered")
        await worker.handle(type_, task.model_copy(update={"version": 2, "reminders": []}))

        assert (await _reminders(database))[ref.id].state == "cancelled"
        assert _types(await recorded(database)) == ["reminder.scheduled", "reminder.cancelled"]
        await until(lambda: not sidecar.jobs, "the job is deleted")

    async def test_job_of_a_reminder_that_was_cancelled_meanwhile_is_deleted(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = task_data(reminders=[reminder_at(utc_now() + SOON)])
        registering = Dapr.schedule_job

        async def overtaken(self: Dapr, name: str, due: datetime) -> None:
            await registering(self, name, due)
            await worker.handle("task.deleted", task.model_copy(update={"version": 2, "reminders": []}))

        monkeypatch.setattr(Dapr, "schedule_job", overtaken)
        await worker.handle("task.created", task)

        await until(lambda: sidecar.deleted_jobs, "the job is deleted")
        assert sidecar.jobs == {}

    async def test_reminder_of_a_reopened_task_is_scheduled_again(self, worker: Consumer, database: Database) -> None:
        ref = reminder_at(utc_now() + SOON)
        task = task_data(reminders=[ref])
        await worker.handle("task.created", task)
        await worker.handle("task.completed", task.model_copy(update={"version": 2, "reminders": []}))
        await worker.handle("task.reopened", task.model_copy(update={"version": 3}))

        assert (await _reminders(database))[ref.id].state == "pending"

    async def test_older_event_changes_nothing(self, worker: Consumer, database: Database) -> None:
        ref = reminder_at(utc_now() + SOON)
        task = task_data(reminders=[ref])
        await worker.handle("task.deleted", task.model_copy(update={"version": 3, "reminders": []}))
        await worker.handle("task.updated", task.model_copy(update={"version": 2}))
        await worker.handle("task.created", task)

        assert await _reminders(database) == {}
        assert await recorded(database) == []

    async def test_recently_missed_reminder_is_triggered_at_once(self, worker: Consumer, database: Database) -> None:
        ref = reminder_at(utc_now() - SOON)
        await worker.handle("task.created", task_data(reminders=[ref]))

        async def triggered() -> bool:
            return (await _reminders(database))[ref.id].state == "triggered"

        await until(triggered, "it is triggered")
        assert _types(await recorded(database)) == ["reminder.scheduled", "reminder.triggered"]

    async def test_long_missed_reminder_is_not(self, worker: Consumer, database: Database) -> None:
        ref = reminder_at(utc_now() - schedule.MISSED_AFTER - SOON)
        await worker.handle("task.created", task_data(reminders=[ref]))
        assert await _reminders(database) == {}

    async def test_triggered_reminder_is_not_triggered_again_by_a_change(
        self, worker: Consumer, database: Database
    ) -> None:
        ref = reminder_at(utc_now() - timedelta(minutes=1))
        task = task_data(reminders=[ref])
        await worker.handle("task.created", task)
        await worker.http.post("/bindings-cron-reminder-check")
        same_time = ref.model_copy(update={"id": uuid4()})
        for version, refs in ((2, [ref]), (3, [same_time])):
            await worker.handle("task.updated", task.model_copy(update={"version": version, "reminders": refs}))
        await worker.http.post("/bindings-cron-reminder-check")

        assert _types(await recorded(database)).count("reminder.triggered") == 1


async def _pending(database: Database, remind_at: datetime, *, registered: bool = True) -> Reminder:
    async with database.transaction() as session:
        reminder = Reminder(
            id=uuid4(),
            task_id=uuid4(),
            user_id=uuid4(),
            title="Call",
            remind_at=remind_at,
            job_registered=registered,
        )
        session.add(reminder)
    return reminder


class TestTriggering:
    async def test_job_triggers_its_reminder_once(self, worker: Consumer, database: Database) -> None:
        reminder = await _pending(database, utc_now() - timedelta(milliseconds=1))
        answers = await asyncio.gather(*(worker.http.post(f"/job/reminder-{reminder.id}") for _ in range(5)))

        assert {answer.status_code for answer in answers} == {200}
        [event] = await recorded(database)
        assert event.type == "reminder.triggered"
        assert event.data["status"] == "triggered"
        assert datetime.fromisoformat(event.data["triggered_at"]) >= reminder.remind_at
        stored = (await _reminders(database))[reminder.id]
        assert (stored.state, stored.job_registered) == ("triggered", False)

    async def test_slightly_early_job_waits(self, worker: Consumer, database: Database) -> None:
        reminder = await _pending(database, utc_now() + timedelta(milliseconds=200))
        await worker.http.post(f"/job/reminder-{reminder.id}")

        [event] = await recorded(database)
        assert datetime.fromisoformat(event.data["triggered_at"]) >= reminder.remind_at

    async def test_job_of_a_moved_reminder_does_nothing(self, worker: Consumer, database: Database) -> None:
        reminder = await _pending(database, utc_now() + SOON)
        response = await worker.http.post(f"/job/reminder-{reminder.id}")

        assert response.status_code == 200
        assert await recorded(database) == []

    async def test_job_of_an_unknown_reminder_does_nothing(self, worker: Consumer) -> None:
        assert (await worker.http.post(f"/job/reminder-{uuid4()}")).status_code == 200

    async def test_sweep_triggers_what_is_due_once(self, worker: Consumer, database: Database) -> None:
        due = [await _pending(database, utc_now() - timedelta(seconds=number)) for number in range(1, 6)]
        later = await _pending(database, utc_now() + SOON)
        answers = await asyncio.gather(*(worker.http.post("/bindings-cron-reminder-check") for _ in range(4)))

        assert {answer.status_code for answer in answers} == {200}
        events = await recorded(database)
        assert {event.data["reminder_id"] for event in events} == {str(reminder.id) for reminder in due}
        assert len(events) == len(due)
        assert (await _reminders(database))[later.id].state == "pending"

    async def test_job_and_sweep_at_once_trigger_once(self, worker: Consumer, database: Database) -> None:
        pending = [await _pending(database, utc_now()) for _ in range(10)]
        await asyncio.gather(
            *(worker.http.post(f"/job/reminder-{reminder.id}") for reminder in pending),
            worker.http.post("/bindings-cron-reminder-check"),
            worker.http.post("/bindings-cron-reminder-check"),
        )
        assert len(await recorded(database)) == len(pending)

    async def test_sweep_takes_more_than_a_batch(
        self, worker: Consumer, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("worker.jobs.TRIGGER_BATCH", 2)
        for _ in range(5):
            await _pending(database, utc_now())
        await worker.http.post("/bindings-cron-reminder-check")
        assert len(await recorded(database)) == 5


class TestJobs:
    async def test_event_succeeds_while_the_scheduler_is_down_and_the_sweep_registers_later(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        sidecar.scheduler_down = True
        ref = reminder_at(utc_now() + SOON)
        await worker.handle("task.created", task_data(reminders=[ref]))
        assert (await worker.http.post("/bindings-cron-reminder-check")).status_code == 200
        assert not (await _reminders(database))[ref.id].job_registered

        sidecar.scheduler_down = False
        await worker.http.post("/bindings-cron-reminder-check")
        await until(lambda: sidecar.jobs, "the job is registered")

    async def test_jobs_that_the_scheduler_lost_are_registered_again(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        lost = [await _pending(database, utc_now() + SOON * number) for number in (1, 2, 3)]
        await worker.http.post("/bindings-cron-reminder-check")
        await until(lambda: len(sidecar.jobs) == len(lost), "all of them are registered")

    async def test_jobs_that_are_there_are_left_alone(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        first = await _pending(database, utc_now() + SOON)
        await _pending(database, utc_now() + 2 * SOON)
        sidecar.jobs[f"reminder-{first.id}"] = {"dueTime": "x"}
        await worker.http.post("/bindings-cron-reminder-check")
        await asyncio.sleep(0.1)
        assert sidecar.jobs == {f"reminder-{first.id}": {"dueTime": "x"}}

    async def test_what_waits_at_the_start_is_registered(
        self, start_consumer: Start, database: Database, sidecar: FakeSidecar
    ) -> None:
        waiting = [await _pending(database, utc_now() + SOON, registered=False) for _ in range(20)]
        async with start_consumer("todo-worker", reminders):
            await until(lambda: len(sidecar.jobs) == len(waiting), "all jobs are registered")

            async def known() -> bool:
                return all(reminder.job_registered for reminder in (await _reminders(database)).values())

            await until(known, "the database knows it")

    async def test_job_name_and_time_are_what_dapr_expects(
        self, worker: Consumer, database: Database, sidecar: FakeSidecar
    ) -> None:
        ref = reminder_at(datetime(2999, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC))
        await worker.handle("task.created", task_data(reminders=[ref]))
        await until(lambda: sidecar.jobs, "the job is registered")
        assert sidecar.jobs == {
            f"reminder-{ref.id}": {
                "dueTime": "2999-01-01T12:00:00.250000Z",
                "overwrite": True,
                "data": {},
                "failurePolicy": {"constant": {"interval": "1s", "maxRetries": 20}},
            }
        }
