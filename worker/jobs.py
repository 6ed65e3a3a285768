"""Keeping the Dapr scheduler's jobs what the database says: one for each pending reminder, none for others."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import structlog
from sqlalchemy import tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.core.dapr import Dapr, SidecarUnavailable
from app.core.database import Database, utc_now
from worker import schedule
from worker.models import Reminder, ReminderState

log = structlog.get_logger(__name__)

NAME_PREFIX = "reminder-"
BATCH = 200
CONCURRENT_CALLS = 16
TRIGGER_BATCH = 200
PROBED_AFTER = timedelta(seconds=10)
"""A job that is due sooner may be gone because it is being called just now."""


Unsettled = tuple[UUID, str, datetime]
"""Id, state and time of a reminder whose job is not what it should be."""


class Jobs:
    """Registers and deletes jobs in the background: no event waits for the scheduler. An async context manager."""

    def __init__(self, database: Database, dapr: Dapr) -> None:
        self._database = database
        self._dapr = dapr
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="reminder jobs")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """There may be something to register or to delete."""
        self._woken.set()

    async def sweep(self) -> None:
        """Trigger what is due and still pending, and see to it that the scheduler still has its jobs."""
        await self._trigger_due()
        try:
            await self._check_scheduler()
        except SidecarUnavailable as error:
            log.warning("the scheduler does not answer; the sweep stands in for it", error=str(error))
        self.wake()

    async def _check_scheduler(self) -> None:
        async with self._database.transaction() as session:
            probed = await schedule.next_registered(session, utc_now() + PROBED_AFTER)
        if probed and not await self._dapr.job_exists(job_name(probed)):
            log.warning("the scheduler has lost its jobs; they are registered again")
            async with self._database.transaction() as session:
                await schedule.forget_jobs(session)

    async def settle(self) -> None:
        """Bring the scheduler to what the database says. Raises `SidecarUnavailable` when it does not answer."""
        await self._trigger_due()
        calls = asyncio.Semaphore(CONCURRENT_CALLS)
        found = BATCH
        while found == BATCH:
            async with self._database.transaction() as session:
                rows = await _unsettled(session)
            found = len(rows)
            outcomes = await asyncio.gather(*(self._settle_one(calls, row) for row in rows), return_exceptions=True)
            settled = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome is None]
            if settled:
                async with self._database.transaction() as session:
                    await _mark_settled(session, settled)
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

    async def _settle_one(self, calls: asyncio.Semaphore, row: Unsettled) -> None:
        reminder_id, state, remind_at = row
        async with calls:
            if state == ReminderState.PENDING:
                await self._dapr.schedule_job(job_name(reminder_id), remind_at)
            else:
                await self._dapr.delete_job(job_name(reminder_id))

    async def on_job(self, reminder_id: UUID) -> timedelta | None:
        """A reminder's job has called; how long the reminder is still to wait, if it is.

        Triggers whatever is due: where many are, the first call does the work of all, and none waits in a queue.
        """
        await self._trigger_due()
        async with self._database.transaction() as session:
            return await schedule.trigger(session, reminder_id, utc_now())

    async def _trigger_due(self) -> None:
        triggered = TRIGGER_BATCH
        while triggered == TRIGGER_BATCH:
            async with self._database.transaction() as session:
                triggered = await schedule.trigger_due(session, utc_now(), TRIGGER_BATCH)

    async def _run(self) -> None:
        while True:
            try:
                await self.settle()
            except SidecarUnavailable as error:
                log.warning("jobs are not registered now; the sweep stands in for them", error=str(error))
            except Exception as error:  # whatever a driver raises; there is a next time
                log.warning("reminder jobs were not looked at", error=repr(error))
            # The cron sweep wakes it too, so a failure is repeated within a minute.
            await self._woken.wait()
            self._woken.clear()


def job_name(reminder_id: UUID) -> str:
    return f"{NAME_PREFIX}{reminder_id}"


async def _unsettled(session: AsyncSession) -> list[Unsettled]:
    statement = (
        select(Reminder.id, Reminder.state, Reminder.remind_at)
        .where(col(Reminder.job_registered) != (col(Reminder.state) == ReminderState.PENDING))
        .order_by(col(Reminder.remind_at))
        .limit(BATCH)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def _mark_settled(session: AsyncSession, rows: list[Unsettled]) -> None:
    """Only what has not changed meanwhile; a job registered for what is cancelled by now is there to be deleted."""
    seen = tuple_(col(Reminder.id), col(Reminder.state), col(Reminder.remind_at))
    settled = update(Reminder).where(seen.in_(rows))
    await session.execute(settled.values(job_registered=col(Reminder.state) == ReminderState.PENDING))
    registered = [reminder_id for reminder_id, state, _ in rows if state == ReminderState.PENDING]
    overtaken = update(Reminder).where(col(Reminder.id).in_(registered), col(Reminder.state) != ReminderState.PENDING)
    await session.execute(overtaken.values(job_registered=True))
