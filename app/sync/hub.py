"""The open event streams of this process, by user."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from uuid import UUID

import structlog

from app.core.database import Database
from app.events.replay import SyncEvent, events_after

log = structlog.get_logger(__name__)

QUEUE_EVENTS = 256
"""A client that is further behind than this is dropped; it reconnects and reads what it missed from the database."""
SWEEP_SECONDS = 5.0
SWEEP_EVENTS = 5000


class Subscription:
    """One client's stream: each event once, whether it comes by the broker or is found in the database."""

    def __init__(self, user_id: UUID, position: int) -> None:
        self.user_id = user_id
        self.position = position
        """Every event up to here is known to have been offered."""
        self.closed = False
        """Whether the server ends the stream: it stops, or the client is too slow."""
        self._offered: set[int] = set()
        self._queue: deque[SyncEvent] = deque()
        self._changed = asyncio.Event()

    def offer(self, event: SyncEvent) -> None:
        if event.position <= self.position or event.position in self._offered:
            return
        if len(self._queue) >= QUEUE_EVENTS:
            self.close()
        if not self.closed:
            self._offered.add(event.position)
            self._queue.append(event)
            self._changed.set()

    def settle(self, position: int) -> None:
        """Forget which events up to the position were offered one by one: all of them were."""
        self.position = max(self.position, position)
        self._offered = {offered for offered in self._offered if offered > self.position}

    def replay(self, events: Sequence[SyncEvent]) -> list[SyncEvent]:
        """What was missed and what came meanwhile, together in order; the stream goes on after it."""
        merged = {event.position: event for event in (*events, *self._queue)}
        self._queue.clear()
        self._offered |= merged.keys()
        return [merged[position] for position in sorted(merged)]

    def close(self) -> None:
        self.closed = True
        self._changed.set()

    async def next(self, timeout_seconds: float) -> SyncEvent | None:
        """The next event; None when there is none in time, or the stream is closed."""
        while not self._queue and not self.closed:
            self._changed.clear()
            try:
                async with asyncio.timeout(timeout_seconds):
                    await self._changed.wait()
            except TimeoutError:
                return None
        return None if self.closed else self._queue.popleft()


class Hub:
    """Hands each event to the streams of its user."""

    def __init__(self) -> None:
        self._subscriptions: dict[UUID, set[Subscription]] = {}
        self._closed = False

    @contextmanager
    def subscribe(self, user_id: UUID, position: int) -> Iterator[Subscription]:
        """A stream of the user's events after the position."""
        subscription = Subscription(user_id, position)
        if self._closed:
            subscription.close()
        mine = self._subscriptions.setdefault(user_id, set())
        mine.add(subscription)
        try:
            yield subscription
        finally:
            mine.discard(subscription)
            if not mine:
                self._subscriptions.pop(user_id, None)

    def deliver(self, event: SyncEvent) -> None:
        for subscription in self._subscriptions.get(event.user_id, ()):
            subscription.offer(event)

    def close(self) -> None:
        """End all streams, now and from now on: the process is about to stop."""
        self._closed = True
        for mine in self._subscriptions.values():
            for subscription in mine:
                subscription.close()

    async def sweep(self, database: Database) -> None:
        """Deliver from the database what did not come by the broker.

        A sidecar that restarts misses what is published meanwhile: each replica reads from the newest event on.
        """
        positions = {
            user_id: min(subscription.position for subscription in mine)
            for user_id, mine in self._subscriptions.items()
        }
        if not positions:
            return
        async with database.transaction() as session:
            found = await events_after(session, positions, limit=SWEEP_EVENTS)
        for event in found:
            self.deliver(event)
        for event in found:
            for subscription in self._subscriptions.get(event.user_id, ()):
                subscription.settle(event.position)

    @asynccontextmanager
    async def sweeping(self, database: Database) -> AsyncIterator[None]:
        """Sweep every few seconds while the block runs."""
        task = asyncio.create_task(self._sweep_forever(database), name="sync sweep")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _sweep_forever(self, database: Database) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.sweep(database)
            except Exception as error:  # whatever a driver raises; there is a next time
                log.warning("the sync sweep failed", error=repr(error))
