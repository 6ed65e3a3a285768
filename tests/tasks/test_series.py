"""Recurring tasks: how a series starts, moves and goes on from completion to completion."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from app.tasks import service
from app.tasks.schemas import TaskUpdate
from app.users.auth import Principal
from tests.tasks.conftest import Events, Json, act, change, create, get, problem, titles


@pytest.fixture
async def alice_id(alice: httpx.AsyncClient) -> str:
    user_id: str = (await alice.get("/api/v1/users/me")).json()["id"]
    return user_id


async def follow(client: httpx.AsyncClient, user_id: str, task: Json, **more: Any) -> Json:
    """What todo-recurring asks for after the task's completion."""
    response = await client.post(f"/internal/tasks/{task['id']}/next-occurrence", json={"user_id": user_id, **more})
    assert response.status_code == 200, response.text
    following: Json = response.json()
    return following


async def test_the_next_task_is_like_the_last_one(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str, events: Events, at: Callable[[str], datetime]
) -> None:
    at("2026-10-20T08:00:00+00:00")
    task = await create(
        alice,
        "Water plants",
        notes="All of them",
        priority="high",
        tags=["home"],
        due_at="2026-10-20T18:00",
        reminders=[{"minutes_before_due": 30}, "2026-10-19T18:00"],
        rrule="FREQ=WEEKLY",
    )
    completed = await act(alice, task, "complete")
    await events()

    following = await follow(client, alice_id, task, event_id=str(uuid4()), completed_at=completed["completed_at"])

    assert following["created"] is True
    after = following["task"]
    same = ("title", "notes", "priority", "tags", "due_has_time", "time_zone", "rrule", "recurrence_mode", "series_id")
    assert {name: after[name] for name in same} == {name: task[name] for name in same}
    # The clocks went back in between: 18:00 stays 18:00.
    assert (task["due_at"], after["due_at"]) == ("2026-10-20T16:00:00Z", "2026-10-27T17:00:00Z")
    assert [it["remind_at"] for it in after["reminders"]] == ["2026-10-26T17:00:00Z", "2026-10-27T16:30:00Z"]
    assert (after["occurrence"], after["status"], after["version"]) == (1, "open", 1)
    assert await get(alice, after) == after
    told = await events()
    assert [(event.type, event.data["task_id"], event.data["occurrence"]) for event in told] == [
        ("task.created", after["id"], 1)
    ]
    assert await titles(alice, status="open", series_id=task["series_id"]) == ["Water plants"]


async def test_asking_again_makes_no_second_task(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str, events: Events
) -> None:
    task = await create(alice, due_at="2026-12-24", rrule="FREQ=DAILY")
    await act(alice, task, "complete")

    answers = await asyncio.gather(*(follow(client, alice_id, task) for _ in range(5)))
    again = await follow(client, alice_id, task)

    assert sorted(answer["created"] for answer in answers) == [False] * 4 + [True]
    assert len({answer["task"]["id"] for answer in [*answers, again]}) == 1
    assert again["created"] is False
    assert len(await titles(alice, series_id=task["series_id"])) == 2
    assert [event.type for event in await events()] == ["task.created", "task.completed", "task.created"]


async def test_nothing_follows_what_is_not_a_completed_task_of_a_series(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str
) -> None:
    nothing = {"created": False, "task": None}
    still_open = await create(alice, due_at="2026-12-24", rrule="FREQ=DAILY")
    reopened = await act(alice, await act(alice, await create(alice, rrule="FREQ=DAILY"), "complete"), "reopen")
    deleted = await act(alice, await create(alice, rrule="FREQ=DAILY"), "complete")
    await alice.delete(f"/api/v1/tasks/{deleted['id']}")
    single = await act(alice, await create(alice), "complete")
    stopped = await act(alice, await create(alice, rrule="FREQ=DAILY"), "complete")
    await change(alice, stopped, rrule=None)
    last = await act(alice, await create(alice, due_at="2026-12-24", rrule="FREQ=DAILY;UNTIL=20261224"), "complete")
    of_bob = await act(bob, await create(bob, due_at="2026-12-24", rrule="FREQ=DAILY"), "complete")

    for task in (still_open, reopened, deleted, single, stopped, last, of_bob, {"id": str(uuid4())}):
        assert await follow(client, alice_id, task) == nothing


async def test_a_series_ends_after_its_count(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str
) -> None:
    for mode in ("due", "completion"):
        task = await create(alice, due_at="2090-12-24", rrule="FREQ=DAILY;COUNT=3", recurrence_mode=mode)
        days = [task["due_at"][:10]]
        while (following := (await follow(client, alice_id, await act(alice, task, "complete")))["task"]) is not None:
            task = following
            days.append(task["due_at"][:10])

        assert len(days) == 3
        assert task["occurrence"] == 2


async def test_missed_cycles_are_skipped_by_due_date_and_do_not_matter_by_completion(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str, at: Callable[[str], datetime]
) -> None:
    at("2026-12-01T08:00:00+00:00")
    by_due = await create(alice, due_at="2026-12-01T09:00", rrule="FREQ=DAILY;INTERVAL=3")
    by_completion = await create(
        alice, due_at="2026-12-01T09:00", rrule="FREQ=DAILY;INTERVAL=3", recurrence_mode="completion"
    )
    at("2026-12-11T12:00:00+00:00")

    following = [await follow(client, alice_id, await act(alice, task, "complete")) for task in (by_due, by_completion)]

    assert [it["task"]["due_at"] for it in following] == ["2026-12-13T08:00:00Z", "2026-12-14T08:00:00Z"]
    assert [it["task"]["occurrence"] for it in following] == [1, 1]


async def test_the_first_due_date_moves_the_series_a_later_one_only_its_task(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str, at: Callable[[str], datetime]
) -> None:
    at("2026-12-01T08:00:00+00:00")
    first = await create(alice, due_at="2026-12-07T09:00", rrule="FREQ=WEEKLY")
    await change(alice, first, due_at="2026-12-08T10:00")
    second = (await follow(client, alice_id, await act(alice, first, "complete")))["task"]
    assert second["due_at"] == "2026-12-15T09:00:00Z"

    # Done a day early, it does not come again on the day it was first due.
    await change(alice, second, due_at="2026-12-14T18:00")
    third = (await follow(client, alice_id, await act(alice, second, "complete")))["task"]
    assert third["due_at"] == "2026-12-22T09:00:00Z"

    moved = await change(alice, third, due_at="2026-12-24T20:00", rrule="FREQ=WEEKLY")
    assert (moved["occurrence"], moved["series_id"] == third["series_id"]) == (0, False)
    fourth = (await follow(client, alice_id, await act(alice, moved, "complete")))["task"]
    assert fourth["due_at"] == "2026-12-31T19:00:00Z"


async def test_a_rule_without_a_due_date_starts_today(alice: httpx.AsyncClient, at: Callable[[str], datetime]) -> None:
    # Thursday, 24 December in Berlin.
    at("2026-12-23T23:30:00+00:00")

    daily = await create(alice, rrule="FREQ=DAILY")
    mondays = await create(alice, rrule="FREQ=WEEKLY;BYDAY=MO")
    later = await change(alice, await create(alice), rrule="FREQ=WEEKLY;BYDAY=MO")

    assert (daily["due_at"], daily["due_has_time"]) == ("2026-12-24T22:59:59Z", False)
    assert mondays["due_at"] == later["due_at"] == "2026-12-28T22:59:59Z"


async def test_reopening_leaves_the_next_task_alone(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, alice_id: str
) -> None:
    task = await create(alice, due_at="2090-12-24", rrule="FREQ=DAILY")
    following = (await follow(client, alice_id, await act(alice, task, "complete")))["task"]

    await act(alice, task, "reopen")
    assert await get(alice, following) == following
    await act(alice, task, "complete")
    assert await follow(client, alice_id, task) == {"created": False, "task": following}
    await alice.delete(f"/api/v1/tasks/{following['id']}")
    assert await follow(client, alice_id, task) == {"created": False, "task": None}


async def test_a_user_who_moves_keeps_the_local_times_of_a_series(
    alice: httpx.AsyncClient,
    client: httpx.AsyncClient,
    alice_id: str,
    database: Database,
    at: Callable[[str], datetime],
) -> None:
    at("2026-06-01T00:00:00+00:00")
    first = await create(alice, due_at="2026-06-01T09:00", rrule="FREQ=DAILY")
    second = (await follow(client, alice_id, await act(alice, first, "complete")))["task"]
    async with database.transaction() as session:
        in_new_york = Principal(UUID(alice_id), "America/New_York")
        changes = TaskUpdate.model_validate({"due_at": "2026-06-02T11:00"})
        moved = await service.update_task(session, in_new_york, UUID(second["id"]), changes)

    third = (await follow(client, alice_id, await act(alice, second, "complete")))["task"]

    assert (moved.due_at, moved.time_zone) == (datetime.fromisoformat("2026-06-02T15:00:00Z"), "America/New_York")
    assert third["due_at"] == "2026-06-03T13:00:00Z"


@pytest.fixture
async def guarded(backend: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a backend whose sidecar must show a token."""
    backend.state.app_api_token = "the-sidecars-token"
    transport = httpx.ASGITransport(app=backend, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield client


async def test_only_the_sidecar_may_ask(guarded: httpx.AsyncClient) -> None:
    path, body = f"/internal/tasks/{uuid4()}/next-occurrence", {"user_id": str(uuid4())}

    problem(await guarded.post(path, json=body), 401)
    problem(await guarded.post(path, json=body, headers={"dapr-api-token": "wrong"}), 401)
    allowed = await guarded.post(path, json=body, headers={"dapr-api-token": "the-sidecars-token"})
    assert allowed.json() == {"created": False, "task": None}


async def test_a_request_without_a_user_is_refused(client: httpx.AsyncClient) -> None:
    problem(await client.post(f"/internal/tasks/{uuid4()}/next-occurrence", json={}), 422)
