"""SQL of the transfer domain."""

from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.transfer.models import CalendarFeed


async def find_feed(session: AsyncSession, user_id: UUID) -> CalendarFeed | None:
    return await session.get(CalendarFeed, user_id)


async def find_feed_by_token(session: AsyncSession, token_hash: bytes) -> CalendarFeed | None:
    statement = select(CalendarFeed).where(col(CalendarFeed.token_hash) == token_hash)
    return (await session.execute(statement)).scalar_one_or_none()


async def replace_feed(session: AsyncSession, feed: CalendarFeed) -> None:
    """Make this the user's feed, whatever it was before."""
    values = feed.model_dump()
    statement = insert(CalendarFeed).values(values).on_conflict_do_update(index_elements=["user_id"], set_=values)
    await session.execute(statement)


async def delete_feed(session: AsyncSession, user_id: UUID) -> bool:
    statement = delete(CalendarFeed).where(col(CalendarFeed.user_id) == user_id).returning(col(CalendarFeed.user_id))
    return (await session.execute(statement)).first() is not None


async def lock_imports(session: AsyncSession, user_id: UUID) -> None:
    """No other import of the user goes on before the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"import {user_id}", 0))))
