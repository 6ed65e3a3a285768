"""The relay: publishes the outbox of one app, each user's events in order, nothing lost.

Every replica has one; a PostgreSQL advisory lock elects the one that works. NOTIFY wakes it at each commit, a sweep
every few seconds finds what a lost notification missed. A crash between publishing and marking repeats events, never
reorders them, and the consumers' inboxes make the repetition harmless.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, Protocol, Self

import orjson
import structlog

from app.core.backoff import Backoff
from app.core.dapr import DaprError, Message
from app.core.database import Database
from app.events import repository
from app.events.outbox import WAKE_CHANNEL
from app.events.repository import Lane, PendingEvent

log = structlog.get_logger(__name__)

BATCH = 1000
WAVE_EVENTS = 500
WAVE_CHARACTERS = 500_000
"""Of event data per call; at four bytes each still below the sidecar's 4 MiB."""
SWEEP_SECONDS = 5.0
ELECTION_SECONDS = 2.0
QUERY_SECONDS = 30.0
STOP_SECONDS = 10.0
FIRST_RETRY_SECONDS = 0.2
LAST_RETRY_SECONDS = 5.0


class Publisher(Protocol):
    """What the relay needs of the sidecar; see `app.core.dapr.Dapr.publish`."""

    async def publish(self, pubsub: str, topic: str, messages: Sequence[Message]) -> set[str]: ...


class Relay:
    """Publishes the events that the app `source` recorded. Use as an async context manager."""

    def __init__(self, database: Database, publisher: Publisher, *, source: str, pubsub: str) -> None:
        self._database = database
        self._publisher = publisher
        self._source = source
        self._pubsub = pubsub
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._holds = Holds()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=f"relay of {self._source}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends after the events that are on their way; what remains is the next relay's."""
        self._stopping.set()
        self._woken.set()
        if self._task:
            try:
                await asyncio.wait_for(self._task, STOP_SECONDS)
            except TimeoutError:
                log.warning("the relay did not end in time; some events may be published again")

    async def _run(self) -> None:
        retry = _backoff()
        while not self._stopping.is_set():
            try:
                async with self._database.dedicated_connection() as connection:
                    await self._elect(connection)
                    retry.reset()
                    await self._relay(connection)
            except Exception as error:  # whatever a driver raises when its server goes away
                if retry.attempts == 0:
                    log.warning("the relay lost its database; trying again", error=repr(error))
                await _wait(self._stopping, retry.next_delay())

    async def _elect(self, connection: Any) -> None:
        """Wait for the lock, which lasts as long as the connection."""
        # Waiting inside PostgreSQL instead would keep a snapshot open, and with it every dead row.
        while not self._stopping.is_set() and not await repository.try_lock(connection, self._source):
            await _wait(self._stopping, ELECTION_SECONDS)

    async def _relay(self, connection: Any) -> None:
        connection.add_termination_listener(lambda _: self._woken.set())
        await connection.add_listener(WAKE_CHANNEL, self._on_notify)
        outage = _backoff()
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                more = await self._relay_batch(connection)
            except DaprError as error:
                if outage.attempts == 0:
                    log.warning("events wait: the sidecar or the broker takes none", error=str(error))
                await _wait(self._stopping, outage.next_delay())
                continue
            if outage.attempts:
                log.info("events flow again")
                outage.reset()
            if not more:
                await _wait(self._woken, min(SWEEP_SECONDS, self._holds.next_due()))

    def _on_notify(self, _connection: Any, _pid: int, _channel: str, source: str) -> None:
        if source == self._source:
            self._woken.set()

    async def _relay_batch(self, connection: Any) -> bool:
        """Publish the oldest pending events; whether there may be more at once.

        Raises `DaprError` when a topic takes nothing at all.
        """
        closed = self._holds.closed()
        async with asyncio.timeout(QUERY_SECONDS):
            events = await repository.claim(connection, self._source, closed, BATCH)
        if len(events) < BATCH:
            self._holds.keep_only({*closed, *(event.lane for event in events)})
        if not events:
            return False
        by_topic = sorted(events, key=lambda event: event.topic)
        published: list[PendingEvent] = []
        outcomes = await asyncio.gather(
            *(self._relay_topic(list(topic), published) for _, topic in groupby(by_topic, lambda event: event.topic)),
            return_exceptions=True,
        )
        if published:
            async with asyncio.timeout(QUERY_SECONDS):
                await repository.mark_published(connection, published)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        return len(events) == BATCH

    async def _relay_topic(self, events: Sequence[PendingEvent], published: list[PendingEvent]) -> None:
        """Publish one topic's events in waves, adding to `published` what the broker has."""
        refused: set[Lane] = set()
        for wave in waves(events):
            if self._stopping.is_set():
                return
            # Nothing overtakes a refused event, however soon its lane opens again.
            sent = [event for event in wave if event.lane not in refused]
            failed = await self._publish(sent) if sent else set()
            for event in sent:
                if str(event.id) in failed:
                    refused.add(event.lane)
                    self._holds.close(event)
                else:
                    self._holds.open(event.lane)
                    published.append(event)

    async def _publish(self, events: Sequence[PendingEvent]) -> set[str]:
        messages = [Message(str(event.id), str(event.user_id), self._cloud_event(event)) for event in events]
        return await self._publisher.publish(self._pubsub, events[0].topic, messages)

    def _cloud_event(self, event: PendingEvent) -> dict[str, Any]:
        envelope: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(event.id),
            "source": self._source,
            "type": event.type,
            "time": event.created_at.isoformat(),
            "datacontenttype": "application/json",
            "sequence": str(event.position),
            "data": orjson.Fragment(event.data),
        }
        if event.traceparent:
            # Without `traceid`, its older name for the same, Dapr replaces `traceparent` by its own.
            envelope |= {"traceparent": event.traceparent, "traceid": event.traceparent}
        return envelope


class Holds:
    """Lanes that are closed for a while, because the broker refused their first event: nothing may overtake it."""

    def __init__(self) -> None:
        self._backoffs: dict[Lane, Backoff] = {}
        self._due: dict[Lane, float] = {}

    def close(self, event: PendingEvent) -> None:
        """Close the event's lane, for longer after each refusal in a row."""
        backoff = self._backoffs.setdefault(event.lane, _backoff())
        if backoff.attempts == 0:
            log.error("the broker refused an event; its user's next ones wait", event_id=event.id, topic=event.topic)
        self._due[event.lane] = _now() + backoff.next_delay()

    def open(self, lane: Lane) -> None:
        self._backoffs.pop(lane, None)
        self._due.pop(lane, None)

    def closed(self) -> list[Lane]:
        """The lanes that are closed now."""
        now = _now()
        return [lane for lane, due in self._due.items() if due > now]

    def keep_only(self, lanes: set[Lane]) -> None:
        """Forget all others: they have no event any more, and nothing to wait for."""
        for lane in self._due.keys() - lanes:
            self.open(lane)

    def next_due(self) -> float:
        """Seconds until the next lane is to be tried again; infinity when there is none."""
        return max(0.0, min(self._due.values(), default=float("inf")) - _now())


def waves(events: Sequence[PendingEvent]) -> Iterator[list[PendingEvent]]:
    """Split events into calls, in order, with at most one event of a lane in each: a call's events may swap places."""
    pending = list(events)
    while pending:
        wave: list[PendingEvent] = []
        later: list[PendingEvent] = []
        lanes: set[Lane] = set()
        size = 0
        for event in pending:
            full = wave and (len(wave) >= WAVE_EVENTS or size + len(event.data) > WAVE_CHARACTERS)
            if full or event.lane in lanes:
                later.append(event)
            else:
                wave.append(event)
                size += len(event.data)
            lanes.add(event.lane)
        yield wave
        pending = later


def _backoff() -> Backoff:
    return Backoff(FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, but not longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()
