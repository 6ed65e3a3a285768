"""Making an account."""

import asyncio
import json

import httpx
import pytest
from pydantic import HttpUrl

from app.core.database import Database
from app.core.settings import Settings
from app.users import passwords
from tests.support.users import PASSWORD

URL = "/api/v1/auth/sign-up"


def _body(**changes: object) -> dict[str, object]:
    return {"email": "ada@example.com", "password": PASSWORD, **changes}


async def test_new_user_is_signed_in(client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json=_body(time_zone="Asia/Tokyo"))

    assert response.status_code == 201
    answer = response.json()
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 900
    assert answer["user"]["email"] == "ada@example.com"
    assert answer["user"]["time_zone"] == "Asia/Tokyo"
    assert answer["user"]["notify_by_email"] is False
    me = await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert me.json() == answer["user"]


async def test_time_zone_is_utc_unless_said(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, json=_body())).json()["user"]["time_zone"] == "UTC"


def _attributes(response: httpx.Response, cookie: str) -> set[str]:
    [header] = [it for it in response.headers.get_list("Set-Cookie") if it.startswith(f"{cookie}=")]
    return set(header.lower().split("; ")[1:])


async def test_refresh_cookie_is_for_the_auth_endpoints_of_this_site_only(client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json=_body())

    assert _attributes(response, "refresh_token") == {
        "httponly",
        "max-age=2592000",
        "path=/api/v1/auth",
        "samesite=lax",
    }
    assert client.cookies["refresh_token"] not in response.text
    assert response.headers["Cache-Control"] == "no-store"


async def test_access_cookie_is_for_every_page_of_this_site(client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json=_body())

    assert client.cookies["access_token"] == response.json()["access_token"]
    assert _attributes(response, "access_token") == {"httponly", "max-age=900", "path=/", "samesite=lax"}


class TestOverHttps:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"public_url": HttpUrl("https://todo.example.com")})

    @pytest.mark.parametrize("cookie", ["access_token", "refresh_token"])
    async def test_cookies_are_secure(self, client: httpx.AsyncClient, cookie: str) -> None:
        response = await client.post(URL, json=_body())

        assert "secure" in _attributes(response, cookie)


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com", "Ada@Example.COM"])
async def test_address_is_taken_in_every_case(client: httpx.AsyncClient, email: str) -> None:
    await client.post(URL, json=_body())

    response = await client.post(URL, json=_body(email=email))

    assert response.status_code == 409
    assert response.json()["title"] == "Conflict"


async def test_one_of_two_at_once_gets_the_address(client: httpx.AsyncClient) -> None:
    responses = await asyncio.gather(*(client.post(URL, json=_body()) for _ in range(3)))

    assert sorted(response.status_code for response in responses) == [201, 409, 409]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ada"),
        ("email", ""),
        ("email", None),
        ("email", "ada@example.com\0"),
        ("email", "a" * 10_000 + "@example.com"),
        ("email", {"$ne": None}),
        ("password", "1234567"),
        ("password", "x" * 201),
        ("password", "y" * 10_000),
        ("password", "correct\0stable battery"),
        ("password", None),
        ("password", "password123"),
        ("password", "PassWord123"),
        ("password", "aaaaaaaabbbb"),
        ("password", "ada@example.com"),
        ("password", "ADA@example.com"),
        ("time_zone", "Mars/Olympus_Mons"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "UTC\0"),
        ("time_zone", "z" * 10_000),
        ("time_zone", ""),
        ("time_zone", 3),
        ("admin", True),
    ],
)
async def test_wrong_field_is_named(client: httpx.AsyncClient, field: str, value: object) -> None:
    response = await client.post(URL, json=_body(**{field: value}))

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("url", [URL, "/api/v1/auth/sign-in"])
async def test_lone_surrogate_is_refused(client: httpx.AsyncClient, url: str, field: str) -> None:
    """JSON can spell what UTF-8 cannot."""
    body = json.dumps({**_body(), field: "correct \ud800@example.com"})

    response = await client.post(url, content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_refused_password_is_not_repeated(client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json=_body(password="hunter2"))

    assert response.status_code == 422
    assert "hunter2" not in response.text


@pytest.mark.parametrize("password", ["Zq8-vmra", "pässwörtchen 🔑", "x y " * 50])
async def test_good_passwords_work(client: httpx.AsyncClient, password: str) -> None:
    await client.post(URL, json=_body(password=password))

    response = await client.post("/api/v1/auth/sign-in", json=_body(password=password))

    assert response.status_code == 200


async def test_only_an_argon2id_hash_is_stored(client: httpx.AsyncClient, database: Database) -> None:
    await client.post(URL, json=_body())

    async with database.engine.connect() as connection:
        stored = (await connection.exec_driver_sql('SELECT password_hash FROM "user"')).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_listed_passwords_are_long_enough_to_matter() -> None:
    assert min(map(len, passwords._common_passwords())) >= passwords.MIN_LENGTH
