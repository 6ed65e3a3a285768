"""todo-worker: reminders, from the events of their tasks to the moment when they are due."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import utc_now
from app.core.secrets import Secrets
from app.core.settings import Settings, get_settings
from app.events.schemas import TaskEvent, Topic
from worker import schedule
from worker.consumer import Handler, Runtime, after_commit, create_consumer, relay
from worker.jobs import NAME_PREFIX, Jobs

CLOCK_SKEW = timedelta(seconds=5)
"""A job that comes earlier than this is of a reminder that has moved meanwhile, and has a new job."""

router = APIRouter()


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the reminders consumer."""
    events: dict[Topic, TypeAdapter[Any]] = {Topic.TASK_EVENTS: TypeAdapter(TaskEvent)}
    return create_consumer(settings or get_settings(), secrets, events=events, start=_start, routers=[router])


@asynccontextmanager
async def _start(app: FastAPI, runtime: Runtime) -> AsyncIterator[Mapping[Topic, Handler]]:
    async with relay(runtime), Jobs(runtime.database, runtime.dapr) as jobs:
        app.state.jobs = jobs

        async def follow_task(session: AsyncSession, event: TaskEvent) -> None:
            await schedule.follow_task(session, event.data, utc_now())
            after_commit(session, jobs.wake)

        yield {Topic.TASK_EVENTS: follow_task}


@router.post(f"/job/{NAME_PREFIX}{{reminder_id}}")
async def on_job(reminder_id: UUID, request: Request) -> Response:
    """A reminder's job: it is due. Answers an error only where the scheduler should call again."""
    jobs: Jobs = request.app.state.jobs
    early = await jobs.on_job(reminder_id)
    while early is not None and early <= CLOCK_SKEW:
        await asyncio.sleep(early.total_seconds())
        early = await jobs.on_job(reminder_id)
    return Response()


@router.post("/bindings-cron-reminder-check")
async def on_reminder_check(request: Request) -> Response:
    """The cron binding, named after its component: every replica is called at once."""
    jobs: Jobs = request.app.state.jobs
    await jobs.sweep()
    return Response()
