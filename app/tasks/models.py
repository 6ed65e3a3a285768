"""Tables of the tasks domain."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, CheckConstraint, Column, Computed, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now


class Status(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"


class Priority(StrEnum):
    """How much a task matters; `rank` is what the table stores and sorts by."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> "PriorityRank":
        return PriorityRank[self.name]


class PriorityRank(IntEnum):
    LOW = 0
    MEDIUM = 1
    HIGH = 2
    URGENT = 3

    @property
    def priority(self) -> Priority:
        return Priority[self.name]


class RecurrenceMode(StrEnum):
    """Where the next occurrence counts from: the due date (`every`) or the completion (`every!`)."""

    DUE = "due"
    COMPLETION = "completion"


class ChangeAction(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    COMPLETE = "complete"
    REOPEN = "reopen"
    DELETE = "delete"


_SEARCH_VECTOR = (
    "setweight(to_tsvector('simple', title), 'A')"
    " || setweight(array_to_tsvector(tags), 'B')"
    " || setweight(to_tsvector('simple', notes), 'C')"
)


class Task(SQLModel, table=True):
    """One thing to do. A deleted task keeps its row (`deleted_at`) until undo can no longer bring it back."""

    __tablename__ = "task"
    # The search vector is larger than the task, and nobody reads it: a column of the table, but none of the class.
    __table_args__ = (
        Column("search", TSVECTOR, Computed(_SEARCH_VECTOR, persisted=True)),
        UniqueConstraint("series_id", "occurrence"),
        CheckConstraint("priority BETWEEN 0 AND 3", name="priority"),
        CheckConstraint("status IN ('open', 'completed')", name="status"),
        # The list's keyset orders, one index each; deleted rows are never listed.
        Index("ix_task_user_created", "user_id", "created_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_task_user_due", "user_id", "due_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_task_user_priority", "user_id", "priority", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_task_user_updated", "user_id", "updated_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_task_tags", "tags", postgresql_using="gin"),
        Index("ix_task_search", "search", postgresql_using="gin"),
    )
    __mapper_args__: ClassVar[dict[str, Any]] = {"exclude_properties": {"search"}}

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    title: str = Field(sa_type=Text)
    notes: str = Field(default="", sa_type=Text)
    status: Status = Field(default=Status.OPEN, sa_type=Text)
    priority: int = Field(default=PriorityRank.MEDIUM, sa_type=SmallInteger)
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    due_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    due_has_time: bool = False
    """False: due some time that day; `due_at` is then the day's last second in `time_zone`."""
    time_zone: str = Field(default="UTC", sa_type=Text)
    rrule: str | None = Field(default=None, sa_type=Text)
    """RFC 5545 RRULE value without DTSTART, for example FREQ=WEEKLY;BYDAY=MO."""
    recurrence_mode: RecurrenceMode = Field(default=RecurrenceMode.DUE, sa_type=Text)
    recurrence_start: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    """The series' DTSTART as an instant; expanded in local time of `time_zone`."""
    scheduled_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    """When the series put this occurrence, wherever the user moved `due_at`: the next one is counted from here."""
    series_id: UUID | None = Field(default=None)
    occurrence: int = 0
    """0 for the first task of a series, then 1, 2, ...: (series_id, occurrence) is unique."""
    completed_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    deleted_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    version: int = 1
    """Grows with each change; it is the ETag."""
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)


class TaskReminder(SQLModel, table=True):
    """When to remind the user of a task; the reminders consumer learns of it by the task's events."""

    __tablename__ = "task_reminder"
    __table_args__ = (UniqueConstraint("task_id", "remind_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    task_id: UUID = Field(foreign_key="task.id", ondelete="CASCADE")
    remind_at: datetime = Field(sa_type=TIMESTAMP)


class TaskChange(SQLModel, table=True):
    """What a change replaced, so that it can be undone; the tasks of one bulk change share a batch."""

    __tablename__ = "task_change"
    __table_args__ = (Index("ix_task_change_user_seq", "user_id", "seq"),)

    seq: int | None = Field(default=None, primary_key=True)
    batch_id: UUID = Field(index=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    task_id: UUID = Field(foreign_key="task.id", ondelete="CASCADE", index=True)
    action: ChangeAction = Field(sa_type=Text)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    """The task and its reminders before the change; None for a creation."""
    version: int
    """The task's version after the change: undo refuses when another change came since."""
    undone: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
