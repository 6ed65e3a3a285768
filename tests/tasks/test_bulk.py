"""One action on many tasks."""

from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from app.core.database import Database
from app.tasks.models import Task
from tests.tasks.conftest import Events, Json, act, create, get, titles, wrong_field


async def bulk(user: httpx.AsyncClient, action: str, **request: object) -> Json:
    response = await user.post("/api/v1/tasks/bulk", json={"action": action, **request})
    assert response.status_code == 200, response.text
    result: Json = response.json()
    return result


def outcomes(result: Json) -> list[str]:
    return [item["outcome"] for item in result["results"]]


async def test_each_task_is_reported_and_the_rest_goes_on(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, events: Events
) -> None:
    mine = [await create(alice, title) for title in "abc"]
    done = await act(alice, await create(alice, "d"), "complete")
    deleted = await create(alice, "e")
    await alice.delete(f"/api/v1/tasks/{deleted['id']}")
    of_bob = await create(bob)
    await events()
    unknown = str(uuid4())
    ids = [mine[2]["id"], unknown, mine[0]["id"], of_bob["id"], done["id"], deleted["id"], mine[0]["id"]]

    result = await bulk(alice, "complete", ids=ids)

    assert result["done"] == 2
    assert [(it["id"], it["outcome"]) for it in result["results"]] == [
        (mine[2]["id"], "done"),
        (unknown, "not_found"),
        (mine[0]["id"], "done"),
        (of_bob["id"], "not_found"),
        (done["id"], "unchanged"),
        (deleted["id"], "not_found"),
    ]
    assert result["results"][0]["task"] == await get(alice, mine[2])
    assert set(await titles(alice, status="completed")) == {"a", "c", "d"}
    assert await get(bob, of_bob) == of_bob
    assert [(event.type, event.data["title"]) for event in await events()] == [
        ("task.completed", "c"),
        ("task.completed", "a"),
    ]


async def test_reopening_and_deleting_by_filter(alice: httpx.AsyncClient, events: Events) -> None:
    for number in range(4):
        await act(alice, await create(alice, str(number), tags=["home"] if number % 2 else []), "complete")
    await events()

    assert outcomes(await bulk(alice, "reopen", filter={"tag": ["home"]})) == ["done", "done"]
    assert set(await titles(alice, status="open")) == {"1", "3"}
    assert outcomes(await bulk(alice, "delete", filter={"status": "open"})) == ["done", "done"]
    assert set(await titles(alice)) == {"0", "2"}
    assert [event.type for event in await events()] == ["task.reopened"] * 2 + ["task.deleted"] * 2


async def test_updating(alice: httpx.AsyncClient) -> None:
    await create(alice, "a", tags=["home", "old"], due_at="2026-12-24")
    await create(alice, "b", tags=["new"], priority="urgent")

    result = await bulk(
        alice,
        "update",
        all=True,
        changes={"priority": "urgent", "add_tags": ["#New"], "remove_tags": ["old"], "due_at": "2026-12-31T10:00"},
    )

    assert result["done"] == 2
    tasks = {item["task"]["title"]: item["task"] for item in result["results"]}
    assert (tasks["a"]["tags"], tasks["b"]["tags"]) == (["home", "new"], ["new"])
    assert {task["priority"] for task in tasks.values()} == {"urgent"}
    assert {task["due_at"] for task in tasks.values()} == {"2026-12-31T09:00:00Z"}
    cleared = await bulk(alice, "update", filter={"tag": ["home"]}, changes={"due_at": None})
    assert [item["task"]["due_at"] for item in cleared["results"]] == [None]
    again = await bulk(alice, "update", filter={"tag": ["home"]}, changes={"due_at": None})
    assert outcomes(again) == ["unchanged"]


async def test_what_cannot_be_changed_is_refused_alone(alice: httpx.AsyncClient, events: Events) -> None:
    full = await create(alice, "full", tags=[f"t{number}" for number in range(20)])
    recurring = await create(alice, "recurring", due_at="2026-12-24", rrule="FREQ=DAILY")
    single = await create(alice, "single", due_at="2026-12-24")
    await events()

    result = await bulk(
        alice,
        "update",
        ids=[full["id"], recurring["id"], single["id"]],
        changes={"due_at": None, "priority": "low", "add_tags": ["one more"]},
    )

    assert outcomes(result) == ["refused", "refused", "done"]
    assert "more than 20 tags" in result["results"][0]["reason"]
    assert "recurring task needs" in result["results"][1]["reason"]
    assert await get(alice, full) == full
    assert await get(alice, recurring) == recurring
    assert [event.data["title"] for event in await events()] == ["single"]


async def test_all_must_be_said(alice: httpx.AsyncClient) -> None:
    await create(alice, "a")
    await act(alice, await create(alice, "b"), "complete")

    assert outcomes(await bulk(alice, "complete", all=True)) == ["done"]
    assert outcomes(await bulk(alice, "complete", all=True)) == []
    assert outcomes(await bulk(alice, "reopen", all=True)) == ["done", "done"]
    assert outcomes(await bulk(alice, "delete", all=True)) == ["done", "done"]
    assert await titles(alice) == []


@pytest.mark.parametrize("count", [500, 501])
async def test_no_more_than_500_at_once(
    alice: httpx.AsyncClient, database: Database, events: Events, count: int
) -> None:
    one = await create(alice, "0")
    async with database.transaction() as session:
        user_id = (await session.scalars(select(Task.user_id).where(col(Task.id) == one["id"]))).one()
        session.add_all(Task(user_id=user_id, title=str(number)) for number in range(1, count))
    await events()

    response = await alice.post("/api/v1/tasks/bulk", json={"action": "complete", "all": True})

    if count > 500:
        assert wrong_field(response) == ("filter", "means more than 500 tasks; narrow it down")
        assert await events() == []
    else:
        assert response.json()["done"] == 500
        assert {event.type for event in await events()} == {"task.completed"}
        undone = await alice.post("/api/v1/tasks/undo")
        assert len(undone.json()["tasks"]) == 500
        assert [event.type for event in await events()] == ["task.reopened"] * 500
