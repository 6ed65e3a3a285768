"""What is counted on which day, and what it amounts to."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.events.schemas import ReminderData
from tests.support.events import task_data
from tests.worker.conftest import Consumer, Start
from worker import analytics
from worker.counts import streaks

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
async def running(start_consumer: Start) -> AsyncIterator[Consumer]:
    async with start_consumer("todo-analytics", analytics) as started:
        yield started


async def summary(running: Consumer, user_id: UUID, first: date = TODAY, last: date = TODAY) -> dict[str, Any]:
    query = {"user_id": str(user_id), "from": str(first), "to": str(last), "today": str(TODAY)}
    response = await running.http.get("/internal/summary", params=query)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def complete(running: Consumer, user_id: UUID, at: datetime, **changes: Any) -> Any:
    task = task_data(user_id=user_id, status="completed", completed_at=at, version=2, **changes)
    await running.handle("task.completed", task)
    return task


async def test_user_without_events(running: Consumer) -> None:
    nothing = {"created": 0, "completed": 0, "deleted": 0, "reminded": 0}
    assert await summary(running, uuid4()) == {
        "days": [{**nothing, "day": "2026-03-10"}],
        "totals": nothing,
        "by_tag": {},
        "by_priority": {},
        "current_streak": 0,
        "longest_streak": 0,
    }


async def test_everything_is_counted(running: Consumer) -> None:
    me = uuid4()
    for _ in range(2):
        await running.handle("task.created", task_data(user_id=me, created_at=NOON))
    await running.handle("task.updated", task_data(user_id=me, created_at=NOON, version=2))
    await running.handle("task.deleted", task_data(user_id=me), time=NOON.isoformat())
    await complete(running, me, NOON)
    reminder = ReminderData(
        user_id=me,
        task_id=uuid4(),
        title="x",
        status="triggered",
        reminder_id=uuid4(),
        remind_at=NOON,
        due_at=None,
        due_has_time=False,
        time_zone="Europe/Berlin",
        triggered_at=NOON,
    )
    await running.handle("reminder.triggered", reminder)
    await running.handle("reminder.scheduled", reminder)

    answer = await summary(running, me)
    assert answer["totals"] == {"created": 2, "completed": 1, "deleted": 1, "reminded": 1}
    assert await summary(running, uuid4()) != answer


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-09T23:30:00+00:00", "Europe/Berlin", "2026-03-10"),
        ("2026-03-10T22:30:00+00:00", "Europe/Berlin", "2026-03-10"),
        ("2026-03-10T23:30:00+00:00", "Europe/Berlin", None),
        ("2026-03-10T10:30:00+00:00", "Pacific/Auckland", "2026-03-10"),
        ("2026-03-10T11:30:00+00:00", "Pacific/Auckland", None),
        ("2026-03-11T07:30:00+00:00", "America/Los_Angeles", None),
        ("2026-03-11T06:30:00+00:00", "America/Los_Angeles", "2026-03-10"),
    ],
)
async def test_days_are_those_of_the_tasks_time_zone(
    running: Consumer, instant: str, zone: str, day: str | None
) -> None:
    me = uuid4()
    at = datetime.fromisoformat(instant)
    await running.handle("task.created", task_data(user_id=me, created_at=at, time_zone=zone))
    await complete(running, me, at, time_zone=zone)
    totals = (await summary(running, me))["totals"]
    assert (totals["created"], totals["completed"]) == ((1, 1) if day else (0, 0))


async def test_reopening_takes_the_completion_back(running: Consumer) -> None:
    me = uuid4()
    task = await complete(running, me, NOON, tags=["home"], priority="high")
    await running.handle("task.reopened", task.model_copy(update={"version": 3, "completed_at": None}))
    answer = await summary(running, me)
    assert (answer["totals"]["completed"], answer["by_tag"], answer["current_streak"]) == (0, {}, 0)

    again = task.model_copy(update={"version": 4, "completed_at": NOON + timedelta(hours=1)})
    await running.handle("task.completed", again)
    answer = await summary(running, me)
    assert (answer["totals"]["completed"], answer["by_priority"]) == (1, {"high": 1})


async def test_late_completion_does_not_undo_the_reopening(running: Consumer) -> None:
    """As when a dead letter is replayed."""
    me = uuid4()
    task = task_data(user_id=me, version=3)
    await running.handle("task.reopened", task)
    await running.handle("task.completed", task.model_copy(update={"version": 2, "completed_at": NOON}))
    assert (await summary(running, me))["totals"]["completed"] == 0


async def test_completions_by_tag_and_priority_in_the_range(running: Consumer) -> None:
    me = uuid4()
    await complete(running, me, NOON, tags=["home", "garden"], priority="high")
    await complete(running, me, NOON, tags=["home"], priority="low")
    await complete(running, me, NOON - timedelta(days=5), tags=["work"], priority="low")

    answer = await summary(running, me)
    assert answer["by_tag"] == {"home": 2, "garden": 1}
    assert answer["by_priority"] == {"high": 1, "low": 1}
    wider = await summary(running, me, TODAY - timedelta(days=5))
    assert wider["by_tag"] == {"home": 2, "garden": 1, "work": 1}
    assert [day["completed"] for day in wider["days"]] == [1, 0, 0, 0, 0, 2]


async def test_streaks_reach_beyond_the_range(running: Consumer) -> None:
    me = uuid4()
    for days_ago in (0, 1, 2, 7, 8, 9, 10):
        await complete(running, me, NOON - timedelta(days=days_ago))
    answer = await summary(running, me)
    assert (answer["current_streak"], answer["longest_streak"]) == (3, 4)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([], (0, 0)),
        ([0], (1, 1)),
        ([1], (1, 1)),
        ([2], (0, 1)),
        ([2, 1, 0], (3, 3)),
        ([3, 2, 1], (3, 3)),
        ([4, 3, 2], (0, 3)),
        ([9, 8, 7, 1, 0], (2, 3)),
        ([1, 0, -1], (3, 3)),
    ],
)
def test_streaks(days_ago: list[int], expected: tuple[int, int]) -> None:
    assert streaks([TODAY - timedelta(days=number) for number in days_ago], TODAY) == expected
