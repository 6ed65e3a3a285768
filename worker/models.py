"""The consumers' own tables, each consumer's in a schema of its own."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, Index, text
from sqlmodel import Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now


class ReminderState(StrEnum):
    PENDING = "pending"
    TRIGGERED = "triggered"
    CANCELLED = "cancelled"


class Reminder(SQLModel, table=True):
    """A reminder as the reminders consumer learned of it from the task's events."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_due", "remind_at", postgresql_where=text("state = 'pending'")),
        Index("ix_reminder_job", "remind_at", postgresql_where=text("job_registered <> (state = 'pending')")),
        {"schema": "reminders"},
    )

    id: UUID = Field(primary_key=True)
    task_id: UUID = Field(index=True)
    user_id: UUID
    title: str = Field(sa_type=Text)
    due_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    due_has_time: bool = False
    time_zone: str = Field(default="UTC", sa_type=Text)
    remind_at: datetime = Field(sa_type=TIMESTAMP)
    state: ReminderState = Field(default=ReminderState.PENDING, sa_type=Text)
    job_registered: bool = False
    """Whether the Dapr scheduler is known to hold the job; it should for a pending reminder, and for no other."""
    triggered_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)


class TaskSeen(SQLModel, table=True):
    """The newest version of each task that the reminders consumer has handled."""

    __tablename__ = "task_seen"
    __table_args__ = ({"schema": "reminders"},)

    task_id: UUID = Field(primary_key=True)
    version: int


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


class Delivery(SQLModel, table=True):
    """One notice on its way to one place outside the application."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_pending", "next_attempt_at", postgresql_where=text("state = 'pending'")),
        {"schema": "notifications"},
    )

    event_id: UUID = Field(primary_key=True)
    channel: Channel = Field(primary_key=True, sa_type=Text)
    user_id: UUID = Field(index=True)
    target: str = Field(sa_type=Text)
    """An e-mail address or a URL."""
    secret: str | None = Field(default=None, sa_type=Text, repr=False)
    subject: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    state: DeliveryState = Field(default=DeliveryState.PENDING, sa_type=Text)
    attempts: int = 0
    next_attempt_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
    last_error: str | None = Field(default=None, sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)


class DailyCount(SQLModel, table=True):
    """What happened to a user's tasks on one local day; completions are counted from `Completion`."""

    __tablename__ = "daily_count"
    __table_args__ = ({"schema": "analytics"},)

    user_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    created: int = 0
    deleted: int = 0
    reminded: int = 0


class Completion(SQLModel, table=True):
    """The completion of a task, as it was then; a reopened task has none, until it is completed again."""

    __tablename__ = "completion"
    __table_args__ = (Index("ix_completion_user_day", "user_id", "day"), {"schema": "analytics"})

    task_id: UUID = Field(primary_key=True)
    user_id: UUID
    version: int
    """The task's version: an older event changes nothing."""
    day: date | None = None
    """The local day of the completion; None for a task that was reopened."""
    priority: str = Field(sa_type=Text)
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
