"""The user's own account: reading, changing and deleting it, and its password."""

import json

import httpx
import pytest

from app.core.database import Database
from app.core.settings import Settings
from tests.support.users import PASSWORD

ME = "/api/v1/users/me"
JSON = {"Content-Type": "application/json"}
NEW_PASSWORD = "another good one"


async def test_everyone_sees_themselves(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    ours, theirs = (await alice.get(ME)).json(), (await bob.get(ME)).json()

    assert (ours["email"], theirs["email"]) == ("alice@example.com", "bob@example.com")
    assert ours["id"] != theirs["id"]
    assert "password_hash" not in ours
    assert "webhook_secret" not in ours


async def test_only_what_is_sent_changes(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    before = (await alice.get(ME)).json()

    await alice.patch(ME, json={"notify_by_email": True})
    response = await alice.patch(ME, json={"time_zone": "America/New_York"})

    assert response.status_code == 200
    assert (await alice.get(ME)).json() == {**before, "notify_by_email": True, "time_zone": "America/New_York"}
    assert (await bob.get(ME)).json()["notify_by_email"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus_Mons"),
        ("time_zone", None),
        ("time_zone", "z" * 10_000),
        ("default_reminders", None),
        ("default_reminders", [-1]),
        ("default_reminders", [10**6]),
        ("default_reminders", ["soon"]),
        ("default_reminders", [1, 2, 3, 4, 5, 6]),
        ("notify_by_email", None),
        ("notify_by_email", "perhaps"),
        ("webhook_url", "ftp://example.com/"),
        ("webhook_url", "javascript:alert(1)"),
        ("webhook_url", "example.com"),
        ("webhook_url", "https://example.com/" + "x" * 10_000),
        ("webhook_url", "https://exa\0mple.com/"),
        ("webhook_url", "https://example.com/\ud800"),
        ("time_zone", "UTC\ud800"),
        ("email", "other@example.com"),
    ],
)
async def test_wrong_change_is_named(alice: httpx.AsyncClient, field: str, value: object) -> None:
    before = (await alice.get(ME)).json()

    response = await alice.patch(ME, content=json.dumps({field: value}), headers=JSON)

    assert response.status_code == 422
    assert [error["field"].split(".")[0] for error in response.json()["errors"]] == [field]
    assert (await alice.get(ME)).json() == before


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
        "postgres",
        "postgres.default.svc",
        "printer.local",
        "metadata.google.internal",
    ],
)
async def test_webhook_may_not_point_inside(alice: httpx.AsyncClient, host: str) -> None:
    response = await alice.patch(ME, json={"webhook_url": f"http://{host}:8000/hook"})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"field": "webhook_url", "reason": "must be an address on the public internet"}
    ]


@pytest.mark.parametrize("host", ["hooks.example.com", "8.8.8.8", "[2001:4860:4860::8888]", "[64:ff9b::8.8.8.8]"])
async def test_webhook_may_point_to_the_internet(alice: httpx.AsyncClient, host: str) -> None:
    response = await alice.patch(ME, json={"webhook_url": f"https://{host}/hook"})

    assert response.status_code == 200


class TestClosedNetwork:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"webhook_allow_private": True})

    async def test_webhook_may_point_inside_where_the_operator_says_so(self, alice: httpx.AsyncClient) -> None:
        response = await alice.patch(ME, json={"webhook_url": "http://127.0.0.1:9/hook"})

        assert response.status_code == 200
        assert response.json()["webhook_url"] == "http://127.0.0.1:9/hook"


async def test_webhook_secret_is_shown_once_and_new_for_each_url(alice: httpx.AsyncClient) -> None:
    first = (await alice.patch(ME, json={"webhook_url": "https://hooks.example.com/1"})).json()["webhook_secret"]
    same = (await alice.patch(ME, json={"webhook_url": "https://hooks.example.com/1"})).json()["webhook_secret"]
    unrelated = (await alice.patch(ME, json={"notify_by_email": True})).json()["webhook_secret"]
    second = (await alice.patch(ME, json={"webhook_url": "https://hooks.example.com/2"})).json()["webhook_secret"]
    removed = (await alice.patch(ME, json={"webhook_url": None})).json()

    assert len(first) >= 32
    assert (same, unrelated) == (None, None)
    assert second not in (None, first)
    assert (removed["webhook_url"], removed["webhook_secret"]) == (None, None)


async def test_new_password_ends_all_other_sessions(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    elsewhere = await client.post("/api/v1/auth/sign-in", json={"email": "alice@example.com", "password": PASSWORD})
    before = alice.cookies["refresh_token"]

    response = await alice.post(f"{ME}/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert response.status_code == 200
    assert (await alice.post("/api/v1/auth/refresh")).status_code == 200, "the own session goes on"
    for token in (before, elsewhere.cookies["refresh_token"]):
        client.cookies.clear()
        ended = await client.post("/api/v1/auth/refresh", headers={"Cookie": f"refresh_token={token}"})
        assert ended.status_code == 401
    for password, status in ((PASSWORD, 401), (NEW_PASSWORD, 200)):
        body = {"email": "alice@example.com", "password": password}
        assert (await client.post("/api/v1/auth/sign-in", json=body)).status_code == status


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("something else", NEW_PASSWORD, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "password123", "new_password"),
        (PASSWORD, "alice@example.com", "new_password"),
        (PASSWORD, "n" * 10_000, "new_password"),
        (PASSWORD, "with a \0 inside", "new_password"),
    ],
)
async def test_refused_password_change_changes_nothing(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, current: str, new: str, field: str
) -> None:
    response = await alice.post(f"{ME}/password", json={"current_password": current, "new_password": new})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert (await alice.post("/api/v1/auth/refresh")).status_code == 200
    body = {"email": "alice@example.com", "password": PASSWORD}
    assert (await client.post("/api/v1/auth/sign-in", json=body)).status_code == 200


async def test_deleting_the_account_needs_the_password(alice: httpx.AsyncClient) -> None:
    response = await alice.request("DELETE", ME, json={"password": "something else"})

    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "password", "reason": "is wrong"}]
    assert (await alice.get(ME)).status_code == 200


async def test_deleted_account_leaves_nothing(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient, database: Database
) -> None:
    api_token = (await alice.post("/api/v1/tokens", json={"name": "laptop"})).json()["token"]

    response = await alice.request("DELETE", ME, json={"password": PASSWORD})

    assert response.status_code == 204
    async with database.engine.connect() as connection:
        for table, left in (("user", 1), ("refresh_token", 1), ("api_token", 0)):
            count = (await connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"')).scalar_one()
            assert count == left, table
    assert (await bob.get(ME)).status_code == 200
    with_token = await client.get(ME, headers={"Authorization": f"Bearer {api_token}"})
    assert with_token.status_code == 401
    body = {"email": "alice@example.com", "password": PASSWORD}
    assert (await client.post("/api/v1/auth/sign-in", json=body)).status_code == 401
    assert (await client.post("/api/v1/auth/sign-up", json=body)).status_code == 201


async def test_access_token_that_outlives_its_account_is_refused(alice: httpx.AsyncClient) -> None:
    await alice.request("DELETE", ME, json={"password": PASSWORD})

    responses = [
        await alice.get(ME),
        await alice.patch(ME, json={"time_zone": "UTC"}),
        await alice.request("DELETE", ME, json={"password": PASSWORD}),
        await alice.post("/api/v1/tokens", json={"name": "a row that needs the user"}),
    ]

    assert [response.status_code for response in responses] == [401] * 4
