"""Reminders that a user wants for every task with a time."""

import httpx

from tests.tasks.conftest import Json, change, create

ME = "/api/v1/users/me"


def _reminders(task: Json) -> list[str]:
    return [reminder["remind_at"] for reminder in task["reminders"]]


async def test_new_task_with_a_time_has_them(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    saved = await alice.patch(ME, json={"default_reminders": [60, 10, 60]})
    assert saved.json()["default_reminders"] == [10, 60]

    task = await create(alice, due_at="2099-12-24T18:00:00Z")

    assert _reminders(task) == ["2099-12-24T17:00:00Z", "2099-12-24T17:50:00Z"]
    assert _reminders(await create(bob, due_at="2099-12-24T18:00:00Z")) == []


async def test_what_is_said_counts(alice: httpx.AsyncClient) -> None:
    await alice.patch(ME, json={"default_reminders": [10]})

    assert _reminders(await create(alice, due_at="2099-12-24T18:00:00Z", reminders=[])) == []
    own = await create(alice, due_at="2099-12-24T18:00:00Z", reminders=["2099-12-24T12:00:00Z"])
    assert _reminders(own) == ["2099-12-24T12:00:00Z"]


async def test_task_without_a_time_has_none(alice: httpx.AsyncClient) -> None:
    await alice.patch(ME, json={"default_reminders": [10]})

    assert _reminders(await create(alice)) == []
    day = await create(alice, due_at="2099-12-24")
    assert _reminders(day) == []
    assert _reminders(await change(alice, day, due_at="2099-12-24T18:00")) == [], "only new tasks have them"


async def test_those_of_the_past_are_left_out(alice: httpx.AsyncClient) -> None:
    await alice.patch(ME, json={"default_reminders": [0, 10]})

    assert _reminders(await create(alice, due_at="2020-12-24T18:00:00Z")) == []


async def test_chat_keeps_to_them(alice: httpx.AsyncClient) -> None:
    await alice.patch(ME, json={"default_reminders": [10]})
    headers = {"Accept": "application/json"}

    await alice.post("/api/v1/chat/messages", json={"text": "add call mum on 24 dec 2099 at 18:00"}, headers=headers)

    [task] = (await alice.get("/api/v1/tasks")).json()["items"]
    assert _reminders(task) == ["2099-12-24T16:50:00Z"]
