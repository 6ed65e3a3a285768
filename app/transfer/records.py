"""A task as a file has it: all that is needed to make the same task again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.core.errors import FieldError
from app.core.fields import TimeZoneName
from app.tasks.models import Priority, PriorityRank, RecurrenceMode, Status, Task, TaskReminder
from app.tasks.moments import END_YEAR, FIRST_YEAR
from app.tasks.schemas import MAX_REMINDERS, Notes, Rule, Tags, Title

FORMAT: Literal["todochat"] = "todochat"
VERSION: Literal[1] = 1


def _storable_instant(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year < END_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {END_YEAR - 1}")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_storable_instant)]


class TaskRecord(BaseModel):
    """A task of an export; fields that a later version adds are ignored."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    title: Title
    notes: Notes = ""
    status: Status = Status.OPEN
    priority: Priority = Priority.MEDIUM
    tags: Tags = []
    due_at: Instant | None = None
    due_has_time: bool = False
    """False: due some time that day; `due_at` is then the day's last second in `time_zone`."""
    time_zone: TimeZoneName
    reminders: Annotated[list[Instant], Field(max_length=MAX_REMINDERS)] = []
    rrule: Rule | None = None
    recurrence_mode: RecurrenceMode = RecurrenceMode.DUE
    recurrence_start: Instant | None = None
    scheduled_at: Instant | None = None
    series_id: UUID | None = None
    occurrence: int = Field(default=0, ge=0, lt=2**31)
    completed_at: Instant | None = None
    created_at: Instant

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.status is Status.COMPLETED) != (self.completed_at is not None):
            raise ValueError("completed_at: a completed task has one, and no other")
        if self.due_has_time and self.due_at is None:
            raise ValueError("due_has_time: needs due_at")
        if self.rrule is not None and None in (self.due_at, self.recurrence_start, self.series_id):
            raise ValueError("rrule: needs due_at, recurrence_start and series_id")
        return self

    @classmethod
    def of(cls, task: Task, reminders: Iterable[TaskReminder]) -> "TaskRecord":
        """The record of a stored task."""
        values = {name: getattr(task, name) for name in cls.model_fields if name != "reminders"}
        values["status"], values["recurrence_mode"] = Status(task.status), RecurrenceMode(task.recurrence_mode)
        values["priority"] = PriorityRank(task.priority).priority
        return cls.model_construct(**values, reminders=[reminder.remind_at for reminder in reminders])

    def write_to(self, task: Task, now: datetime) -> list[TaskReminder]:
        """Make `task` what the record says, but for its id and series; returns its reminders.

        `updated_at` becomes `now`: reminders from before are history, which no event must bring to life.
        """
        for name in type(self).model_fields.keys() - {"id", "series_id", "occurrence", "priority", "reminders"}:
            setattr(task, name, getattr(self, name))
        task.priority = self.priority.rank
        task.updated_at = now
        return [TaskReminder(task_id=task.id, remind_at=instant) for instant in sorted(set(self.reminders))]


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a file: `record` is None where it cannot be taken, and `reason` says why or what is not taken."""

    number: int
    title: str
    record: TaskRecord | None = None
    reason: str | None = None


def reasons(errors: Sequence[FieldError]) -> str:
    """The first few errors as one sentence."""
    return "; ".join(
        error.reason if error.field == "body" else f"{error.field}: {error.reason}" for error in errors[:3]
    )
