"""Recording an event in the transaction of its cause."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.settings import get_settings
from app.core.tracing import traceparent
from app.events.models import OutboxEvent
from app.events.schemas import EventData, Topic

WAKE_CHANNEL = "outbox"
"""PostgreSQL NOTIFY channel; the payload is the source whose relay has work."""


async def record(session: AsyncSession, topic: Topic, type_: str, *events: EventData) -> None:
    """Add events to the outbox; they are published after, and only if, the session's transaction commits."""
    source = get_settings().app_id
    session.add_all(
        OutboxEvent(
            source=source,
            topic=topic,
            type=type_,
            user_id=data.user_id,
            data=data.model_dump(mode="json"),
            traceparent=traceparent.get(),
        )
        for data in events
    )
    # PostgreSQL delivers it at commit, once per transaction, to the relay in whichever replica holds the lock.
    await session.execute(select(func.pg_notify(WAKE_CHANNEL, source)))
