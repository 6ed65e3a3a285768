"""Recording an event in the transaction of its cause."""

from collections.abc import Iterable

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import utc_now
from app.core.settings import get_settings
from app.core.tracing import traceparent
from app.events.schemas import EventData, Topic

WAKE_CHANNEL = "outbox"
"""PostgreSQL NOTIFY channel; the payload is the source whose relay has work."""

# On the path of every change of a task, so one statement whose text never varies. PostgreSQL delivers the notification
# at commit, once per transaction, to the relay in whichever replica holds the lock.
_RECORD = text(
    """
    WITH recorded AS (
        INSERT INTO outbox (id, source, topic, type, user_id, data, traceparent, created_at)
        SELECT gen_random_uuid(), :source, event.topic, event.type, event.user_id, event.data, :traceparent, :now
        FROM ROWS FROM (
            jsonb_to_recordset(CAST(:events AS jsonb)) AS (topic text, type text, user_id uuid, data jsonb)
        ) WITH ORDINALITY AS event (topic, type, user_id, data, place)
        ORDER BY event.place
    )
    SELECT pg_notify(:channel, :source)
    """
)


async def record(session: AsyncSession, topic: Topic, type_: str, *events: EventData) -> None:
    """Add events to the outbox; they are published after, and only if, the session's transaction commits."""
    await record_all(session, ((topic, type_, data) for data in events))


async def record_all(session: AsyncSession, events: Iterable[tuple[Topic, str, EventData]]) -> None:
    """The same for events of several topics and types, in this order."""
    rows = [
        {"topic": topic, "type": type_, "user_id": str(data.user_id), "data": data.model_dump(mode="json")}
        for topic, type_, data in events
    ]
    await session.execute(
        _RECORD,
        {
            "source": get_settings().app_id,
            "traceparent": traceparent.get(),
            "now": utc_now(),
            "events": orjson.dumps(rows).decode(),
            "channel": WAKE_CHANNEL,
        },
    )
