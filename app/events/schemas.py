"""The events of the platform: CloudEvents 1.0 whose `data` is one of these models.

The union `Event` is the contract; `docs/asyncapi.yaml` is generated from it and a test holds the two together.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Topic(StrEnum):
    TASK_EVENTS = "task-events"
    REMINDERS = "reminders"
    TASK_UPDATES = "task-updates"


class EventData(BaseModel):
    """What every event says; consumers ignore fields that a later version adds."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    schema_version: Literal[1] = 1
    user_id: UUID
    task_id: UUID | None
    title: str
    status: str


class ReminderRef(BaseModel):
    """A reminder of a task."""

    id: UUID
    remind_at: datetime


class TaskData(EventData):
    """A task as it stands after the change."""

    task_id: UUID
    notes: str
    priority: Literal["low", "medium", "high", "urgent"]
    tags: list[str]
    due_at: datetime | None
    due_has_time: bool
    time_zone: str
    reminders: list[ReminderRef]
    """The reminders that the task has now: empty for a completed or deleted one."""
    rrule: str | None
    recurrence_mode: Literal["due", "completion"]
    series_id: UUID | None
    occurrence: int
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    """Grows with each change of the task: a consumer ignores what is older than what it has."""


class ReminderData(EventData):
    """A reminder of a task; `status` is the reminder's."""

    task_id: UUID
    reminder_id: UUID
    remind_at: datetime
    due_at: datetime | None
    due_has_time: bool
    time_zone: str
    triggered_at: datetime | None = None


class SyncData(EventData):
    """A hint for open browsers: something of the user's changed."""

    entity: Literal["task", "notification"]
    entity_id: UUID
    action: Literal["created", "updated", "deleted"]
    version: int | None = None


class CloudEvent(BaseModel):
    """The envelope, <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    subject: str | None = None
    traceparent: str | None = None
    sequence: str | None = None
    """The outbox position, in decimal: the resume cursor of `/api/v1/sync`."""


class TaskCreated(CloudEvent):
    type: Literal["task.created"] = "task.created"
    data: TaskData


class TaskUpdated(CloudEvent):
    type: Literal["task.updated"] = "task.updated"
    data: TaskData


class TaskCompleted(CloudEvent):
    type: Literal["task.completed"] = "task.completed"
    data: TaskData


class TaskReopened(CloudEvent):
    type: Literal["task.reopened"] = "task.reopened"
    data: TaskData


class TaskDeleted(CloudEvent):
    type: Literal["task.deleted"] = "task.deleted"
    data: TaskData


class ReminderScheduled(CloudEvent):
    type: Literal["reminder.scheduled"] = "reminder.scheduled"
    data: ReminderData


class ReminderTriggered(CloudEvent):
    type: Literal["reminder.triggered"] = "reminder.triggered"
    data: ReminderData


class ReminderCancelled(CloudEvent):
    type: Literal["reminder.cancelled"] = "reminder.cancelled"
    data: ReminderData


class TaskSync(CloudEvent):
    type: Literal["task.sync"] = "task.sync"
    data: SyncData


TaskEvent = Annotated[
    TaskCreated | TaskUpdated | TaskCompleted | TaskReopened | TaskDeleted, Field(discriminator="type")
]
ReminderEvent = Annotated[ReminderScheduled | ReminderTriggered | ReminderCancelled, Field(discriminator="type")]
Event = Annotated[
    TaskCreated
    | TaskUpdated
    | TaskCompleted
    | TaskReopened
    | TaskDeleted
    | ReminderScheduled
    | ReminderTriggered
    | ReminderCancelled
    | TaskSync,
    Field(discriminator="type"),
]
