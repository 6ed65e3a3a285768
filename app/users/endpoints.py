"""HTTP endpoints of the users domain."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Cookie, Depends, Query, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import SecretStr

from app.core import ratelimit
from app.core.database import Database, Session
from app.core.errors import InvalidInput, NotAuthenticated, Problem, problem_response
from app.core.settings import Settings
from app.users import service
from app.users.auth import (
    ACCESS_COOKIE,
    ACCESS_TOKEN_LIFETIME,
    AccessTokens,
    CurrentUser,
    InPerson,
    Principal,
    require_same_origin,
)
from app.users.models import User
from app.users.schemas import (
    AccountDeletion,
    ApiTokenCreate,
    ApiTokenCreatedRead,
    ApiTokenRead,
    PasswordChange,
    SignedInRead,
    SignIn,
    SignUp,
    UserRead,
    UserUpdate,
    UserUpdatedRead,
)

REFRESH_COOKIE = "refresh_token"
_REFRESH_PATH = "/api/v1/auth"

RefreshToken = Annotated[str | None, Cookie(alias=REFRESH_COOKIE, max_length=200)]
OwnPath = Annotated[str, Query(max_length=2000, pattern=r"^/([^/\\\x00-\x20][^\\\x00-\x20]*)?$", examples=["/tasks"])]
"""A path of this site, never another one's."""

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem},
    403: {"model": Problem, "description": "An API token may not do this."},
}

auth = APIRouter(prefix="/api/v1/auth", tags=["auth"], dependencies=[Depends(require_same_origin)])
me = APIRouter(prefix="/api/v1/users/me", tags=["users"], responses=_REFUSALS)
tokens = APIRouter(prefix="/api/v1/tokens", tags=["tokens"], responses=_REFUSALS)
well_known = APIRouter(prefix="/.well-known", tags=["auth"])


def _signed_in(request: Request, response: Response, opened: service.OpenedSession) -> SignedInRead:
    access_tokens: AccessTokens = request.app.state.access_tokens
    token = access_tokens.issue(opened.user.id, opened.user.time_zone)
    _set_cookie(request, response, ACCESS_COOKIE, token, ACCESS_TOKEN_LIFETIME, path="/")
    _set_cookie(
        request, response, REFRESH_COOKIE, opened.refresh_token, service.REFRESH_TOKEN_LIFETIME, path=_REFRESH_PATH
    )
    return SignedInRead(
        access_token=token,
        expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        user=UserRead.model_validate(opened.user),
    )


def _set_cookie(request: Request, response: Response, name: str, value: str, lifetime: timedelta, *, path: str) -> None:
    settings: Settings = request.app.state.settings
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path=path,
        secure=settings.secure_cookies,
        httponly=True,
        # Not strict: who follows a link to us from elsewhere is signed in. Changes need the same origin anyway.
        samesite="lax",
    )


def _clear_cookies(response: Response) -> None:
    response.delete_cookie(ACCESS_COOKIE, path="/")
    response.delete_cookie(REFRESH_COOKIE, path=_REFRESH_PATH)


async def _limit_password_attempts(request: Request, account: str) -> None:
    settings: Settings = request.app.state.settings
    client = request.client.host if request.client else ""
    await ratelimit.require(
        request.app.state.database,
        ("password", account, client),
        per_minute=settings.sign_in_attempts_per_minute,
    )


async def _confirm_password(request: Request, user: Principal, field: str, password: SecretStr) -> User:
    """The user, when the password is theirs; raises `InvalidInput` for `field` when it is not.

    Not a 401: that would send the client to its refresh token. No connection is held while hashing.
    """
    await _limit_password_attempts(request, str(user.user_id))
    database: Database = request.app.state.database
    async with database.transaction() as session:
        found = await service.get_user(session, user.user_id)
    if found is None:
        raise NotAuthenticated("The account no longer exists.")
    if not await service.is_password_of(found, password.get_secret_value()):
        raise InvalidInput.of(field, "is wrong")
    return found


@auth.post(
    "/sign-up",
    status_code=status.HTTP_201_CREATED,
    summary="Make an account and sign in",
    responses={409: {"model": Problem, "description": "The e-mail address has an account."}},
)
async def sign_up(body: SignUp, request: Request, response: Response, session: Session) -> SignedInRead:
    opened = await service.sign_up(
        session, email=body.email, password=body.password.get_secret_value(), time_zone=body.time_zone
    )
    return _signed_in(request, response, opened)


@auth.post(
    "/sign-in",
    summary="Sign in with e-mail address and password",
    responses={401: {"model": Problem}, 429: {"model": Problem, "description": "See Retry-After."}},
)
async def sign_in(body: SignIn, request: Request, response: Response) -> SignedInRead:
    await _limit_password_attempts(request, body.email.lower())
    database: Database = request.app.state.database
    async with database.transaction() as session:
        found = await service.find_by_email(session, body.email)
    right = await service.is_password_of(found, body.password.get_secret_value())
    if found is not None and right:
        async with database.transaction() as session:
            opened = await service.sign_in(session, found)
        if opened is not None:
            return _signed_in(request, response, opened)
    raise NotAuthenticated("The e-mail address or the password is wrong.")


@auth.post(
    "/refresh",
    summary="A new access token for the refresh cookie, which is replaced",
    response_model=SignedInRead,
    responses={401: {"model": Problem, "description": "Sign in again."}},
)
async def refresh(
    request: Request, response: Response, session: Session, refresh_token: RefreshToken = None
) -> SignedInRead | Response:
    opened = await service.refresh(session, refresh_token) if refresh_token else None
    if opened is not None:
        return _signed_in(request, response, opened)
    # Returned, not raised: the transaction may hold the revocation of a family, which an exception would roll back.
    refused = problem_response(401, NotAuthenticated.title, "The session has ended; sign in again.")
    _clear_cookies(refused)
    return refused


@auth.get(
    "/resume",
    status_code=status.HTTP_303_SEE_OTHER,
    response_class=RedirectResponse,
    summary="Refresh the session and go on to a page, or to the sign-in page when the session has ended",
)
async def resume(
    request: Request, session: Session, to: OwnPath = "/", refresh_token: RefreshToken = None
) -> RedirectResponse:
    """For a page that was asked for without an access token: the browser gets there without showing anything else."""
    opened = await service.refresh(session, refresh_token) if refresh_token else None
    if opened is None:
        response = RedirectResponse(f"/sign-in?{urlencode({'to': to})}", status.HTTP_303_SEE_OTHER)
        _clear_cookies(response)
        return response
    response = RedirectResponse(to, status.HTTP_303_SEE_OTHER)
    _signed_in(request, response, opened)
    return response


@auth.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT, summary="End the session of the refresh cookie")
async def sign_out(response: Response, session: Session, refresh_token: RefreshToken = None) -> None:
    if refresh_token:
        await service.sign_out(session, refresh_token)
    _clear_cookies(response)


@well_known.get("/jwks.json", summary="The public key that verifies access tokens, RFC 7517")
async def jwks(request: Request, response: Response) -> dict[str, list[dict[str, object]]]:
    response.headers["Cache-Control"] = "public, max-age=300"
    access_tokens: AccessTokens = request.app.state.access_tokens
    return access_tokens.jwks()


@me.get("", summary="The signed-in user")
async def read_me(user: CurrentUser, session: Session) -> UserRead:
    found = await service.get_user(session, user.user_id)
    if found is None:
        raise NotAuthenticated("The account no longer exists.")
    return UserRead.model_validate(found)


@me.patch(
    "", summary="Change the time zone (access tokens have it after the next refresh), reminders, or how to be notified"
)
async def update_me(body: UserUpdate, user: InPerson, request: Request, session: Session) -> UserUpdatedRead:
    settings: Settings = request.app.state.settings
    changed, webhook_secret = await service.update_user(
        session, user.user_id, body, allow_private_webhook=settings.webhook_allow_private
    )
    return UserUpdatedRead(**UserRead.model_validate(changed).model_dump(), webhook_secret=webhook_secret)


@me.delete("", status_code=status.HTTP_204_NO_CONTENT, summary="Delete the account and everything in it")
async def delete_me(
    body: AccountDeletion, user: InPerson, request: Request, response: Response, session: Session
) -> None:
    confirmed = await _confirm_password(request, user, "password", body.password)
    await service.delete_user(session, confirmed.id)
    _clear_cookies(response)


@me.post("/password", summary="Change the password, which ends all other sessions")
async def change_password(
    body: PasswordChange, user: InPerson, request: Request, response: Response, session: Session
) -> SignedInRead:
    confirmed = await _confirm_password(request, user, "current_password", body.current_password)
    opened = await service.change_password(session, confirmed, body.new_password.get_secret_value())
    return _signed_in(request, response, opened)


@tokens.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Make an API token; it is shown only now",
    responses={409: {"model": Problem, "description": "There are too many tokens."}},
)
async def create_token(body: ApiTokenCreate, user: InPerson, session: Session) -> ApiTokenCreatedRead:
    stored, token = await service.create_api_token(
        session, user.user_id, name=body.name, expires_in_days=body.expires_in_days
    )
    return ApiTokenCreatedRead(**ApiTokenRead.model_validate(stored).model_dump(), token=token)


@tokens.get("", summary="The API tokens that are not revoked, newest first")
async def list_tokens(user: CurrentUser, session: Session) -> list[ApiTokenRead]:
    return [ApiTokenRead.model_validate(token) for token in await service.list_api_tokens(session, user.user_id)]


@tokens.delete(
    "/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Revoke an API token",
    responses={404: {"model": Problem}},
)
async def revoke_token(token_id: UUID, user: InPerson, session: Session) -> None:
    await service.revoke_api_token(session, user.user_id, token_id)


router = APIRouter()
for part in (auth, me, tokens, well_known):
    router.include_router(part)
