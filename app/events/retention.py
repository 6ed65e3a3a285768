"""Deleting events that nobody can ask for any more."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database, utc_now
from app.events import repository

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 3600.0
BATCH = 1000


class Retention:
    """Clears the outbox and the inbox of every app now and then, in small transactions. Use as a context manager."""

    def __init__(self, database: Database, *, outbox: timedelta, inbox: timedelta) -> None:
        self._database = database
        self._outbox = outbox
        self._inbox = inbox
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="retention of events")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            # Replicas that started together need not do this together.
            await asyncio.sleep(INTERVAL_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311
            try:
                await clear(self._database, outbox=self._outbox, inbox=self._inbox, now=utc_now())
            except Exception as error:  # whatever a driver raises; there is a next time
                log.warning("old events were not deleted", error=repr(error))


async def clear(database: Database, *, outbox: timedelta, inbox: timedelta, now: datetime) -> None:
    """Delete published outbox rows and received inbox rows that are older than that at `now`."""
    await _in_batches(database, lambda session: repository.delete_published(session, now - outbox, BATCH))
    await _in_batches(database, lambda session: repository.delete_received(session, now - inbox, BATCH))


async def _in_batches(database: Database, delete: Callable[[AsyncSession], Awaitable[int]]) -> None:
    deleted = BATCH
    while deleted == BATCH:
        async with database.transaction() as session:
            deleted = await delete(session)
