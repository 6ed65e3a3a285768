"""What one chat message can ask for: the interpreter's whole output."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal

Priority = Literal["low", "medium", "high", "urgent"]
Status = Literal["open", "completed"]
RecurrenceMode = Literal["due", "completion"]
WindowName = Literal["overdue", "today", "tomorrow", "this_week", "next_7_days", "none", "range"]
Sort = Literal["due", "priority", "created", "title"]
Pronoun = Literal["it", "them"]
TalkKind = Literal["hello", "thanks", "bye", "how_are_you", "who_are_you", "praise"]
UnknownReason = Literal[
    "empty",
    "too_long",
    "not_understood",
    "question",
    "negated",
    "needs_title",
    "needs_reference",
    "needs_change",
    "needs_due",
    "bad_date",
    "bad_time",
    "in_the_past",
    "too_often",
    "refused",
]


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance in time: months and days follow the local calendar, seconds are elapsed; negative is earlier."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __neg__(self) -> "Offset":
        return Offset(-self.months, -self.days, -self.seconds)

    @property
    def has_time(self) -> bool:
        """Whether the distance is finer than whole days."""
        return self.seconds != 0


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before a task is due its reminder rings; `at` fixes the local time of that earlier day."""

    offset: Offset
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open range of instants [start, end), under the name a person would give it; None is unbounded."""

    name: WindowName
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks are meant; every field given must hold, and only `all` makes an otherwise empty filter mean all."""

    status: Status | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    due: Window | None = None
    completed: Window | None = None
    search: str | None = None
    all: bool = False
    sort: Sort | None = None
    limit: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether any condition beyond `all`, order and limit is set."""
        return any((self.status, self.priority, self.tags, self.due, self.completed, self.search))


@dataclass(frozen=True, slots=True)
class Reference:
    """How existing tasks are named: exactly one of words, number, pronoun and filter.

    `number` counts from 1 in the list last shown, -1 is its last entry. `exact` says that the words were quoted.
    Raises ValueError when it would name nothing, or everything without saying "all".
    """

    words: str | None = None
    exact: bool = False
    number: int | None = None
    pronoun: Pronoun | None = None
    filter: Filter | None = None

    def __post_init__(self) -> None:
        named = [way for way in (self.words, self.number, self.pronoun, self.filter) if way is not None and way != ""]
        if len(named) != 1:
            raise ValueError("a reference names tasks in exactly one way")
        if self.filter is not None and not (self.filter.narrows or self.filter.all):
            raise ValueError("an empty filter never means all tasks")

    @property
    def is_bulk(self) -> bool:
        """Whether more than one task may be meant."""
        return self.filter is not None or self.pronoun == "them"


@dataclass(frozen=True, slots=True)
class CreateTask:
    """A new task; without `due_has_time` it is due some time that day and `due_at` is the local day's last second."""

    title: str
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    due_at: datetime | None = None
    due_has_time: bool = False
    remind_at: tuple[datetime, ...] = ()
    rrule: str | None = None
    recurrence_mode: RecurrenceMode = "due"
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class ListTasks:
    """Show the tasks a filter selects."""

    filter: Filter


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Mark what the reference names as done."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class ReopenTask:
    """Mark what the reference names as not done."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class DeleteTask:
    """Delete what the reference names; the caller asks for confirmation first."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change; None, empty and False leave a field as it is.

    `due_has_date` False: only a time was said, keep the task's own day. `due_has_time` False: only a day was said, keep
    the task's own time. `shift_due` moves the present due moment. `app.chat.interpreter.apply` does both.
    """

    title: str | None = None
    priority: Priority | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    clear_tags: bool = False
    due_at: datetime | None = None
    due_has_time: bool = False
    due_has_date: bool = True
    clear_due: bool = False
    shift_due: Offset | None = None
    remind_at: tuple[datetime, ...] = ()
    remind_before: tuple[Lead, ...] = ()
    clear_reminders: bool = False
    rrule: str | None = None
    recurrence_mode: RecurrenceMode = "due"
    clear_rrule: bool = False
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateTask:
    """Change what the reference names."""

    reference: Reference
    changes: Changes


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Tell the person how they are doing: counts and streaks."""


@dataclass(frozen=True, slots=True)
class Help:
    """Say what can be said."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The answer to a question the assistant asked."""

    yes: bool


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A courtesy that asks for nothing."""

    kind: TalkKind


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing to do, with the reason as a code and as a sentence for the person."""

    reason: UnknownReason
    message: str = field(compare=False)


Command = (
    CreateTask
    | ListTasks
    | CompleteTask
    | ReopenTask
    | DeleteTask
    | UpdateTask
    | Undo
    | Summary
    | Help
    | Confirm
    | SmallTalk
    | Unknown
)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Everything one message asks for, in the order it was said; never empty."""

    commands: tuple[Command, ...]
