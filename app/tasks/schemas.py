"""Inputs and outputs of the tasks domain; the chat agent and the MCP tools use the same ones."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from app.core.fields import NulFree
from app.tasks.models import ChangeAction, Priority, RecurrenceMode, Status
from app.tasks.moments import Moment, TimedMoment
from app.tasks.recurrence import canonical

MAX_TAGS = 20
MAX_REMINDERS = 20
MAX_BULK = 500
_ONE_YEAR_IN_MINUTES = 366 * 24 * 60


def _normalised_tag(value: str) -> str:
    tag = " ".join(value.split()).lstrip("# ").casefold()
    if not 1 <= len(tag) <= 50:
        raise ValueError("must have 1 to 50 characters")
    return tag


def _unique_tags(tags: list[str]) -> list[str]:
    unique = list(dict.fromkeys(tags))
    if len(unique) > MAX_TAGS:
        raise ValueError(f"must be {MAX_TAGS} tags at most")
    return unique


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    NulFree,
    Field(examples=["Buy milk"]),
]
Notes = Annotated[str, Field(max_length=20_000, examples=["Two litres, low fat"]), NulFree]
TagName = Annotated[str, Field(max_length=200), NulFree, AfterValidator(_normalised_tag)]
Tags = Annotated[list[TagName], Field(max_length=200, examples=[["errands", "home"]]), AfterValidator(_unique_tags)]
Rule = Annotated[
    str,
    Field(
        max_length=500,
        description="RFC 5545 RRULE value without DTSTART; hourly at most.",
        examples=["FREQ=WEEKLY;BYDAY=MO"],
    ),
    AfterValidator(canonical),
]

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), NulFree]


class Input(BaseModel):
    """A request's data; a misspelt field is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class RelativeReminder(Input):
    """A reminder so many minutes before the due time."""

    minutes_before_due: int = Field(ge=0, le=_ONE_YEAR_IN_MINUTES, examples=[10])

    @property
    def before_due(self) -> timedelta:
        return timedelta(minutes=self.minutes_before_due)


ReminderInput = Annotated[
    Annotated[RelativeReminder, Tag("relative")] | Annotated[TimedMoment, Tag("absolute")],
    Discriminator(lambda value: "relative" if isinstance(value, dict | RelativeReminder) else "absolute"),
]
Reminders = Annotated[
    list[ReminderInput],
    Field(
        max_length=MAX_REMINDERS,
        description="Instants, or minutes before the due time; a day without a time is due at its last second.",
        examples=[[{"minutes_before_due": 10}, "2026-12-24T17:00:00+01:00"]],
    ),
]


class TaskCreate(Input):
    """A new task. Due dates without an offset are in the user's time zone."""

    title: Title
    notes: Notes = ""
    priority: Priority = Priority.MEDIUM
    tags: Tags = []
    due_at: Moment | None = None
    reminders: Reminders = []
    rrule: Rule | None = Field(default=None, description="Without `due_at` the series starts today.")
    recurrence_mode: RecurrenceMode = RecurrenceMode.DUE


class TaskUpdate(Input):
    """Changes of a task: what is missing stays, null clears (priority and recurrence mode: back to the default)."""

    title: Title | None = None
    notes: Notes | None = None
    priority: Priority | None = None
    tags: Tags | None = None
    due_at: Moment | None = None
    reminders: Reminders | None = None
    rrule: Rule | None = None
    recurrence_mode: RecurrenceMode | None = None

    @field_validator("title")
    @classmethod
    def _cannot_be_cleared(cls, value: str | None) -> str:
        if value is None:
            raise ValueError("cannot be cleared")
        return value


class ReminderRead(BaseModel):
    """A reminder of a task."""

    id: UUID
    remind_at: datetime


class TaskRead(BaseModel):
    """A task as it stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    title: str = Field(examples=["Buy milk"])
    notes: str = Field(examples=["Two litres, low fat"])
    status: Status
    priority: Priority
    tags: list[str] = Field(examples=[["errands"]])
    due_at: datetime | None
    due_has_time: bool
    """False: due some time that day; `due_at` is then the day's last second in `time_zone`."""
    time_zone: str = Field(examples=["Europe/Berlin"])
    reminders: list[ReminderRead]
    rrule: str | None = Field(examples=["FREQ=WEEKLY;BYDAY=MO"])
    recurrence_mode: RecurrenceMode
    recurrence_text: str | None = Field(examples=["every week on Monday"])
    """The recurrence in words."""
    series_id: UUID | None
    """The series of a recurring task; each of its tasks has an `occurrence` of its own."""
    occurrence: int
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    """Grows with each change; the ETag is this number."""


class TaskPage(BaseModel):
    """Some tasks of a list, and where the next ones start."""

    items: list[TaskRead]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null on the last page.")


class TagCount(BaseModel):
    """How many tasks have a tag."""

    tag: str = Field(examples=["errands"])
    open: int
    total: int


class DueRange(StrEnum):
    """Due dates relative to now, by the user's clock."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    NONE = "none"


class TaskSort(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DUE = "due"
    PRIORITY = "priority"


class SortOrder(StrEnum):
    ASCENDING = "asc"
    DESCENDING = "desc"


class TaskFilter(Input):
    """Which tasks; the criteria that are given must all hold."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    status: Status | None = None
    priority: list[Priority] = []
    """Any of these."""
    tag: list[TagName] = Field(default=[], max_length=MAX_TAGS)
    """All of these."""
    due: DueRange | None = None
    """overdue: open and past; week: today and the six days after it; none: without a due date."""
    due_after: Moment | None = None
    """Due at this moment or later; a day counts from its start."""
    due_before: Moment | None = None
    """Due before this moment; a day counts from its start."""
    q: Words | None = None
    """Words of the title, tags or notes: `milk -bread "low fat"`; the last word may be incomplete."""
    series_id: UUID | None = None

    @field_validator("q")
    @classmethod
    def _no_words_no_criterion(cls, value: str | None) -> str | None:
        return value or None

    def is_empty(self) -> bool:
        """Whether every task passes."""
        return not self.model_dump(exclude_defaults=True)


class TaskQuery(TaskFilter):
    """A page of a filtered, sorted list."""

    sort: TaskSort = TaskSort.CREATED
    order: SortOrder | None = None
    """Without it: newest first, soonest due first, most urgent first."""
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=500)


class BulkAction(StrEnum):
    COMPLETE = "complete"
    REOPEN = "reopen"
    DELETE = "delete"
    UPDATE = "update"


class BulkChanges(Input):
    """What a bulk update changes in each task; null clears the due date."""

    priority: Priority | None = None
    add_tags: Tags = []
    remove_tags: Tags = []
    due_at: Moment | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change")
        return self


class BulkRequest(Input):
    """One action on many tasks: those of `ids`, those that pass `filter`, or `all` of the user's."""

    action: BulkAction
    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MAX_BULK)
    filter: TaskFilter | None = None
    all: bool = Field(default=False, description="Must be true to mean every task; an empty filter never does.")
    changes: BulkChanges | None = Field(default=None, description="Only with the action `update`.")

    @field_validator("filter")
    @classmethod
    def _filter_is_not_empty(cls, value: TaskFilter | None) -> TaskFilter | None:
        if value is not None and value.is_empty():
            raise ValueError("an empty filter would mean every task; say `all: true` if that is meant")
        return value

    @model_validator(mode="after")
    def _is_unambiguous(self) -> Self:
        if (self.ids is not None) + (self.filter is not None) + self.all != 1:
            raise ValueError("give exactly one of `ids`, `filter` and `all: true`")
        if (self.changes is not None) != (self.action is BulkAction.UPDATE):
            raise ValueError("changes: needed for the action `update`, and only for that")
        return self


class BulkOutcome(StrEnum):
    DONE = "done"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    REFUSED = "refused"


class BulkItem(BaseModel):
    """What became of one task of a bulk action."""

    id: UUID
    outcome: BulkOutcome
    reason: str | None = Field(default=None, description="Why it was refused.")
    task: TaskRead | None = Field(default=None, description="As it stands now; for a deletion as it last stood.")


class BulkResult(BaseModel):
    """What became of each task; those that could be changed were, and one undo takes all of it back."""

    done: int
    results: list[BulkItem]


class UndoResult(BaseModel):
    """What an undo took back."""

    action: ChangeAction = Field(description="The change that was taken back.")
    tasks: list[TaskRead] = Field(description="The tasks it touched, as they stand now.")
    removed: list[UUID] = Field(description="Tasks whose creation was taken back.")


class NextOccurrenceRequest(BaseModel):
    """The completion of a recurring task; fields that a later version adds are ignored."""

    user_id: UUID


class NextOccurrence(BaseModel):
    """The task that follows a completed one in its series."""

    created: bool = Field(description="False for a repeated request, and where nothing follows.")
    task: TaskRead | None
