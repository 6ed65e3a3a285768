"""The trace that each change of a task leaves: what undo needs, and the events that the platform lives on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from app.events import outbox
from app.events.schemas import EventData, ReminderRef, SyncData, TaskData, Topic
from app.tasks.models import ChangeAction, PriorityRank, RecurrenceMode, Status, Task, TaskChange, TaskReminder
from app.tasks.recurrence import describe
from app.tasks.schemas import ReminderRead, TaskRead

REMINDER_GRACE = timedelta(hours=1)
"""How long after its time a reminder is still part of its task's events.

A change of the task must not cancel a reminder that is due but not yet delivered, nor may one that was cancelled long
ago come back late when its task is reopened.
"""

SyncAction = Literal["created", "updated", "deleted"]

EVENT_TYPES = {
    ChangeAction.CREATE: "task.created",
    ChangeAction.UPDATE: "task.updated",
    ChangeAction.COMPLETE: "task.completed",
    ChangeAction.REOPEN: "task.reopened",
    ChangeAction.DELETE: "task.deleted",
}
SYNC_ACTIONS: dict[ChangeAction, SyncAction] = {
    ChangeAction.CREATE: "created",
    ChangeAction.UPDATE: "updated",
    ChangeAction.COMPLETE: "updated",
    ChangeAction.REOPEN: "updated",
    ChangeAction.DELETE: "deleted",
}

# What an undo is to everyone else. A restored task is an update, not a creation: it was counted as created before, and
# its reminders are scheduled again from any event that lists them. Taking a reopening back is a completion: the
# completion that the reopening took out of the counts is back, and its series has its next task already.
UNDO_EVENT_TYPES = {
    ChangeAction.CREATE: "task.deleted",
    ChangeAction.UPDATE: "task.updated",
    ChangeAction.COMPLETE: "task.reopened",
    ChangeAction.REOPEN: "task.completed",
    ChangeAction.DELETE: "task.updated",
}
UNDO_SYNC_ACTIONS: dict[ChangeAction, SyncAction] = {
    ChangeAction.CREATE: "deleted",
    ChangeAction.UPDATE: "updated",
    ChangeAction.COMPLETE: "updated",
    ChangeAction.REOPEN: "updated",
    ChangeAction.DELETE: "created",
}


class ReminderState(BaseModel):
    """A reminder, as a snapshot holds it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    remind_at: datetime


class TaskState(BaseModel):
    """Everything of a task that a change can replace."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    notes: str
    status: Status
    priority: int
    tags: list[str]
    due_at: datetime | None
    due_has_time: bool
    time_zone: str
    rrule: str | None
    recurrence_mode: RecurrenceMode
    recurrence_start: datetime | None
    scheduled_at: datetime | None
    series_id: UUID | None
    occurrence: int
    completed_at: datetime | None
    deleted_at: datetime | None
    version: int
    reminders: list[ReminderState]


_NOT_RESTORED = {"version", "reminders"}


def state_of(task: Task, reminders: Iterable[TaskReminder]) -> TaskState:
    """A snapshot of the task and its reminders."""
    values = {name: getattr(task, name) for name in TaskState.model_fields if name != "reminders"}
    return TaskState.model_validate({**values, "reminders": list(reminders)})


def restore(task: Task, state: TaskState) -> list[TaskReminder]:
    """Make the task what it was, but for its version; returns its reminders."""
    for name in TaskState.model_fields.keys() - _NOT_RESTORED:
        setattr(task, name, getattr(state, name))
    return [TaskReminder(id=it.id, task_id=task.id, remind_at=it.remind_at) for it in state.reminders]


@dataclass(frozen=True, slots=True)
class Changed:
    """A task after its change, and what it was before; None when it is new."""

    task: Task
    reminders: Sequence[TaskReminder]
    before: TaskState | None


async def record(session: AsyncSession, action: ChangeAction, *changed: Changed) -> None:
    """Remember the changes as one batch that undo takes back together, and announce them."""
    remember(session, action, changed)
    await announce(session, EVENT_TYPES[action], SYNC_ACTIONS[action], changed)


def remember(session: AsyncSession, action: ChangeAction, changed: Iterable[Changed]) -> None:
    """The first half of `record`, for changes that are announced in different ways."""
    batch_id = uuid4()
    session.add_all(
        TaskChange(
            batch_id=batch_id,
            user_id=it.task.user_id,
            task_id=it.task.id,
            action=action,
            before=it.before.model_dump(mode="json") if it.before else None,
            version=it.task.version,
            created_at=it.task.updated_at,
        )
        for it in changed
    )


async def announce(session: AsyncSession, event_type: str, sync_action: SyncAction, changed: Sequence[Changed]) -> None:
    """Write the events of the changes into the outbox."""
    await outbox.record_all(session, events_of(event_type, sync_action, changed))


def events_of(
    event_type: str, sync_action: SyncAction, changed: Sequence[Changed]
) -> list[tuple[Topic, str, EventData]]:
    """The events of the changes: for the consumers, and for open browsers."""
    return [
        *((Topic.TASK_EVENTS, event_type, task_data(it.task, it.reminders)) for it in changed),
        *((Topic.TASK_UPDATES, "task.sync", _sync_data(it.task, sync_action)) for it in changed),
    ]


def task_data(task: Task, reminders: Iterable[TaskReminder]) -> TaskData:
    """The task as its events tell it."""
    live = task.status == Status.OPEN and task.deleted_at is None
    oldest = task.updated_at - REMINDER_GRACE
    return TaskData(
        user_id=task.user_id,
        task_id=task.id,
        title=task.title,
        status="deleted" if task.deleted_at else task.status,
        notes=task.notes,
        priority=PriorityRank(task.priority).priority.value,
        tags=task.tags,
        due_at=task.due_at,
        due_has_time=task.due_has_time,
        time_zone=task.time_zone,
        reminders=[ReminderRef(id=it.id, remind_at=it.remind_at) for it in reminders if live and it.remind_at > oldest],
        rrule=task.rrule,
        recurrence_mode=RecurrenceMode(task.recurrence_mode).value,
        series_id=task.series_id,
        occurrence=task.occurrence,
        completed_at=task.completed_at,
        created_at=task.created_at,
        updated_at=task.updated_at,
        version=task.version,
    )


def _sync_data(task: Task, action: SyncAction) -> SyncData:
    return SyncData(
        user_id=task.user_id,
        task_id=task.id,
        title=task.title,
        status="deleted" if task.deleted_at else task.status,
        entity="task",
        entity_id=task.id,
        action=action,
        version=task.version,
    )


def to_read(task: Task, reminders: Iterable[TaskReminder]) -> TaskRead:
    """The task as the API gives it."""
    return TaskRead(
        id=task.id,
        title=task.title,
        notes=task.notes,
        status=Status(task.status),
        priority=PriorityRank(task.priority).priority,
        tags=task.tags,
        due_at=task.due_at,
        due_has_time=task.due_has_time,
        time_zone=task.time_zone,
        reminders=[ReminderRead(id=it.id, remind_at=it.remind_at) for it in reminders],
        rrule=task.rrule,
        recurrence_mode=RecurrenceMode(task.recurrence_mode),
        recurrence_text=task.rrule and describe(task.rrule),
        series_id=task.series_id,
        occurrence=task.occurrence,
        completed_at=task.completed_at,
        created_at=task.created_at,
        updated_at=task.updated_at,
        version=task.version,
    )
