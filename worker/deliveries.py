"""Delivering notices outside the application: with retries, each as good as once.

A delivery is leased before it is sent and marked afterwards. A crash between the two repeats it, which no sender can
avoid; the repetition has the same Message-ID or Idempotency-Key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self

import structlog
from sqlalchemy import tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.core.backoff import delay
from app.core.database import Database, utc_now
from worker.models import Channel, Delivery, DeliveryState

log = structlog.get_logger(__name__)

BATCH = 20
LEASE = timedelta(minutes=2)
"""Longer than an attempt can take; then another replica may try."""
MAX_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 5.0
LAST_RETRY_SECONDS = 1800.0
POLL_SECONDS = 2.0


class Undeliverable(Exception):
    """Another attempt is of no use."""


Send = Callable[[Delivery], Awaitable[None]]


class Deliverer:
    """Sends pending deliveries. Use as an async context manager."""

    def __init__(self, database: Database, channels: Mapping[Channel, Send]) -> None:
        self._database = database
        self._channels = channels
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="deliveries")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Finishes the attempts that are under way."""
        self._stopping = True
        self._woken.set()
        if self._task:
            await self._task

    def wake(self) -> None:
        """There is a new delivery."""
        self._woken.set()

    async def deliver_due(self, now: datetime) -> int:
        """Attempt some of the deliveries that are due at `now`, all at once; how many."""
        async with self._database.transaction() as session:
            leased = await _lease(session, now)
        await asyncio.gather(*(self._attempt(delivery, now) for delivery in leased))
        return len(leased)

    async def _attempt(self, delivery: Delivery, now: datetime) -> None:
        context = {"event_id": str(delivery.event_id), "channel": delivery.channel, "attempt": delivery.attempts}
        failure: str | None = None
        final = delivery.attempts >= MAX_ATTEMPTS
        try:
            await self._channels[Channel(delivery.channel)](delivery)
        except Undeliverable as error:
            failure, final = str(error), True
        except Exception as error:  # whatever the network and the other side come up with
            failure = f"{type(error).__name__}: {error}"
        if failure is None:
            log.info("a notice is delivered", **context)
            changes: dict[str, object] = {"state": DeliveryState.SENT, "sent_at": utc_now(), "secret": None}
        elif final:
            log.error("a notice cannot be delivered", error=failure, **context)
            changes = {"state": DeliveryState.FAILED, "secret": None}
        else:
            pause = delay(delivery.attempts, FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS)
            log.warning("a notice is delivered later", error=failure, retry_in_seconds=pause, **context)
            changes = {"next_attempt_at": now + timedelta(seconds=pause)}
        async with self._database.transaction() as session:
            await session.execute(
                update(Delivery)
                .where(col(Delivery.event_id) == delivery.event_id, col(Delivery.channel) == delivery.channel)
                .values(last_error=failure, **changes)
            )

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            found = 0
            try:
                found = await self.deliver_due(utc_now())
            except Exception as error:  # whatever a driver raises; there is a next time
                log.warning("deliveries were not looked at", error=repr(error))
            if found < BATCH and not self._stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()


async def _lease(session: AsyncSession, now: datetime) -> Sequence[Delivery]:
    due = (
        select(Delivery.event_id, Delivery.channel)
        .where(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.next_attempt_at) <= now)
        .order_by(col(Delivery.next_attempt_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Delivery)
        .where(tuple_(col(Delivery.event_id), col(Delivery.channel)).in_(due))
        .values(next_attempt_at=now + LEASE, attempts=col(Delivery.attempts) + 1)
        .returning(Delivery)
    )
    return (await session.execute(statement)).scalars().all()
