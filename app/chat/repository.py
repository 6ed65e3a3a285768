"""SQL of the chat domain; every query of a conversation is scoped by its user."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from app.chat.models import ChatMessage, Conversation, Role

_NOW = func.clock_timestamp()
"""The server's clock: replicas need not agree on the time to respect one another's leases."""


def _owned(user_id: UUID, conversation_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Conversation.id) == conversation_id, col(Conversation.user_id) == user_id


async def get(session: AsyncSession, user_id: UUID, conversation_id: UUID) -> Conversation | None:
    statement = select(Conversation).where(*_owned(user_id, conversation_id))
    return (await session.execute(statement)).scalar_one_or_none()


async def page(
    session: AsyncSession, user_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Conversation]:
    """Up to `limit` conversations, the last used first, after the keyset `before`."""
    statement = select(Conversation).where(col(Conversation.user_id) == user_id)
    if before is not None:
        statement = statement.where(tuple_(col(Conversation.updated_at), col(Conversation.id)) < tuple_(*before))
    statement = statement.order_by(col(Conversation.updated_at).desc(), col(Conversation.id).desc()).limit(limit)
    return (await session.execute(statement)).scalars().all()


async def delete_conversation(session: AsyncSession, user_id: UUID, conversation_id: UUID) -> bool:
    statement = delete(Conversation).where(*_owned(user_id, conversation_id)).returning(col(Conversation.id))
    return (await session.execute(statement)).first() is not None


async def claim(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, run_id: UUID, lease: timedelta
) -> Conversation | None:
    """Take the conversation for one run; None when it is not the user's or another run has it."""
    statement = (
        update(Conversation)
        .where(
            *_owned(user_id, conversation_id),
            or_(col(Conversation.busy_until).is_(None), col(Conversation.busy_until) < _NOW),
        )
        .values(run_id=run_id, busy_until=_NOW + lease, updated_at=_NOW)
        .returning(Conversation)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def renew(session: AsyncSession, conversation_id: UUID, run_id: UUID, lease: timedelta) -> None:
    statement = (
        update(Conversation)
        .where(col(Conversation.id) == conversation_id, col(Conversation.run_id) == run_id)
        .values(busy_until=_NOW + lease)
    )
    await session.execute(statement)


async def get_for_run(session: AsyncSession, conversation_id: UUID, run_id: UUID) -> Conversation | None:
    """The conversation, locked, if `run_id` still has it: it may be deleted or, after a lost lease, another's."""
    statement = (
        select(Conversation)
        .where(col(Conversation.id) == conversation_id, col(Conversation.run_id) == run_id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def messages(
    session: AsyncSession, conversation_id: UUID, after: int | None, limit: int, *, newest_first: bool
) -> Sequence[ChatMessage]:
    """Up to `limit` messages of a conversation that the caller has got by `get`, behind the one with `seq` `after`."""
    seq = col(ChatMessage.seq)
    statement = select(ChatMessage).where(col(ChatMessage.conversation_id) == conversation_id)
    if after is not None:
        statement = statement.where(seq < after if newest_first else seq > after)
    statement = statement.order_by(seq.desc() if newest_first else seq).limit(limit)
    return (await session.execute(statement)).scalars().all()


async def replies(session: AsyncSession, conversation_id: UUID, limit: int) -> Sequence[ChatMessage]:
    """The newest `limit` replies of the assistant, newest first: they hold what the model is given again."""
    statement = (
        select(ChatMessage)
        .where(col(ChatMessage.conversation_id) == conversation_id, col(ChatMessage.role) == Role.ASSISTANT)
        .order_by(col(ChatMessage.seq).desc())
        .limit(limit)
    )
    return (await session.execute(statement)).scalars().all()
