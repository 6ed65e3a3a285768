"""Access tokens: only an unexpired one of this issuer, signed with its key, is accepted."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwk, jwt

from app.core.errors import NotAuthenticated
from app.users.auth import AccessTokens, Principal

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ISSUER = "https://todo.example.com"
USER = UUID("11111111-2222-3333-4444-555555555555")


def _pem() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def pem() -> str:
    return _pem()


@pytest.fixture(scope="module")
def tokens(pem: str) -> AccessTokens:
    return AccessTokens(pem, issuer=f"{ISSUER}/")


def _claims(**changes: object) -> dict[str, object]:
    claims = {
        "iss": ISSUER,
        "sub": str(USER),
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 900,
        "zoneinfo": "Europe/Berlin",
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _signed(pem: str, claims: dict[str, object], algorithm: str = "Ed25519", typ: str | None = "at+jwt") -> str:
    header = {"alg": algorithm, **({"typ": typ} if typ else {})}
    return jwt.encode(header, claims, jwk.import_key(pem, "OKP"), algorithms=[algorithm], default_type=None)


def _segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_own_token_names_its_user_until_it_expires(tokens: AccessTokens) -> None:
    token = tokens.issue(USER, "Asia/Tokyo", NOW)

    assert tokens.verify(token, NOW) == Principal(user_id=USER, time_zone="Asia/Tokyo", token_id=None)
    assert tokens.verify(token, NOW + timedelta(minutes=14, seconds=59)).user_id == USER
    with pytest.raises(NotAuthenticated):
        tokens.verify(token, NOW + timedelta(minutes=15))


def test_token_that_this_test_builds_is_accepted_unchanged(tokens: AccessTokens, pem: str) -> None:
    """The refusals below are each for the one thing that they change."""
    assert tokens.verify(_signed(pem, _claims()), NOW).user_id == USER


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "https://evil.example.com"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"iss": [ISSUER]}, id="a list of issuers"),
        pytest.param({"exp": None}, id="never expires"),
        pytest.param({"exp": int(NOW.timestamp())}, id="just expired"),
        pytest.param({"exp": "tomorrow"}, id="expiry is no number"),
        pytest.param({"exp": True}, id="expiry is a truth value"),
        pytest.param({"iat": int(NOW.timestamp()) + 60}, id="issued in the future"),
        pytest.param({"nbf": int(NOW.timestamp()) + 60}, id="not valid yet"),
        pytest.param({"sub": None}, id="nobody's"),
        pytest.param({"sub": "admin"}, id="no user id"),
        pytest.param({"zoneinfo": None}, id="no time zone"),
    ],
)
def test_wrong_claims_are_refused(tokens: AccessTokens, pem: str, changes: dict[str, object]) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(_signed(pem, _claims(**changes)), NOW)


@pytest.mark.parametrize("typ", [None, "JWT", "refresh+jwt"])
def test_another_kind_of_token_is_refused(tokens: AccessTokens, pem: str, typ: str | None) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(_signed(pem, _claims(), typ=typ), NOW)


def test_token_of_a_foreign_key_is_refused(tokens: AccessTokens) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(_signed(_pem(), _claims()), NOW)


def test_foreign_key_in_the_header_is_not_believed(tokens: AccessTokens) -> None:
    foreign = jwk.import_key(_pem(), "OKP")
    header = {"alg": "Ed25519", "typ": "at+jwt", "jwk": foreign.as_dict(private=False)}
    token = jwt.encode(header, _claims(), foreign, algorithms=["Ed25519"])

    with pytest.raises(NotAuthenticated):
        tokens.verify(token, NOW)


def test_unsigned_token_is_refused(tokens: AccessTokens) -> None:
    for algorithm in ("none", "None", "NONE"):
        token = f"{_segment({'alg': algorithm, 'typ': 'at+jwt'})}.{_segment(_claims())}."
        with pytest.raises(NotAuthenticated):
            tokens.verify(token, NOW)


def test_public_key_is_no_shared_secret(tokens: AccessTokens) -> None:
    """The confusion of algorithms: HMAC with the published key, which everyone knows."""
    public = tokens.jwks()["keys"][0]["x"]
    secret = jwk.OctKey.import_key(base64.urlsafe_b64decode(f"{public}="))
    token = jwt.encode({"alg": "HS256", "typ": "at+jwt"}, _claims(), secret, algorithms=["HS256"])

    with pytest.raises(NotAuthenticated):
        tokens.verify(token, NOW)


def test_changed_payload_is_refused(tokens: AccessTokens) -> None:
    header, _, signature = tokens.issue(USER, "UTC", NOW).split(".")

    with pytest.raises(NotAuthenticated):
        tokens.verify(f"{header}.{_segment(_claims(sub=str(uuid4())))}.{signature}", NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "...",
        "a.b.c",
        "a.b.c.d.e",
        "é.ü.ß",
        "\ud800.a.b",
        "A" * 100_000,
        f"{base64.urlsafe_b64encode(b'[' * 900).decode()}.e30.AA",
        f"{_segment([])}.{_segment({})}.AA",
    ],
    ids=lambda token: repr(token[:12]),
)
def test_garbage_is_refused(tokens: AccessTokens, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.verify(token, NOW)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "Bearer a.b.c", "Bearer todo_", "Bearer todo_unknown", "Bearer é"],
)
async def test_refused_requests_say_how_to_sign_in(client: httpx.AsyncClient, header: str) -> None:
    response = await client.get("/api/v1/users/me", headers={"Authorization": header.encode("latin-1")})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Content-Type"] == "application/problem+json"


async def test_expired_token_is_refused_by_the_api(client: httpx.AsyncClient, jwt_private_key: str) -> None:
    tokens = AccessTokens(jwt_private_key, issuer="http://localhost:8080")
    expired = tokens.issue(uuid4(), "UTC", datetime.now(UTC) - timedelta(hours=1))

    response = await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {expired}"})

    assert response.status_code == 401
    assert "expired" in response.json()["detail"]


async def test_published_key_verifies_tokens_and_is_public_only(
    client: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    token = alice.headers["Authorization"].removeprefix("Bearer ")

    response = await client.get("/.well-known/jwks.json")

    assert response.status_code == 200
    keys = jwk.KeySet.import_key_set(response.json())
    decoded = jwt.decode(token, keys, algorithms=["Ed25519"])
    assert decoded.claims["iss"] == "http://localhost:8080"
    assert decoded.header["kid"] == keys.keys[0].thumbprint()
    assert "d" not in response.json()["keys"][0]
    assert response.headers["Cache-Control"] == "public, max-age=300"
