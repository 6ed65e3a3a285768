"""Who calls: access tokens (JWT, verified offline) and API tokens (looked up), as `Authorization: Bearer`.

A browser presents its access token in a cookie instead, which no script can read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.core.database import Database, utc_now
from app.core.errors import NotAllowed, NotAuthenticated
from app.users import repository
from app.users.tokens import API_TOKEN_PREFIX, hash_token

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
ACCESS_COOKIE = "access_token"
_LAST_USED_RESOLUTION = timedelta(minutes=1)

_ALGORITHM = "Ed25519"
"""The fully specified EdDSA of RFC 9864, which deprecates the name `EdDSA`; nothing else is accepted."""
_TYPE = "at+jwt"
"""RFC 9068: no other token of this key passes for an access token."""
_MAX_LENGTH = 2048


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in user on whose behalf a request acts."""

    user_id: UUID
    time_zone: str
    """IANA name."""
    token_id: UUID | None = None
    """The API token that was presented; None for an access token."""


class AccessTokens:
    """Issues and verifies the access tokens of one deployment.

    `private_key` is the PEM of an Ed25519 private key; `issuer` is the platform's public URL.
    """

    def __init__(self, private_key: str, issuer: str) -> None:
        self._key = OKPKey.import_key(private_key)
        self._issuer = issuer.rstrip("/")
        self._key_id = self._key.thumbprint()
        # A signature takes longer to check than a task to create, and a browser sends the same token again and again.
        self._signed_claims = lru_cache(maxsize=1024)(self._check_signature)

    def jwks(self) -> dict[str, list[dict[str, object]]]:
        """The public key as a JSON Web Key Set, RFC 7517."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._key_id, "alg": _ALGORITHM, "use": "sig"}]}

    def issue(self, user_id: UUID, time_zone: str, now: datetime | None = None) -> str:
        """A signed token that is valid for 15 minutes from `now`."""
        issued_at = int((now or utc_now()).timestamp())
        claims = {
            "iss": self._issuer,
            "sub": str(user_id),
            "iat": issued_at,
            "exp": issued_at + int(ACCESS_TOKEN_LIFETIME.total_seconds()),
            "jti": str(uuid4()),
            "zoneinfo": time_zone,
        }
        header = {"alg": _ALGORITHM, "kid": self._key_id, "typ": _TYPE}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])

    def verify(self, token: str, now: datetime | None = None) -> Principal:
        """The user that `token` was issued to.

        Raises `NotAuthenticated` for anything but an unexpired token of this issuer, signed with its key.
        """
        if len(token) > _MAX_LENGTH:
            raise NotAuthenticated("The access token is not valid.")
        registry = jwt.JWTClaimsRegistry(
            now=int((now or utc_now()).timestamp()),
            iss={"essential": True, "value": self._issuer},
            sub={"essential": True},
            exp={"essential": True},
            zoneinfo={"essential": True},
        )
        try:
            claims = self._signed_claims(token)
            registry.validate(claims)
            return Principal(user_id=UUID(claims["sub"]), time_zone=str(claims["zoneinfo"]))
        except (JoseError, ValueError, RecursionError) as error:
            raise NotAuthenticated("The access token is not valid or has expired.") from error

    def _check_signature(self, token: str) -> dict[str, Any]:
        decoded = jwt.decode(token, self._key, algorithms=[_ALGORITHM])
        if decoded.header.get("typ") != _TYPE:
            raise ValueError("not an access token")
        return decoded.claims


async def principal_from_bearer(access_tokens: AccessTokens, database: Database, token: str) -> Principal:
    """The user of an access token or of an API token, for every entry point (HTTP, MCP).

    Both arguments are on `app.state`. Only an API token costs a query. Raises `NotAuthenticated`.
    """
    if token.startswith(API_TOKEN_PREFIX):
        return await _principal_of_api_token(database, token)
    return access_tokens.verify(token)


async def _principal_of_api_token(database: Database, token: str) -> Principal:
    now = utc_now()
    async with database.transaction() as session:
        found = await repository.find_api_token_and_owner(session, hash_token(token))
        if found is None:
            raise NotAuthenticated("The API token is not valid.")
        api_token, user = found
        if api_token.revoked_at is not None or (api_token.expires_at is not None and api_token.expires_at <= now):
            raise NotAuthenticated("The API token is revoked or has expired.")
        if api_token.last_used_at is None or now - api_token.last_used_at >= _LAST_USED_RESOLUTION:
            api_token.last_used_at = now
        return Principal(user_id=user.id, time_zone=user.time_zone, token_id=api_token.id)


def require_same_origin(request: Request) -> None:
    """Refuse a change that a page of another origin has a browser send along with our cookies.

    Every browser says where a request comes from, and no page can forge that; what says nothing is no browser.
    Raises `NotAllowed`.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    headers = request.headers
    if site := headers.get("sec-fetch-site"):
        is_ours = site in ("same-origin", "none")
    else:
        is_ours = "origin" not in headers or urlsplit(headers["origin"]).netloc == headers.get("host")
    if not is_ours:
        raise NotAllowed("This request comes from another site.")


_bearer = HTTPBearer(auto_error=False, description="An access token from sign-in, or an API token (`todo_…`).")
_cookie = APIKeyCookie(
    name=ACCESS_COOKIE, auto_error=False, description="The access token, as sign-in gives it to browsers."
)


async def _presented_token(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> str:
    if credentials is not None:
        return credentials.credentials
    if cookie is None:
        raise NotAuthenticated("Send an access token or an API token as a bearer token.")
    require_same_origin(request)
    return cookie


PresentedToken = Annotated[str, Depends(_presented_token)]


async def _current_user(request: Request, token: PresentedToken) -> Principal:
    state = request.app.state
    return await principal_from_bearer(state.access_tokens, state.database, token)


CurrentUser = Annotated[Principal, Depends(_current_user)]


async def _in_person(user: CurrentUser) -> Principal:
    if user.token_id is not None:
        raise NotAllowed("This needs a signed-in session; API tokens may not do it.")
    return user


InPerson = Annotated[Principal, Depends(_in_person)]
"""The signed-in user, but no API token: a leaked one must not take over the account, nor make its successor."""
