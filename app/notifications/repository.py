"""SQL of the notifications domain."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.notifications.models import Notification


async def insert_once(session: AsyncSession, notification: Notification) -> bool:
    """Whether the notification is its event's first."""
    statement = (
        insert(Notification)
        .values(notification.model_dump())
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(col(Notification.id))
    )
    return (await session.execute(statement)).first() is not None


async def list_newest(
    session: AsyncSession, user_id: UUID, *, unread: bool, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Notification]:
    """The user's notifications, newest first, starting after the one whose creation time and id are `before`."""
    created_at, id_ = col(Notification.created_at), col(Notification.id)
    statement = select(Notification).where(col(Notification.user_id) == user_id)
    if unread:
        statement = statement.where(col(Notification.read_at).is_(None))
    if before is not None:
        statement = statement.where(tuple_(created_at, id_) < before)
    return (await session.execute(statement.order_by(created_at.desc(), id_.desc()).limit(limit))).scalars().all()


async def count_unread(session: AsyncSession, user_id: UUID) -> int:
    statement = (
        select(func.count())
        .select_from(Notification)
        .where(col(Notification.user_id) == user_id, col(Notification.read_at).is_(None))
    )
    return (await session.execute(statement)).scalar_one()


async def mark_read(session: AsyncSession, user_id: UUID, notification_id: UUID, now: datetime) -> Notification | None:
    """The notification, read at `now` unless it was before; None when the user has no such one."""
    statement = (
        update(Notification)
        .where(col(Notification.id) == notification_id, col(Notification.user_id) == user_id)
        .values(read_at=func.coalesce(col(Notification.read_at), now))
        .returning(Notification)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def mark_all_read(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    await session.execute(
        update(Notification)
        .where(col(Notification.user_id) == user_id, col(Notification.read_at).is_(None))
        .values(read_at=now)
    )
