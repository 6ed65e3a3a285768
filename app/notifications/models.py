"""Tables of the notifications domain."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now


class Notification(SQLModel, table=True):
    """A notice in the user's in-app list."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user_created", "user_id", "created_at", "id"),
        Index("ix_notification_unread", "user_id", "created_at", "id", postgresql_where=text("read_at IS NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    event_id: UUID = Field(unique=True)
    """The `reminder.triggered` event that it comes from: one event makes one notice."""
    task_id: UUID | None = None
    title: str = Field(sa_type=Text)
    body: str = Field(default="", sa_type=Text)
    read_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
