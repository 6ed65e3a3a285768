"""Input and output of the chat domain, and the events of a streamed reply."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.chat.models import Role
from app.core.errors import Problem
from app.core.fields import NulFree
from app.tasks.models import Priority, RecurrenceMode
from app.tasks.schemas import Title


class _Schema(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class SendMessage(_Schema):
    """What the user says."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), NulFree] = Field(
        examples=["remind me to water the plants tomorrow at 9"]
    )


class PreviewTask(_Schema):
    """A line that is to become a task."""

    text: Title = Field(examples=["water the plants every Monday at 9 #home"])


class TaskDraft(_Schema):
    """A task that does not exist yet, as `POST /api/v1/tasks` takes it."""

    title: str = Field(examples=["water the plants"])
    notes: str
    priority: Priority
    tags: list[str] = Field(examples=[["home"]])
    due_at: str | None = Field(examples=["2026-12-24T18:00:00+01:00", "2026-12-24"])
    """An instant, or a day for what is due some time that day."""
    reminders: list[datetime]
    rrule: str | None = Field(examples=["FREQ=WEEKLY;BYDAY=MO"])
    recurrence_mode: RecurrenceMode


class TaskPreview(_Schema):
    """The task that a line would become; post `task` to create it."""

    task: TaskDraft
    complaint: str | None = Field(default=None, examples=["There is no 30 February."])
    """Why the line was taken as a title and nothing more."""


class Confirm(_Schema):
    """The user's answer to a question for confirmation."""

    approve: bool = Field(examples=[True])
    ids: list[str] | None = Field(default=None, min_length=1, max_length=100, examples=[["call_1"]])
    """The calls that the answer is for; calls that are not named are declined. Without it: all."""


class RenameConversation(_Schema):
    """A new title."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NulFree] = Field(
        examples=["Garden"]
    )


class PendingCall(_Schema):
    """A tool call that waits for the user's confirmation."""

    id: str = Field(examples=["call_1"])
    name: str = Field(examples=["delete_tasks"])
    args: dict[str, Any] = Field(examples=[{"ids": ["7c0e4dd2-3f2f-4b8a-9f35-2f5a3c8f3a56"]}])
    summary: str = Field(examples=["Delete “Buy milk”"])


class ToolCall(_Schema):
    """A tool call that the assistant made, and what came of it."""

    id: str = Field(examples=["call_1"])
    name: str = Field(examples=["create_task"])
    args: dict[str, Any] = Field(examples=[{"title": "Water the plants"}])
    result: Any = None
    outcome: Literal["success", "failed", "denied", "retried", "interrupted", "pending"] = "pending"


class MessageRead(_Schema):
    """One message of a conversation."""

    id: UUID
    role: Role
    text: str = Field(examples=["Added “Water the plants”, due tomorrow at 09:00."])
    tool_calls: list[ToolCall] = []
    created_at: datetime


class ConversationRead(_Schema):
    """A conversation without its messages."""

    id: UUID
    title: str = Field(examples=["remind me to water the plants"])
    pending: list[PendingCall] = []
    """Calls that wait for the user's yes or no."""
    busy: bool = False
    """Whether a reply is being written now."""
    created_at: datetime
    updated_at: datetime


class ConversationPage(_Schema):
    """Conversations, the last used first."""

    items: list[ConversationRead]
    next_cursor: str | None = None
    """Pass it as `cursor` to get the following page; null on the last one."""


class ConversationDetail(ConversationRead):
    """A conversation with its newest messages, oldest of them first."""

    messages: list[MessageRead]
    previous_cursor: str | None = None
    """Pass it as `cursor` to get the messages before these; null when there are none."""


class ChatReply(_Schema):
    """A whole reply, for clients that do not stream."""

    conversation_id: UUID
    message: MessageRead
    confirmation: list[PendingCall] = []
    """Calls that wait for the user's yes or no."""


class ConversationEvent(_Schema):
    """`conversation`: the conversation that the reply belongs to; always the first event."""

    id: UUID


class MessageDelta(_Schema):
    """`message.delta`: the next piece of the reply's text."""

    text: str


class ToolCallEvent(_Schema):
    """`tool.call`: the assistant calls a tool."""

    id: str
    name: str
    args: dict[str, Any]


class ToolResultEvent(_Schema):
    """`tool.result`: what came of it; `result` is a sentence unless `outcome` is `success`."""

    id: str
    name: str
    outcome: str
    result: Any


class ConfirmationRequired(_Schema):
    """`confirmation.required`: the calls run only after the user's yes."""

    calls: list[PendingCall]


class MessageDone(_Schema):
    """`message.done`: the reply as it is stored; the last event, unless an `error` is."""

    message: MessageRead


class ErrorEvent(_Schema):
    """`error`: the reply could not be finished; what the tools did until then is kept."""

    problem: Problem


ChatEvent = (
    ConversationEvent | MessageDelta | ToolCallEvent | ToolResultEvent | ConfirmationRequired | MessageDone | ErrorEvent
)

EVENT_NAMES: dict[type[ChatEvent], str] = {
    ConversationEvent: "conversation",
    MessageDelta: "message.delta",
    ToolCallEvent: "tool.call",
    ToolResultEvent: "tool.result",
    ConfirmationRequired: "confirmation.required",
    MessageDone: "message.done",
    ErrorEvent: "error",
}
"""The SSE event name of each event."""
