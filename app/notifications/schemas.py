"""Inputs and outputs of the notifications domain."""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import InvalidInput
from app.core.fields import NulFree

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = struct.Struct(">Q16s")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last notification of a page."""

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        microseconds = (self.created_at - _EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(_CURSOR.pack(microseconds, self.id.bytes)).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Raises `InvalidInput` for anything that `encode` did not make."""
        try:
            microseconds, id_ = _CURSOR.unpack(base64.b64decode(text, altchars=b"-_", validate=True))
            return cls(_EPOCH + timedelta(microseconds=microseconds), UUID(bytes=id_))
        except (struct.error, OverflowError, ValueError) as error:
            raise InvalidInput.of("cursor", "is not a cursor of an earlier page") from error


class NotificationRead(BaseModel):
    """A notification in the user's list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    task_id: UUID | None
    title: str = Field(examples=["Call the dentist"])
    body: str = Field(examples=["Due today at 15:00"])
    read_at: datetime | None
    created_at: datetime


class NotificationPage(BaseModel):
    items: list[NotificationRead]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")
    unread_count: int = Field(description="Of all notifications, whichever page this is.", examples=[3])


class NotifyRequest(BaseModel):
    """What the notification consumer asks for."""

    event_id: UUID = Field(description="Of the event that it comes from: one event makes one notification.")
    user_id: UUID
    task_id: UUID | None = None
    title: Annotated[str, NulFree, Field(examples=["Call the dentist"])]
    body: Annotated[str, NulFree, Field(examples=["Due today at 15:00"])] = ""


class WebhookRead(BaseModel):
    url: str = Field(examples=["https://hooks.example.com/todo"])
    secret: str = Field(description="Key of the HMAC-SHA256 signature.")


class ChannelsRead(BaseModel):
    """Where else the user wants it; both null when nowhere, or when the account was deleted meanwhile."""

    email: str | None = Field(examples=["ada@example.com"])
    webhook: WebhookRead | None


class NotificationChannel(StrEnum):
    """Where else than in the app a user can be notified."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class NotificationTest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: NotificationChannel


class NotificationTestResult(BaseModel):
    """What came of a test notice."""

    delivered: bool
    reason: str | None = Field(default=None, description="Why not.", examples=["the receiver answered with status 500"])


class SampleNotice(BaseModel):
    """A test notice, as todo-notification is asked to send it."""

    channel: NotificationChannel
    target: str
    secret: str | None = Field(default=None, repr=False)
