"""Rules of accounts, sessions and API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.addresses import may_be_public_host
from app.core.database import utc_now
from app.core.errors import Conflict, InvalidInput, NotAuthenticated, NotFound
from app.users import passwords, repository
from app.users.models import ApiToken, RefreshToken, User
from app.users.schemas import UserUpdate
from app.users.tokens import API_TOKEN_PREFIX, hash_token, new_token

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)
"""For so long a used refresh token still works: two tabs that wake up together both present it."""
MAX_API_TOKENS = 50

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A user and the refresh token that was just made for them."""

    user: User
    refresh_token: str


async def get_user(session: AsyncSession, user_id: UUID) -> User | None:
    """The user; None when the account was deleted."""
    return await repository.find_user(session, user_id)


async def sign_up(session: AsyncSession, *, email: str, password: str, time_zone: str) -> OpenedSession:
    """Make an account and open its first session.

    Raises `InvalidInput` for a password that is easy to guess, `Conflict` when the address has an account.
    """
    _require_good_password("password", password, email)
    user = User(email=email, password_hash=await passwords.hash_password(password), time_zone=time_zone)
    if not await repository.insert_user(session, user):
        raise Conflict("There is an account with this e-mail address.")
    return await open_session(session, user)


async def find_by_email(session: AsyncSession, email: str) -> User | None:
    """The user whose address this is, in whatever case."""
    return await repository.find_user_by_email(session, email)


async def is_password_of(user: User | None, password: str) -> bool:
    """Whether the password is the user's; takes as long when there is no such user.

    It needs no session: nobody should hold a connection while hashing.
    """
    return await passwords.verify_password(password, user.password_hash if user else None)


async def sign_in(session: AsyncSession, verified: User) -> OpenedSession | None:
    """Open a session for the user whose password was verified; None if it changed meanwhile."""
    user = await repository.lock_user(session, verified.id)
    if user is None or user.password_hash != verified.password_hash:
        return None
    return await open_session(session, user)


async def open_session(
    session: AsyncSession, user: User, *, family_id: UUID | None = None, now: datetime | None = None
) -> OpenedSession:
    """A new refresh token for the user: in its family, or the first of a new one."""
    now = now or utc_now()
    token = new_token()
    await repository.delete_expired_refresh_tokens(session, user.id, now)
    session.add(
        RefreshToken(
            user_id=user.id,
            family_id=family_id or uuid4(),
            token_hash=hash_token(token),
            expires_at=now + REFRESH_TOKEN_LIFETIME,
        )
    )
    return OpenedSession(user, token)


async def refresh(session: AsyncSession, token: str, now: datetime | None = None) -> OpenedSession | None:
    """Exchange a refresh token for the next one; None when it is not valid (any more).

    A token that comes back later than `REFRESH_GRACE` after its use was stolen from, or by, someone: the whole family
    is revoked (RFC 9700, section 4.14.2). That must be committed, so it is a result and not an exception.
    """
    now = now or utc_now()
    user = await repository.lock_owner_of_refresh_token(session, hash_token(token))
    if user is None:
        return None
    presented = await repository.find_refresh_token(session, user.id, hash_token(token))
    if presented is None or presented.revoked_at is not None or presented.expires_at <= now:
        return None
    if presented.used_at is None:
        presented.used_at = now
    elif now - presented.used_at > REFRESH_GRACE:
        log.warning("refresh token reused", user_id=str(user.id), family_id=str(presented.family_id))
        await repository.revoke_refresh_tokens(session, user.id, now, family_id=presented.family_id)
        return None
    return await open_session(session, user, family_id=presented.family_id, now=now)


async def sign_out(session: AsyncSession, token: str) -> None:
    """Revoke the session of the refresh token, if it has one."""
    user = await repository.lock_owner_of_refresh_token(session, hash_token(token))
    if user is None:
        return
    presented = await repository.find_refresh_token(session, user.id, hash_token(token))
    if presented is not None:
        await repository.revoke_refresh_tokens(session, user.id, utc_now(), family_id=presented.family_id)


async def change_password(session: AsyncSession, user: User, new_password: str) -> OpenedSession:
    """Set the password, end every session and open a new one for the caller, who proved the old password.

    Raises `InvalidInput` for a password that is easy to guess.
    """
    _require_good_password("new_password", new_password, user.email)
    password_hash = await passwords.hash_password(new_password)
    locked = await repository.lock_user(session, user.id)
    if locked is None:
        raise NotAuthenticated("The account no longer exists.")
    locked.password_hash = password_hash
    await repository.revoke_refresh_tokens(session, user.id, utc_now())
    return await open_session(session, locked)


async def update_user(
    session: AsyncSession, user_id: UUID, changes: UserUpdate, *, allow_private_webhook: bool
) -> tuple[User, str | None]:
    """The changed user, and the new webhook secret when the webhook's URL changed.

    Raises `InvalidInput` for a webhook URL that is not a public one, `NotAuthenticated` when the account is gone.
    """
    user = await get_user(session, user_id)
    if user is None:
        raise NotAuthenticated("The account no longer exists.")
    if changes.time_zone is not None:
        user.time_zone = changes.time_zone
    if changes.default_reminders is not None:
        user.default_reminders = changes.default_reminders
    if changes.notify_by_email is not None:
        user.notify_by_email = changes.notify_by_email
    url = str(changes.webhook_url) if changes.webhook_url else None
    if "webhook_url" not in changes.model_fields_set or url == user.webhook_url:
        return user, None
    if changes.webhook_url is not None:
        _require_callable("webhook_url", changes.webhook_url.host or "", allow_private=allow_private_webhook)
    user.webhook_url = url
    user.webhook_secret = new_token() if url else None
    return user, user.webhook_secret


async def delete_user(session: AsyncSession, user_id: UUID) -> None:
    """Delete the account; everything that is the user's in the backend's tables goes with it."""
    await repository.delete_user(session, user_id)


async def create_api_token(
    session: AsyncSession, user_id: UUID, *, name: str, expires_in_days: int | None
) -> tuple[ApiToken, str]:
    """A new API token, as it is stored and as it is shown, once. Raises `Conflict` for a user who has too many."""
    if len(await repository.list_api_tokens(session, user_id)) >= MAX_API_TOKENS:
        raise Conflict(f"You have {MAX_API_TOKENS} tokens; revoke one first.")
    now = utc_now()
    token = new_token(API_TOKEN_PREFIX)
    expires_at = now + timedelta(days=expires_in_days) if expires_in_days else None
    stored = ApiToken(user_id=user_id, name=name, token_hash=hash_token(token), expires_at=expires_at, created_at=now)
    session.add(stored)
    return stored, token


async def list_api_tokens(session: AsyncSession, user_id: UUID) -> Sequence[ApiToken]:
    """The user's tokens that are not revoked, newest first."""
    return await repository.list_api_tokens(session, user_id)


async def revoke_api_token(session: AsyncSession, user_id: UUID, token_id: UUID) -> None:
    """Raises `NotFound` when the user has no such token."""
    if not await repository.revoke_api_token(session, user_id, token_id, utc_now()):
        raise NotFound("There is no such token.")


def _require_good_password(field: str, password: str, email: str) -> None:
    if reason := passwords.refusal(password, email):
        raise InvalidInput.of(field, reason)


def _require_callable(field: str, host: str, *, allow_private: bool) -> None:
    if not allow_private and not may_be_public_host(host):
        raise InvalidInput.of(field, "must be an address on the public internet")
