"""todo-recurring: has the backend create the next task of a series when one of it is completed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.dapr import CallRefused
from app.core.secrets import Secrets
from app.core.settings import Settings, get_settings
from app.events.schemas import TaskCompleted, Topic
from worker.consumer import Handler, Runtime, create_consumer

log = structlog.get_logger(__name__)

BACKEND = "todo-backend"


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the recurrence consumer."""
    events: dict[Topic, TypeAdapter[Any]] = {Topic.TASK_EVENTS: TypeAdapter(TaskCompleted)}
    return create_consumer(settings or get_settings(), secrets, events=events, start=_start)


@asynccontextmanager
async def _start(_: FastAPI, runtime: Runtime) -> AsyncIterator[Mapping[Topic, Handler]]:
    async def continue_series(_: AsyncSession, event: TaskCompleted) -> None:
        # (series, occurrence) is unique at the backend, so a call whose transaction then fails here may be repeated.
        task = event.data
        if task.rrule is None:
            return
        request = {"user_id": task.user_id, "completed_at": task.completed_at}
        try:
            await runtime.dapr.invoke(BACKEND, "POST", f"/internal/tasks/{task.task_id}/next-occurrence", body=request)
        except CallRefused as refusal:
            if refusal.status != 404:
                raise
            log.info("the completed task is gone, and its series with it", task_id=str(task.task_id))

    yield {Topic.TASK_EVENTS: continue_series}
