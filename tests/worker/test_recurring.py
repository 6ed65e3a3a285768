"""A completed task of a series asks the backend for the next one, once in effect."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.events.schemas import Topic
from tests.support.events import cloud_event, task_data
from tests.support.sidecar import Answer, FakeSidecar
from tests.worker.conftest import Consumer, Start
from worker import consumer, recurring

COMPLETED_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TASK = task_data(rrule="FREQ=DAILY", status="completed", completed_at=COMPLETED_AT)
CREATED = Answer(200, {"created": True, "task": None})


@pytest.fixture
async def running(start_consumer: Start, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Consumer]:
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    async with start_consumer("todo-recurring", recurring) as started:
        yield started


async def test_backend_is_asked_for_the_next_occurrence(running: Consumer, sidecar: FakeSidecar) -> None:
    sidecar.answers = [CREATED]
    await running.handle("task.completed", TASK)

    assert sidecar.invocations == [
        (
            "POST",
            f"todo-backend/internal/tasks/{TASK.task_id}/next-occurrence",
            {"user_id": str(TASK.user_id), "completed_at": "2026-03-02T12:00:00+00:00"},
        )
    ]


async def test_repeated_event_asks_once(running: Consumer, sidecar: FakeSidecar) -> None:
    sidecar.answers = [CREATED]
    event = await running.handle("task.completed", TASK)
    assert await running.deliver(Topic.TASK_EVENTS, event) == (200, "SUCCESS")
    assert len(sidecar.invocations) == 1


async def test_task_without_a_rule_asks_nothing(running: Consumer, sidecar: FakeSidecar) -> None:
    await running.handle("task.completed", TASK.model_copy(update={"rrule": None}))
    assert sidecar.invocations == []


async def test_task_that_is_gone_is_no_error(running: Consumer, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(404, {"title": "Not found"})]
    await running.handle("task.completed", TASK)


async def test_backend_that_restarts_is_asked_again(running: Consumer, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(500, {"errorCode": "ERR_DIRECT_INVOKE"}), Answer(503), Answer(403), CREATED]
    await running.handle("task.completed", TASK)
    assert len(sidecar.invocations) == 4


async def test_refusal_is_a_dead_letter(running: Consumer, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(422, {"title": "Invalid input"})]
    assert await running.deliver(Topic.TASK_EVENTS, cloud_event("task.completed", TASK)) == (200, "DROP")
