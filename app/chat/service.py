"""The rules of conversations; `app.chat.runner` answers in them."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from app.chat import repository
from app.chat.models import ChatMessage, Conversation
from app.chat.schemas import ConversationDetail, ConversationPage, ConversationRead, MessageRead, PendingCall
from app.core import ratelimit
from app.core.database import Database, utc_now
from app.core.errors import InvalidInput, NotFound
from app.users.auth import Principal


async def count_message(database: Database, principal: Principal, *, per_minute: int) -> None:
    """Count one message to the assistant. Raises `TooManyRequests`."""
    await ratelimit.require(database, ("chat", str(principal.user_id)), per_minute=per_minute)


async def create_conversation(
    session: AsyncSession, principal: Principal, *, id: UUID | None = None
) -> ConversationRead:
    conversation = Conversation(id=id or uuid4(), user_id=principal.user_id)
    session.add(conversation)
    await session.flush()
    return _read(conversation)


async def list_conversations(
    session: AsyncSession, principal: Principal, *, cursor: str | None, limit: int
) -> ConversationPage:
    """Conversations, the last used first. Raises `InvalidInput` for a cursor that is not one of ours."""
    rows = await repository.page(session, principal.user_id, _decode_page_cursor(cursor) if cursor else None, limit + 1)
    items = rows[:limit]
    following = _encode_cursor([items[-1].updated_at.isoformat(), str(items[-1].id)]) if len(rows) > limit else None
    return ConversationPage(items=[_read(row) for row in items], next_cursor=following)


async def read_conversation(session: AsyncSession, principal: Principal, conversation_id: UUID) -> ConversationRead:
    """A conversation without its messages. Raises `NotFound`."""
    return _read(await require_conversation(session, principal, conversation_id))


async def get_conversation(
    session: AsyncSession, principal: Principal, conversation_id: UUID, *, cursor: str | None = None, limit: int = 100
) -> ConversationDetail:
    """A conversation with its newest messages before `cursor`. Raises `NotFound`, `InvalidInput`."""
    conversation = await require_conversation(session, principal, conversation_id)
    newest, previous = await page_of_messages(session, conversation_id, cursor=cursor, limit=limit, newest_first=True)
    return ConversationDetail(**_read(conversation).model_dump(), messages=newest[::-1], previous_cursor=previous)


async def page_of_messages(
    session: AsyncSession, conversation_id: UUID, *, cursor: str | None, limit: int, newest_first: bool
) -> tuple[list[MessageRead], str | None]:
    """Messages of a conversation that is the caller's, and the cursor of the next page. Raises `InvalidInput`."""
    after = _decode_message_cursor(cursor) if cursor else None
    rows = await repository.messages(session, conversation_id, after, limit + 1, newest_first=newest_first)
    messages = [read_message(row) for row in rows[:limit]]
    return messages, _encode_cursor([rows[limit - 1].seq]) if len(rows) > limit else None


async def rename_conversation(
    session: AsyncSession, principal: Principal, conversation_id: UUID, title: str
) -> ConversationRead:
    conversation = await require_conversation(session, principal, conversation_id)
    conversation.title = title
    await session.flush()
    return _read(conversation)


async def delete_conversation(session: AsyncSession, principal: Principal, conversation_id: UUID) -> None:
    if not await repository.delete_conversation(session, principal.user_id, conversation_id):
        raise NotFound("There is no such conversation.")


async def require_conversation(session: AsyncSession, principal: Principal, conversation_id: UUID) -> Conversation:
    """The user's conversation; raises `NotFound`."""
    conversation = await repository.get(session, principal.user_id, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation


def _read(conversation: Conversation) -> ConversationRead:
    pending = (conversation.pending or {}).get("calls", [])
    return ConversationRead(
        id=conversation.id,
        title=conversation.title,
        pending=[PendingCall.model_validate(call) for call in pending],
        busy=conversation.busy_until is not None and conversation.busy_until > utc_now(),
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
    )


def read_message(message: ChatMessage) -> MessageRead:
    return MessageRead.model_validate(message, from_attributes=True)


def _encode_cursor(keys: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def _decode_cursor(cursor: str) -> list[Any]:
    keys = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(keys, list):
        raise ValueError("not a cursor")
    return keys


_CURSOR_ERRORS = (ValueError, TypeError, binascii.Error)


def _invalid_cursor() -> InvalidInput:
    return InvalidInput.of("cursor", "is not a cursor that this list has given out")


def _decode_page_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        updated_at, id_ = _decode_cursor(cursor)
        moment = datetime.fromisoformat(updated_at)
        if moment.tzinfo is None:
            raise ValueError("not a cursor")
        return moment, UUID(id_)
    except _CURSOR_ERRORS:
        raise _invalid_cursor() from None


def _decode_message_cursor(cursor: str) -> int:
    try:
        (seq,) = _decode_cursor(cursor)
        if type(seq) is not int or not 0 <= seq < 2**31:
            raise ValueError("not a cursor")
    except _CURSOR_ERRORS:
        raise _invalid_cursor() from None
    return seq
