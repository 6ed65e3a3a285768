"""API tokens: made, listed and revoked in person; accepted as bearer tokens."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from app.core.errors import NotAuthenticated
from app.users import service
from app.users.auth import principal_from_bearer
from tests.support.users import PASSWORD

URL = "/api/v1/tokens"


async def _make(person: httpx.AsyncClient, **body: object) -> dict[str, str]:
    response = await person.post(URL, json={"name": "laptop", **body})
    assert response.status_code == 201, response.text
    created: dict[str, str] = response.json()
    return created


def _with(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _execute(database: Database, statement: str) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(statement)


async def test_token_acts_as_its_user(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    created = await _make(alice)

    me = await client.get("/api/v1/users/me", headers=_with(created["token"]))

    assert created["token"].startswith("todo_")
    assert me.json() == (await alice.get("/api/v1/users/me")).json()


async def test_token_is_shown_once_and_stored_as_a_hash(alice: httpx.AsyncClient, database: Database) -> None:
    created = await _make(alice, expires_in_days=90)

    listed = await alice.get(URL)

    assert [item["id"] for item in listed.json()] == [created["id"]]
    assert listed.json()[0]["expires_at"] == created["expires_at"]
    assert created["token"] not in listed.text
    async with database.engine.connect() as connection:
        row = (await connection.exec_driver_sql("SELECT api_token::text, length(token_hash) FROM api_token")).one()
    assert created["token"] not in row[0]
    assert row[1] == 32


async def test_tokens_are_listed_newest_first_each_users_own(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    for name in ("first", "second"):
        await _make(alice, name=name)
    await _make(bob, name="bob's")

    assert [item["name"] for item in (await alice.get(URL)).json()] == ["second", "first"]


async def test_revoked_token_is_refused_and_gone_from_the_list(
    client: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    created = await _make(alice)

    assert (await alice.delete(f"{URL}/{created['id']}")).status_code == 204

    assert (await client.get("/api/v1/users/me", headers=_with(created["token"]))).status_code == 401
    assert (await alice.get(URL)).json() == []
    assert (await alice.delete(f"{URL}/{created['id']}")).status_code == 404


async def test_others_and_unknown_tokens_are_both_not_found(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    created = await _make(alice)

    others = await bob.delete(f"{URL}/{created['id']}")
    unknown = await bob.delete(f"{URL}/{uuid4()}")

    assert others.status_code == unknown.status_code == 404
    assert others.json() == unknown.json()
    assert (await client.get("/api/v1/users/me", headers=_with(created["token"]))).status_code == 200


async def test_malformed_token_id_is_invalid_input(alice: httpx.AsyncClient) -> None:
    assert (await alice.delete(f"{URL}/1")).status_code == 422


async def test_expired_token_is_refused(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    created = await _make(alice, expires_in_days=1)
    assert (await client.get("/api/v1/users/me", headers=_with(created["token"]))).status_code == 200

    await _execute(database, "UPDATE api_token SET expires_at = now() - interval '1 second'")

    assert (await client.get("/api/v1/users/me", headers=_with(created["token"]))).status_code == 401


async def test_last_use_is_noted_at_most_once_a_minute(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    token = (await _make(alice))["token"]

    async def used_after(seconds: int) -> bool:
        """Whether a use changes what was noted `seconds` ago."""
        await _execute(database, f"UPDATE api_token SET last_used_at = now() - interval '{seconds} seconds'")
        before = (await alice.get(URL)).json()[0]["last_used_at"]
        await client.get("/api/v1/users/me", headers=_with(token))
        return bool((await alice.get(URL)).json()[0]["last_used_at"] != before)

    assert (await alice.get(URL)).json()[0]["last_used_at"] is None
    await client.get("/api/v1/users/me", headers=_with(token))
    assert (await alice.get(URL)).json()[0]["last_used_at"] is not None
    assert not await used_after(20)
    assert await used_after(61)


async def test_token_may_not_take_the_account_over(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    created = await _make(alice)
    client.headers.update(_with(created["token"]))

    responses = [
        await client.post(URL, json={"name": "successor"}),
        await client.delete(f"{URL}/{created['id']}"),
        await client.patch("/api/v1/users/me", json={"webhook_url": "https://hooks.example.com/"}),
        await client.post(
            "/api/v1/users/me/password", json={"current_password": PASSWORD, "new_password": "another good one"}
        ),
        await client.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD}),
    ]

    assert [response.status_code for response in responses] == [403] * 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "n" * 10_000),
        ("name", "a\0b"),
        ("name", None),
        ("expires_in_days", 0),
        ("expires_in_days", -1),
        ("expires_in_days", 10**30),
        ("expires_in_days", "soon"),
        ("scope", "admin"),
    ],
)
async def test_wrong_field_is_named(alice: httpx.AsyncClient, field: str, value: object) -> None:
    response = await alice.post(URL, json={"name": "laptop", field: value})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_number_of_tokens_is_bounded(alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_API_TOKENS", 2)
    created = [await _make(alice) for _ in range(2)]

    assert (await alice.post(URL, json={"name": "one too many"})).status_code == 409
    await alice.delete(f"{URL}/{created[0]['id']}")
    assert (await alice.post(URL, json={"name": "again"})).status_code == 201


async def test_principal_is_known_outside_of_requests(backend: FastAPI, alice: httpx.AsyncClient) -> None:
    """As the MCP server asks."""
    created = await _make(alice)
    access_token = alice.headers["Authorization"].removeprefix("Bearer ")
    user_id = (await alice.get("/api/v1/users/me")).json()["id"]
    state = backend.state

    by_api_token = await principal_from_bearer(state.access_tokens, state.database, created["token"])
    by_access_token = await principal_from_bearer(state.access_tokens, state.database, access_token)

    assert (str(by_api_token.user_id), str(by_api_token.token_id)) == (user_id, created["id"])
    assert (str(by_access_token.user_id), by_access_token.token_id) == (user_id, None)
    assert by_api_token.time_zone == by_access_token.time_zone == "Europe/Berlin"
    with pytest.raises(NotAuthenticated):
        await principal_from_bearer(state.access_tokens, state.database, f"{created['token']}x")
