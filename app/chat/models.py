"""Tables of the chat domain."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class Conversation(SQLModel, table=True):
    """A chat between one user and the agent."""

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_user_updated", "user_id", "updated_at", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    title: str = Field(default="", sa_type=Text)
    pending: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    """Tool calls that wait for the user's yes or no."""
    run_id: UUID | None = None
    """The run that answers in this conversation now; there is one at a time."""
    busy_until: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    """When that run's lease ends. A live run renews it; a crashed one blocks the conversation no longer than that."""
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)


class ChatMessage(SQLModel, table=True):
    """One turn: what is shown (`text`, `tool_calls`) and what the model is given again (`model_messages`)."""

    __tablename__ = "chat_message"
    __table_args__ = (Index("ix_chat_message_conversation_seq", "conversation_id", "seq"),)

    seq: int | None = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=uuid4, unique=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", ondelete="CASCADE")
    role: Role = Field(sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    tool_calls: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    model_messages: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB, repr=False)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
