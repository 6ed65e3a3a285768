"""Recording an event in the transaction of its cause."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Text, column, text
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
    INSERT INTO outbox (id, source, topic, type, user_id, data, traceparent, created_at)
    SELECT gen_random_uuid(), :event_source, event.topic, event.type, event.user_id, event.data, :event_traceparent,
           :event_time
    FROM ROWS FROM (
        jsonb_to_recordset(CAST(:events AS jsonb)) AS (topic text, type text, user_id uuid, data jsonb)
    ) WITH ORDINALITY AS event (topic, type, user_id, data, place)
    ORDER BY event.place
    RETURNING pg_notify(:event_channel, :event_source)
    """
)

RECORDED = _RECORD.columns(column("pg_notify", Text)).cte("recorded")
"""For `add_cte` of a statement that is to record events as well, with `parameters(...)` among its parameters."""


async def record(session: AsyncSession, topic: Topic, type_: str, *events: EventData) -> None:
    """Add events to the outbox; they are published after, and only if, the session's transaction commits."""
    await record_all(session, ((topic, type_, data) for data in events))


async def record_all(session: AsyncSession, events: Iterable[tuple[Topic, str, EventData]]) -> None:
    """The same for events of several topics and types, in this order."""
    await session.execute(_RECORD, parameters(events))


def parameters(events: Iterable[tuple[Topic, str, EventData]]) -> dict[str, Any]:
    """The parameters of `RECORDED`."""
    rows = [
        {"topic": topic, "type": type_, "user_id": str(data.user_id), "data": data.model_dump(mode="json")}
        for topic, type_, data in events
    ]
    return {
        "event_source": get_settings().app_id,
        "event_traceparent": traceparent.get(),
        "event_time": utc_now(),
        "events": orjson.dumps(rows).decode(),
        "event_channel": WAKE_CHANNEL,
    }
