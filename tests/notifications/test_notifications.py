"""In-app notifications: made once per event, listed, read; and where else a user wants them."""

import asyncio
import json
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.support.users import PASSWORD

URL = "/api/v1/notifications"


async def _user_id(person: httpx.AsyncClient) -> str:
    return str((await person.get("/api/v1/users/me")).json()["id"])


async def _notify(
    client: httpx.AsyncClient, user_id: str, title: str = "Call the dentist", **changes: object
) -> dict[str, object]:
    """Ask as the notification consumer does, through the sidecar."""
    body = {"event_id": str(uuid4()), "user_id": user_id, "title": title, "body": "Due at 15:00", **changes}
    response = await client.post("/internal/notifications", json=body)
    assert response.status_code == 200, response.text
    channels: dict[str, object] = response.json()
    return channels


async def _outbox(database: Database) -> list[dict[str, object]]:
    async with database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT topic, type, data FROM outbox ORDER BY seq")
        return [{"topic": row.topic, "type": row.type, "data": row.data} for row in rows]


async def test_notification_reaches_its_users_list_only(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    task_id = str(uuid4())

    await _notify(client, await _user_id(alice), task_id=task_id)

    listed = (await alice.get(URL)).json()
    assert listed["unread_count"] == 1
    assert listed["next_cursor"] is None
    [item] = listed["items"]
    assert (item["title"], item["body"], item["task_id"]) == ("Call the dentist", "Due at 15:00", task_id)
    assert item["read_at"] is None
    assert (await bob.get(URL)).json() == {"items": [], "next_cursor": None, "unread_count": 0}


async def test_open_browsers_are_told_in_the_same_transaction(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    user_id, task_id = await _user_id(alice), str(uuid4())

    await _notify(client, user_id, task_id=task_id)

    [event] = await _outbox(database)
    assert (event["topic"], event["type"]) == ("task-updates", "task.sync")
    assert event["data"] == {
        "schema_version": 1,
        "user_id": user_id,
        "task_id": task_id,
        "title": "Call the dentist",
        "status": "unread",
        "entity": "notification",
        "entity_id": (await alice.get(URL)).json()["items"][0]["id"],
        "action": "created",
        "version": None,
    }


async def test_repeated_event_makes_one_notification_and_the_same_answer(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    await alice.patch("/api/v1/users/me", json={"notify_by_email": True})
    user_id, event_id = await _user_id(alice), str(uuid4())

    answers = [await _notify(client, user_id, event_id=event_id) for _ in range(2)]

    assert answers == [{"email": "alice@example.com", "webhook": None}] * 2
    assert len((await alice.get(URL)).json()["items"]) == 1
    assert len(await _outbox(database)) == 1


async def test_simultaneous_deliveries_make_one_notification(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    user_id, event_id = await _user_id(alice), str(uuid4())

    await asyncio.gather(*(_notify(client, user_id, event_id=event_id) for _ in range(4)))

    assert len((await alice.get(URL)).json()["items"]) == 1
    assert len(await _outbox(database)) == 1


async def test_channels_are_those_that_the_user_chose(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    user_id = await _user_id(alice)
    assert await _notify(client, user_id) == {"email": None, "webhook": None}

    changed = await alice.patch(
        "/api/v1/users/me", json={"notify_by_email": True, "webhook_url": "https://hooks.example.com/todo"}
    )

    assert await _notify(client, user_id) == {
        "email": "alice@example.com",
        "webhook": {"url": "https://hooks.example.com/todo", "secret": changed.json()["webhook_secret"]},
    }


async def test_deleted_user_gets_nothing(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    await alice.patch("/api/v1/users/me", json={"notify_by_email": True})
    user_id = await _user_id(alice)
    await _notify(client, user_id)
    await alice.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})

    assert await _notify(client, user_id) == {"email": None, "webhook": None}

    async with database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM notification")).scalar_one() == 0
    assert len(await _outbox(database)) == 1


async def test_only_the_sidecar_may_notify(client: httpx.AsyncClient, backend: FastAPI) -> None:
    backend.state.app_api_token = "the sidecar's"
    body = {"event_id": str(uuid4()), "user_id": str(uuid4()), "title": "x"}

    without = await client.post("/internal/notifications", json=body)
    wrong = await client.post("/internal/notifications", json=body, headers={"dapr-api-token": "another"})
    right = await client.post("/internal/notifications", json=body, headers={"dapr-api-token": "the sidecar's"})

    assert [without.status_code, wrong.status_code, right.status_code] == [401, 401, 200]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "a\0b"),
        ("title", "a\ud800"),
        ("body", "a\0b"),
        ("event_id", "1"),
        ("user_id", None),
        ("task_id", "x" * 10_000),
    ],
)
async def test_wrong_field_is_named(client: httpx.AsyncClient, field: str, value: object) -> None:
    body = {"event_id": str(uuid4()), "user_id": str(uuid4()), "title": "x", field: value}

    response = await client.post(
        "/internal/notifications", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_pages_go_from_the_newest_to_the_oldest(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    user_id = await _user_id(alice)
    for number in range(5):
        await _notify(client, user_id, str(number))
    first = (await alice.get(URL, params={"limit": 2})).json()
    await _notify(client, user_id, "arrives while somebody pages")

    second = (await alice.get(URL, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    third = (await alice.get(URL, params={"limit": 2, "cursor": second["next_cursor"]})).json()

    pages = [[item["title"] for item in page["items"]] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert third["next_cursor"] is None
    assert [page["unread_count"] for page in (first, second, third)] == [5, 6, 6]


async def test_notifications_of_the_same_moment_are_all_listed(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, database: Database
) -> None:
    user_id = await _user_id(alice)
    for number in range(4):
        await _notify(client, user_id, str(number))
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE notification SET created_at = '2026-03-01 12:00:00.123456+00'")

    titles, cursor = set(), None
    for _ in range(4):
        page = (await alice.get(URL, params={"limit": "1", **({"cursor": cursor} if cursor else {})})).json()
        titles.add(page["items"][0]["title"])
        cursor = page["next_cursor"]

    assert titles == {"0", "1", "2", "3"}
    assert cursor is None


async def test_reading_one_keeps_when_it_was_first_read(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    user_id = await _user_id(alice)
    for number in range(2):
        await _notify(client, user_id, str(number))
    newest = (await alice.get(URL)).json()["items"][0]

    first = await alice.post(f"{URL}/{newest['id']}/read")
    again = await alice.post(f"{URL}/{newest['id']}/read")

    assert first.status_code == 200
    assert first.json()["read_at"] is not None
    assert again.json() == first.json()
    unread = (await alice.get(URL, params={"unread": "true"})).json()
    assert [item["title"] for item in unread["items"]] == ["0"]
    assert unread["unread_count"] == 1
    assert len((await alice.get(URL)).json()["items"]) == 2


async def test_reading_all_reads_ones_own(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    for person in (alice, alice, bob):
        await _notify(client, await _user_id(person))

    assert (await alice.post(f"{URL}/read-all")).status_code == 204

    assert (await alice.get(URL)).json()["unread_count"] == 0
    assert (await alice.get(URL, params={"unread": "true"})).json()["items"] == []
    assert (await bob.get(URL)).json()["unread_count"] == 1


async def test_others_and_unknown_notifications_are_both_not_found(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await _notify(client, await _user_id(alice))
    [item] = (await alice.get(URL)).json()["items"]

    others = await bob.post(f"{URL}/{item['id']}/read")
    unknown = await bob.post(f"{URL}/{uuid4()}/read")

    assert others.status_code == unknown.status_code == 404
    assert others.json() == unknown.json()
    assert (await alice.get(URL)).json()["unread_count"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cursor", ""),
        ("cursor", "x"),
        ("cursor", "a\0b"),
        ("cursor", "é"),
        ("cursor", "A" * 10_000),
        ("cursor", "_" * 32),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("unread", "perhaps"),
    ],
)
async def test_wrong_parameter_is_named(alice: httpx.AsyncClient, name: str, value: str) -> None:
    response = await alice.get(URL, params={name: value})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/read-all"), ("POST", f"/{UUID(int=1)}/read")])
async def test_signing_in_is_needed(client: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await client.request(method, f"{URL}{path}")).status_code == 401
