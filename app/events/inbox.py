"""Having the effect of an event once, however often it is delivered."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.events.models import InboxEvent


async def first_delivery(session: AsyncSession, consumer: str, event_id: UUID) -> bool:
    """Whether `consumer` sees the event for the first time; remembered when the session's transaction commits.

    A second delivery that arrives meanwhile waits for that transaction's end.
    """
    statement = (
        insert(InboxEvent)
        .values(consumer=consumer, event_id=event_id)
        .on_conflict_do_nothing()
        .returning(col(InboxEvent.event_id))
    )
    return (await session.execute(statement)).first() is not None
