"""Rules of analytics: what is counted, on which day, and what it amounts to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.analytics.schemas import Counts, DayCounts, Summary
from app.events.schemas import TaskData
from worker.models import Completion, DailyCount


def local_day(instant: datetime, time_zone: str) -> date:
    """The day of the calendar on the user's wall."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


async def count(session: AsyncSession, user_id: UUID, day: date, what: str) -> None:
    """Add one to the user's `created`, `deleted` or `reminded` of that day."""
    column = getattr(DailyCount, what)
    statement = insert(DailyCount).values({"user_id": user_id, "day": day, what: 1})
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "day"], set_={what: col(column) + 1})
    )


async def set_completion(session: AsyncSession, task: TaskData, day: date | None) -> None:
    """Remember on which day the task was completed, or that it is open again (None), unless a later event came first.

    A reopened task's completion is no longer counted anywhere, so that completing a task twice counts once. Changes
    and the deletion of a completed task leave its completion as it was.
    """
    values: dict[str, Any] = {
        "user_id": task.user_id,
        "version": task.version,
        "day": day,
        "priority": task.priority,
        "tags": task.tags,
    }
    statement = insert(Completion).values(task_id=task.task_id, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["task_id"], set_=values, where=col(Completion.version) < task.version
        )
    )


async def summarize(session: AsyncSession, user_id: UUID, first: date, last: date, today: date) -> Summary:
    """Everything about the user's days from `first` to `last`, and the streaks as of `today`."""
    days = {day: DayCounts(day=day) for day in days_between(first, last)}
    counted = select(DailyCount).where(col(DailyCount.user_id) == user_id, col(DailyCount.day).between(first, last))
    for row in (await session.execute(counted)).scalars():
        days[row.day] = DayCounts.model_validate(row, from_attributes=True)
    for day, number in await _completions_by(session, col(Completion.day), user_id, first, last):
        days[day].completed = number
    current, longest = streaks(await _days_with_completions(session, user_id), today)
    return Summary(
        days=list(days.values()),
        totals=Counts(**{name: sum(getattr(day, name) for day in days.values()) for name in Counts.model_fields}),
        by_tag=dict(await _completions_by(session, func.unnest(col(Completion.tags)), user_id, first, last)),
        by_priority=dict(await _completions_by(session, col(Completion.priority), user_id, first, last)),
        current_streak=current,
        longest_streak=longest,
    )


def days_between(first: date, last: date) -> Iterable[date]:
    """Both inclusive."""
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def streaks(days: Iterable[date], today: date) -> tuple[int, int]:
    """(current, longest) number of days in a row, of distinct ascending days.

    The current streak ends today, or yesterday as long as today may still continue it.
    """
    current = longest = length = 0
    previous: date | None = None
    for day in days:
        length = length + 1 if previous is not None and day - previous == timedelta(days=1) else 1
        longest = max(longest, length)
        previous = day
    if previous is not None and previous >= today - timedelta(days=1):
        current = length
    return current, longest


async def _completions_by(
    session: AsyncSession, key: Any, user_id: UUID, first: date, last: date
) -> list[tuple[Any, int]]:
    grouped = key.label("key")
    statement = (
        select(grouped, func.count())
        .where(col(Completion.user_id) == user_id, col(Completion.day).between(first, last))
        .group_by(grouped)
        .order_by(func.count().desc(), grouped)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def _days_with_completions(session: AsyncSession, user_id: UUID) -> list[date]:
    statement = (
        select(col(Completion.day))
        .where(col(Completion.user_id) == user_id, col(Completion.day).is_not(None))
        .distinct()
        .order_by(col(Completion.day))
    )
    return [day for day in (await session.execute(statement)).scalars() if day is not None]
