"""SQL of the outbox and the inbox.

The relay's statements run on its own asyncpg connection: the one that holds its lock. A relay that lost its lock has
lost the connection with it, so it can number or mark nothing any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.events.models import OUTBOX_POSITION, InboxEvent, OutboxEvent

Lane = tuple[str, UUID]
"""What keeps its order: one topic's events of one user."""

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('outbox:' || $1, 0))"

# The CTEs are scanned in their order, so positions grow with `seq`. A row whose publication failed keeps its position.
_CLAIM = """
WITH pending AS MATERIALIZED (
    SELECT seq FROM outbox
    WHERE source = $1 AND published_at IS NULL
      AND (topic, user_id) NOT IN (SELECT * FROM unnest($2::text[], $3::uuid[]))
    ORDER BY seq
    LIMIT $4
),
numbered AS MATERIALIZED (SELECT seq, nextval('outbox_position') AS position FROM pending)
UPDATE outbox SET position = coalesce(outbox.position, numbered.position)
FROM numbered WHERE outbox.seq = numbered.seq
RETURNING outbox.seq, outbox.position, id, topic, type, user_id, data::text AS data, traceparent, created_at
"""

_MISSED = text("""
    SELECT outbox.user_id, outbox.position, outbox.data::text
    FROM unnest(CAST(:users AS uuid[]), CAST(:positions AS bigint[])) AS reader (user_id, position)
    JOIN outbox ON outbox.user_id = reader.user_id AND outbox.position > reader.position
    WHERE outbox.topic = 'task-updates'
    ORDER BY outbox.position
    LIMIT :limit
""")

_MARK = "UPDATE outbox SET published_at = now() WHERE seq = ANY($1::bigint[])"


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An outbox row that waits for its publication."""

    seq: int
    position: int
    id: UUID
    topic: str
    type: str
    user_id: UUID
    data: str
    """JSON, as stored."""
    traceparent: str | None
    created_at: datetime

    @property
    def lane(self) -> Lane:
        return self.topic, self.user_id


async def try_lock(connection: Any, source: str) -> bool:
    """Whether this database session is now the one relay of `source`."""
    return bool(await connection.fetchval(_LOCK, source))


async def claim(connection: Any, source: str, held: Sequence[Lane], limit: int) -> list[PendingEvent]:
    """The oldest unpublished events in order, each with its position; none of the lanes in `held`."""
    rows = await connection.fetch(_CLAIM, source, [topic for topic, _ in held], [user for _, user in held], limit)
    return sorted((PendingEvent(*row) for row in rows), key=lambda event: event.seq)


async def mark_published(connection: Any, events: Sequence[PendingEvent]) -> None:
    await connection.execute(_MARK, [event.seq for event in events])


async def delete_published(session: AsyncSession, before: datetime, limit: int) -> int:
    """How many of the oldest events, published before that instant, were deleted."""
    oldest = (
        select(OutboxEvent.seq)
        .where(col(OutboxEvent.published_at) < before)
        .order_by(col(OutboxEvent.published_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = delete(OutboxEvent).where(col(OutboxEvent.seq).in_(oldest)).returning(col(OutboxEvent.seq))
    return len((await session.execute(statement)).all())


async def delete_received(session: AsyncSession, before: datetime, limit: int) -> int:
    """How many of the oldest inbox rows, received before that instant, were deleted."""
    oldest = (
        select(InboxEvent.consumer, InboxEvent.event_id)
        .where(col(InboxEvent.received_at) < before)
        .order_by(col(InboxEvent.received_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    key = tuple_(col(InboxEvent.consumer), col(InboxEvent.event_id))
    statement = delete(InboxEvent).where(key.in_(oldest)).returning(col(InboxEvent.event_id))
    return len((await session.execute(statement)).all())


async def find_missed(session: AsyncSession, positions: Mapping[UUID, int], limit: int) -> list[tuple[UUID, int, str]]:
    """(user, position, data) of the `task.sync` events after each user's position, oldest first.

    Every numbered event counts, published or not: its number commits before its publication, so a reader that also
    listens to what is published misses none.
    """
    parameters = {"users": list(positions), "positions": list(positions.values()), "limit": limit}
    return [(row[0], row[1], row[2]) for row in await session.execute(_MISSED, parameters)]


async def latest_position(session: AsyncSession) -> int:
    """The highest position that was ever handed out, 0 before the first."""
    row = (await session.execute(text(f"SELECT last_value, is_called FROM {OUTBOX_POSITION.name}"))).one()  # noqa: S608
    return int(row[0]) if row[1] else 0


async def oldest_position(session: AsyncSession) -> int | None:
    """The position of the published event that was kept for longest; None when none is kept."""
    statement = (
        select(OutboxEvent.position)
        .where(col(OutboxEvent.published_at).is_not(None))
        .order_by(col(OutboxEvent.published_at), col(OutboxEvent.position))
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()
