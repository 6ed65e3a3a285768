"""Reading what browsers missed: the user's `task.sync` events after a position."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.events import repository


@dataclass(frozen=True, slots=True)
class SyncEvent:
    """A `task.sync` event as a browser gets it."""

    user_id: UUID
    position: int
    data: str
    """JSON of a `SyncData`."""


async def events_after(session: AsyncSession, positions: Mapping[UUID, int], *, limit: int) -> list[SyncEvent]:
    """The events after each user's position, oldest first, at most `limit` of all users together."""
    return [SyncEvent(*row) for row in await repository.find_missed(session, positions, limit)]


async def current_position(session: AsyncSession) -> int:
    """Where a reader starts who has just loaded everything."""
    return await repository.latest_position(session)


async def can_resume(session: AsyncSession, position: int) -> bool:
    """Whether everything after the position is still there: false when it is too old, or of another database."""
    latest = await repository.latest_position(session)
    oldest = await repository.oldest_position(session)
    return (latest if oldest is None else oldest - 1) <= position <= latest
