"""Signing in, refreshing and signing out."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from app.core.database import Database, utc_now
from app.core.settings import Settings
from app.users import passwords, service
from tests.support.users import PASSWORD, sign_up

COOKIE = "refresh_token"


async def _sign_in(
    client: httpx.AsyncClient, email: str = "alice@example.com", password: str = PASSWORD
) -> httpx.Response:
    return await client.post("/api/v1/auth/sign-in", json={"email": email, "password": password})


async def _refresh(client: httpx.AsyncClient, token: str | None) -> httpx.Response:
    """Refresh with exactly this cookie, whatever the client's jar has."""
    client.cookies.clear()
    headers = {"Cookie": f"{COOKIE}={token}"} if token is not None else {}
    return await client.post("/api/v1/auth/refresh", headers=headers)


async def _pass_grace_time(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE refresh_token SET used_at = used_at - interval '11 seconds'")


async def test_signing_in_with_the_right_password(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    response = await _sign_in(client, "ALICE@Example.com")

    assert response.status_code == 200
    assert response.json()["user"] == (await alice.get("/api/v1/users/me")).json()
    assert response.cookies[COOKIE] != alice.cookies[COOKIE]


async def test_unknown_address_and_wrong_password_get_the_same_answer(
    client: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    wrong = await _sign_in(client, password="something else")
    unknown = await _sign_in(client, email="nobody@example.com")
    no_address = await _sign_in(client, email="nobody")

    assert wrong.status_code == unknown.status_code == no_address.status_code == 401
    assert wrong.json() == unknown.json() == no_address.json()


async def test_unknown_address_costs_a_hash_too(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    original: Callable[[str, str], bool] = passwords._hasher.verify

    def spy(password: str, password_hash: str) -> bool:
        verified.append(password_hash)
        return original(password, password_hash)

    monkeypatch.setattr(passwords._hasher, "verify", spy)

    await _sign_in(client, email="nobody@example.com")

    assert [item.split("$")[1:4] for item in verified] == [["argon2id", "v=19", "m=19456,t=2,p=1"]]


async def test_password_that_changes_while_it_is_verified_opens_no_session(
    alice: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        verified = await service.find_by_email(session, "alice@example.com")
    assert verified is not None

    changed = await alice.post(
        "/api/v1/users/me/password", json={"current_password": PASSWORD, "new_password": "another good one"}
    )

    assert changed.status_code == 200
    async with database.transaction() as session:
        assert await service.sign_in(session, verified) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a\0@example.com"), ("email", "a" * 10_000), ("password", "p" * 10_000), ("password", None)],
)
async def test_malformed_sign_in_is_invalid_input(client: httpx.AsyncClient, field: str, value: object) -> None:
    body = {"email": "alice@example.com", "password": PASSWORD, field: value}

    response = await client.post("/api/v1/auth/sign-in", json=body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


class TestRateLimit:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"sign_in_attempts_per_minute": 2})

    async def test_too_many_attempts_must_wait(self, client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
        for email in ("alice@example.com", "ALICE@example.com"):
            assert (await _sign_in(client, email, "something else")).status_code == 401

        limited = await _sign_in(client)

        assert limited.status_code == 429
        assert 1 <= int(limited.headers["Retry-After"]) <= 30

    async def test_other_addresses_and_other_clients_need_not(
        self, client: httpx.AsyncClient, alice: httpx.AsyncClient
    ) -> None:
        await sign_up(client, "carol@example.com")
        for _ in range(3):
            await _sign_in(client, password="something else")
        application = client._transport.app
        elsewhere = httpx.ASGITransport(app=application, client=("203.0.113.9", 4000))

        assert (await _sign_in(client, "carol@example.com")).status_code == 200
        async with httpx.AsyncClient(transport=elsewhere, base_url=client.base_url) as other:
            assert (await _sign_in(other)).status_code == 200

    async def test_confirming_the_password_is_limited_too(self, alice: httpx.AsyncClient) -> None:
        body = {"current_password": "something else", "new_password": "another good one"}
        statuses = [(await alice.post("/api/v1/users/me/password", json=body)).status_code for _ in range(3)]

        assert statuses == [422, 422, 429]


async def test_refreshing_replaces_the_cookie(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    first = alice.cookies[COOKIE]

    response = await alice.post("/api/v1/auth/refresh")

    assert response.status_code == 200
    assert alice.cookies[COOKIE] != first
    alice.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
    assert (await alice.get("/api/v1/users/me")).json() == response.json()["user"]


async def test_refreshed_token_has_the_new_time_zone(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, backend: object
) -> None:
    await alice.patch("/api/v1/users/me", json={"time_zone": "Asia/Tokyo"})

    token = (await alice.post("/api/v1/auth/refresh")).json()["access_token"]

    assert backend.state.access_tokens.verify(token).time_zone == "Asia/Tokyo"


async def test_reused_token_ends_the_whole_session(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    stolen = alice.cookies[COOKIE]
    newest = (await _refresh(client, stolen)).cookies[COOKIE]
    await _pass_grace_time(database)

    reused = await _refresh(client, stolen)

    assert reused.status_code == 401
    assert reused.headers["Content-Type"] == "application/problem+json"
    assert f'{COOKIE}=""' in reused.headers["Set-Cookie"]
    assert (await _refresh(client, newest)).status_code == 401


async def test_reuse_ends_no_other_session(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient, database: Database
) -> None:
    stolen, bobs = alice.cookies[COOKIE], bob.cookies[COOKIE]
    elsewhere = (await _sign_in(client)).cookies[COOKIE]
    await _refresh(client, stolen)
    await _pass_grace_time(database)

    assert (await _refresh(client, stolen)).status_code == 401

    assert (await _refresh(client, elsewhere)).status_code == 200
    assert (await _refresh(client, bobs)).status_code == 200


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    token = alice.cookies[COOKIE]

    responses = await asyncio.gather(*(_refresh(client, token) for _ in range(4)))

    assert [response.status_code for response in responses] == [200] * 4
    successors = [response.cookies[COOKIE] for response in responses]
    assert len(set(successors)) == 4
    await _pass_grace_time(database)
    for successor in successors:
        assert (await _refresh(client, successor)).status_code == 200


async def test_grace_time_is_ten_seconds(alice: httpx.AsyncClient, database: Database) -> None:
    token, now = alice.cookies[COOKIE], utc_now()

    async def refresh(seconds: float) -> bool:
        async with database.transaction() as session:
            return await service.refresh(session, token, now + timedelta(seconds=seconds)) is not None

    assert [await refresh(at) for at in (0, 10, 10.001)] == [True, True, False]
    assert not await refresh(5), "the family is revoked now"


async def test_token_expires_after_thirty_days(alice: httpx.AsyncClient, database: Database) -> None:
    token = alice.cookies[COOKIE]
    async with database.transaction() as session:
        assert await service.refresh(session, token, utc_now() + timedelta(days=30, seconds=1)) is None
    async with database.transaction() as session:
        assert await service.refresh(session, token, utc_now() + timedelta(days=29)) is not None


async def test_expired_tokens_are_cleared_away(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE refresh_token SET expires_at = now() - interval '1 second'")

    await _sign_in(client)

    async with database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM refresh_token")).scalar_one() == 1


@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 200, "é"])
async def test_unknown_refresh_token_is_refused(client: httpx.AsyncClient, token: str | None) -> None:
    client.cookies.clear()
    headers = {} if token is None else {"Cookie": f"{COOKIE}={token}".encode()}

    response = await client.post("/api/v1/auth/refresh", headers=headers)

    assert response.status_code == 401


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    first = alice.cookies[COOKIE]
    second = (await _refresh(client, first)).cookies[COOKIE]

    response = await alice.post("/api/v1/auth/sign-out")

    assert response.status_code == 204
    assert COOKIE not in alice.cookies
    assert (await _refresh(client, first)).status_code == 401
    assert (await _refresh(client, second)).status_code == 401


async def test_signing_out_twice_or_without_a_session_is_fine(
    client: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    headers = {"Cookie": f"{COOKIE}={alice.cookies[COOKIE]}"}
    for _ in range(2):
        assert (await client.post("/api/v1/auth/sign-out", headers=headers)).status_code == 204
    assert (await client.post("/api/v1/auth/sign-out")).status_code == 204


async def test_signing_out_during_a_refresh_ends_its_successor_too(
    alice: httpx.AsyncClient, database: Database
) -> None:
    token = alice.cookies[COOKIE]

    async def sign_out() -> None:
        async with database.transaction() as session:
            await service.sign_out(session, token)

    async with database.transaction() as session:
        refreshed = await service.refresh(session, token)
        signing_out = asyncio.create_task(sign_out())
        await _until_someone_waits_for_a_lock(database)
    await signing_out

    assert refreshed is not None
    async with database.transaction() as session:
        assert await service.refresh(session, refreshed.refresh_token) is None


async def _until_someone_waits_for_a_lock(database: Database) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20), database.engine.connect() as connection:
        while (await connection.exec_driver_sql(query)).scalar_one() == 0:
            await connection.rollback()
            await asyncio.sleep(0.01)
