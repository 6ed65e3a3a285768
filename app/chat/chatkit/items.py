"""Conversations and messages as the objects of ChatKit's protocol."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from chatkit.actions import ActionConfig
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel, ValidationError

from app.chat.models import Role
from app.chat.schemas import ConversationRead, MessageRead, PendingCall
from app.core.database import utc_now
from app.core.errors import InvalidInput, NotFound

T = TypeVar("T", bound=BaseModel)

ANSWER = "answer"
"""The action of the two buttons under a question; its payload is {"approve": bool}."""


def checked(schema: type[T], **fields: str) -> T:
    """What ChatKit sent, by the rules of our own API. Raises `InvalidInput`."""
    try:
        return schema(**fields)
    except ValidationError as error:
        raise InvalidInput.of(next(iter(fields)), error.errors()[0]["msg"]) from None


def conversation_id(thread_id: str) -> UUID:
    try:
        return UUID(thread_id)
    except ValueError:
        raise NotFound("There is no such conversation.") from None


def thread_of(conversation: ConversationRead) -> ThreadMetadata:
    return ThreadMetadata(id=str(conversation.id), title=conversation.title or None, created_at=conversation.created_at)


def question_id(thread_id: str) -> str:
    """The id of the item that is the question which waits in the conversation, not a message."""
    return f"question-{thread_id}"


def message_item(thread_id: str, message: MessageRead) -> ThreadItem:
    if message.role == Role.USER:
        return user_message(thread_id, str(message.id), message.text, message.created_at)
    content = [AssistantMessageContent(text=message.text)]
    return AssistantMessageItem(id=str(message.id), thread_id=thread_id, created_at=message.created_at, content=content)


def user_message(thread_id: str, id_: str, text: str, created_at: datetime) -> UserMessageItem:
    content = [UserMessageTextContent(text=text)]
    return UserMessageItem(
        id=id_, thread_id=thread_id, created_at=created_at, content=content, inference_options=InferenceOptions()
    )


def question_item(thread_id: str, calls: list[PendingCall]) -> WidgetItem:
    """The question as a card with two buttons."""

    def button(label: str, *, approve: bool) -> dict[str, Any]:
        return {"label": label, "action": ActionConfig(type=ANSWER, payload={"approve": approve}).model_dump()}

    card = {
        "type": "Card",
        "children": [{"type": "Text", "value": call.summary} for call in calls],
        "confirm": button("Yes", approve=True),
        "cancel": button("No", approve=False),
    }
    return WidgetItem(
        id=question_id(thread_id),
        thread_id=thread_id,
        created_at=utc_now(),
        widget=DynamicWidgetRoot.model_validate(card),
    )
