"""todo-analytics: counts per user and local day, and streaks."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Query
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.schemas import Summary
from app.core.database import Session
from app.core.secrets import Secrets
from app.core.settings import Settings, get_settings
from app.events.schemas import ReminderTriggered, TaskEvent, Topic
from worker.consumer import Handler, Runtime, create_consumer
from worker.counts import count, local_day, set_completion, summarize

router = APIRouter()


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the analytics consumer."""
    events: dict[Topic, TypeAdapter[Any]] = {
        Topic.TASK_EVENTS: TypeAdapter(TaskEvent),
        Topic.REMINDERS: TypeAdapter(ReminderTriggered),
    }
    return create_consumer(settings or get_settings(), secrets, events=events, start=_start, routers=[router])


@asynccontextmanager
async def _start(_app: FastAPI, _runtime: Runtime) -> AsyncIterator[Mapping[Topic, Handler]]:
    yield {Topic.TASK_EVENTS: _count_task, Topic.REMINDERS: _count_reminder}


async def _count_task(session: AsyncSession, event: TaskEvent) -> None:
    task = event.data
    match event.type:
        case "task.created":
            await count(session, task.user_id, local_day(task.created_at, task.time_zone), "created")
        case "task.deleted":
            await count(session, task.user_id, local_day(event.time, task.time_zone), "deleted")
        case "task.completed":
            await set_completion(session, task, local_day(task.completed_at or event.time, task.time_zone))
        case "task.reopened":
            await set_completion(session, task, None)


async def _count_reminder(session: AsyncSession, event: ReminderTriggered) -> None:
    reminder = event.data
    day = local_day(reminder.triggered_at or event.time, reminder.time_zone)
    await count(session, reminder.user_id, day, "reminded")


@router.get("/internal/summary")
async def summary(
    session: Session,
    user_id: UUID,
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
    today: date,
) -> Summary:
    """Called by the backend, which has checked who asks."""
    return await summarize(session, user_id, first, last, today)
