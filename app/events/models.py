"""Tables of the events domain, used by the backend and by every consumer."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, Sequence, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now

OUTBOX_POSITION = Sequence("outbox_position", metadata=SQLModel.metadata)
"""Handed out by the relay in publishing order, so that a reader who saw position n missed nothing before it."""


class OutboxEvent(SQLModel, table=True):
    """An event that commits with its cause and is published afterwards, in order per user."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_pending", "source", "seq", postgresql_where=text("published_at IS NULL")),
        # Browsers that reconnect read their user's missed events from here.
        Index("ix_outbox_replay", "user_id", "position", postgresql_where=text("topic = 'task-updates'")),
        Index("ix_outbox_published", "published_at"),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    id: UUID = Field(default_factory=uuid4, unique=True)
    """The CloudEvent's id."""
    source: str = Field(sa_type=Text)
    """App id of the producer; each producer relays its own events."""
    topic: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    user_id: UUID
    """The partition key: events of one user stay in order."""
    data: dict[str, Any] = Field(sa_type=JSONB)
    traceparent: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
    position: int | None = Field(default=None, sa_type=BigInteger)
    published_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)


class InboxEvent(SQLModel, table=True):
    """An event that a consumer has had its effect of; inserted in the effect's transaction."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_received_at", "received_at"),)

    consumer: str = Field(primary_key=True, sa_type=Text)
    event_id: UUID = Field(primary_key=True)
    received_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
