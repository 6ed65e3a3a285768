"""SQL of the users domain."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.users.models import ApiToken, RefreshToken, User


async def insert_user(session: AsyncSession, user: User) -> bool:
    """Whether the user is new; False when the e-mail address is taken, in whatever case."""
    statement = insert(User).values(user.model_dump()).on_conflict_do_nothing().returning(col(User.id))
    return (await session.execute(statement)).first() is not None


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    return await session.get(User, user_id)


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    statement = select(User).where(func.lower(col(User.email)) == func.lower(email))
    return (await session.execute(statement)).scalar_one_or_none()


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The user, whose sessions nobody else changes until the transaction ends."""
    # NO KEY: inserting the user's other rows, whose foreign keys share-lock this one, goes on.
    statement = select(User).where(col(User.id) == user_id).with_for_update(key_share=True)
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def lock_owner_of_refresh_token(session: AsyncSession, token_hash: bytes) -> User | None:
    """The user of the refresh token, locked as by `lock_user`."""
    owner = select(col(RefreshToken.user_id)).where(col(RefreshToken.token_hash) == token_hash).scalar_subquery()
    statement = select(User).where(col(User.id) == owner).with_for_update(key_share=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_user(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(delete(User).where(col(User.id) == user_id))


async def find_refresh_token(session: AsyncSession, user_id: UUID, token_hash: bytes) -> RefreshToken | None:
    statement = select(RefreshToken).where(
        col(RefreshToken.user_id) == user_id, col(RefreshToken.token_hash) == token_hash
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def revoke_refresh_tokens(
    session: AsyncSession, user_id: UUID, now: datetime, *, family_id: UUID | None = None
) -> None:
    """Revoke one family of the user's refresh tokens, or all of them."""
    statement = update(RefreshToken).where(col(RefreshToken.user_id) == user_id, col(RefreshToken.revoked_at).is_(None))
    if family_id is not None:
        statement = statement.where(col(RefreshToken.family_id) == family_id)
    await session.execute(statement.values(revoked_at=now))


async def delete_expired_refresh_tokens(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    await session.execute(
        delete(RefreshToken).where(col(RefreshToken.user_id) == user_id, col(RefreshToken.expires_at) <= now)
    )


async def find_api_token_and_owner(session: AsyncSession, token_hash: bytes) -> tuple[ApiToken, User] | None:
    statement = (
        select(ApiToken, User)
        .join(User, col(User.id) == col(ApiToken.user_id))
        .where(col(ApiToken.token_hash) == token_hash)
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def list_api_tokens(session: AsyncSession, user_id: UUID) -> Sequence[ApiToken]:
    """The user's tokens that are not revoked, newest first."""
    statement = (
        select(ApiToken)
        .where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
        .order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))
    )
    return (await session.execute(statement)).scalars().all()


async def revoke_api_token(session: AsyncSession, user_id: UUID, token_id: UUID, now: datetime) -> bool:
    """Whether the user had such a token that was not revoked yet."""
    statement = (
        update(ApiToken)
        .where(col(ApiToken.id) == token_id, col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(ApiToken.id))
    )
    return (await session.execute(statement)).first() is not None
