"""Taking changes back, the last one first."""

import asyncio

import httpx
from sqlmodel import col, update

from app.core.database import Database
from app.tasks.models import Task
from tests.tasks.conftest import Events, Json, act, change, create, get, problem, titles


async def undo(user: httpx.AsyncClient) -> Json:
    response = await user.post("/api/v1/tasks/undo")
    assert response.status_code == 200, response.text
    result: Json = response.json()
    return result


def but_for_version(task: Json) -> Json:
    return {name: value for name, value in task.items() if name not in ("version", "updated_at")}


async def full_task(user: httpx.AsyncClient) -> Json:
    """A task with something in every field that a change can replace."""
    return await create(
        user,
        notes="Two litres",
        priority="high",
        tags=["errands"],
        due_at="2090-12-24T18:00",
        reminders=[{"minutes_before_due": 10}, {"minutes_before_due": 60}],
        rrule="FREQ=WEEKLY;BYDAY=SU",
        recurrence_mode="completion",
    )


async def test_undoing_a_creation_removes_the_task(alice: httpx.AsyncClient, events: Events) -> None:
    task = await create(alice)

    assert await undo(alice) == {"action": "create", "tasks": [], "removed": [task["id"]]}
    assert await titles(alice) == []
    problem(await alice.get(f"/api/v1/tasks/{task['id']}"), 404)
    assert [(event.type, event.data["version"]) for event in await events()] == [
        ("task.created", 1),
        ("task.deleted", 2),
    ]
    assert problem(await alice.post("/api/v1/tasks/undo"), 404)["detail"] == "There is nothing to undo."


async def test_undoing_an_update_restores_every_field(alice: httpx.AsyncClient, events: Events) -> None:
    task = await full_task(alice)
    await change(
        alice,
        task,
        title="Buy bread",
        notes=None,
        priority="low",
        tags=["home"],
        due_at="2091-01-01",
        reminders=["2090-12-31T10:00"],
        rrule="FREQ=DAILY",
        recurrence_mode=None,
    )
    await events()

    result = await undo(alice)

    assert (result["action"], result["removed"]) == ("update", [])
    assert but_for_version(result["tasks"][0]) == but_for_version(task)
    assert result["tasks"][0]["version"] == 3
    assert await get(alice, task) == result["tasks"][0]
    told = await events()
    assert [event.type for event in told] == ["task.updated"]
    assert [it["id"] for it in told[0].data["reminders"]] == [it["id"] for it in task["reminders"]]


async def test_undoing_a_completion_reopens(alice: httpx.AsyncClient, events: Events) -> None:
    task = await full_task(alice)
    await act(alice, task, "complete")
    await events()

    result = await undo(alice)

    assert but_for_version(result["tasks"][0]) == but_for_version(task)
    told = await events()
    assert [(event.type, len(event.data["reminders"])) for event in told] == [("task.reopened", 2)]


async def test_undoing_a_reopening_completes_as_it_was(alice: httpx.AsyncClient, events: Events) -> None:
    task = await create(alice)
    completed = await act(alice, task, "complete")
    await act(alice, task, "reopen")
    await events()

    result = await undo(alice)

    assert but_for_version(result["tasks"][0]) == but_for_version(completed)
    assert [(event.type, event.data["completed_at"]) for event in await events()] == [
        ("task.completed", completed["completed_at"])
    ]


async def test_undoing_a_deletion_brings_the_task_back(alice: httpx.AsyncClient, events: Events) -> None:
    task = await full_task(alice)
    await alice.delete(f"/api/v1/tasks/{task['id']}")
    await events()

    result = await undo(alice)

    assert but_for_version(result["tasks"][0]) == but_for_version(task)
    assert await titles(alice, q="milk") == ["Buy milk"]
    # Not a creation, which would be counted twice; with its reminders, which are scheduled again.
    told = await events()
    assert [(event.type, event.data["status"], len(event.data["reminders"])) for event in told] == [
        ("task.updated", "open", 2)
    ]


async def test_undo_goes_back_step_by_step(alice: httpx.AsyncClient) -> None:
    first = await create(alice, "one")
    second = await create(alice, "two")
    await change(alice, first, title="uno")
    await change(alice, second, title="dos")
    await act(alice, first, "complete")
    await alice.delete(f"/api/v1/tasks/{first['id']}")

    steps = [(await undo(alice))["action"] for _ in range(6)]
    problem(await alice.post("/api/v1/tasks/undo"), 404)

    assert steps == ["delete", "complete", "update", "update", "create", "create"]
    assert await titles(alice) == []


async def test_after_an_undo_comes_the_change_before_it(alice: httpx.AsyncClient) -> None:
    task = await create(alice, "one")
    await change(alice, task, title="two")
    await undo(alice)
    await change(alice, task, title="three")

    assert [(await undo(alice))["action"] for _ in range(2)] == ["update", "create"]


async def test_a_bulk_change_is_undone_as_one(alice: httpx.AsyncClient, events: Events) -> None:
    tasks = [await create(alice, title, tags=[title]) for title in "abc"]
    for action, more in (
        ("update", {"changes": {"add_tags": ["x"], "due_at": "2026-12-24"}}),
        ("complete", {}),
        ("delete", {}),
    ):
        before = [await get(alice, task) for task in tasks]
        request = {"action": action, "ids": [task["id"] for task in tasks], **more}
        assert (await alice.post("/api/v1/tasks/bulk", json=request)).json()["done"] == 3
        await events()

        result = await undo(alice)

        assert result["action"] == action
        assert [but_for_version(task) for task in result["tasks"]] == [but_for_version(task) for task in before]
        assert len(await events()) == 3


async def test_only_ones_own_changes_are_undone(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await create(alice, "of Alice")
    of_bob = await create(bob, "of Bob")

    await undo(alice)

    assert await titles(alice) == []
    assert await get(bob, of_bob) == of_bob


async def test_what_changes_nothing_is_not_undone(alice: httpx.AsyncClient) -> None:
    task = await create(alice)
    await change(alice, task, title="Buy bread")
    await change(alice, task, title="Buy bread")
    await act(alice, task, "reopen")

    assert (await undo(alice))["tasks"][0]["title"] == "Buy milk"


async def test_a_task_that_changed_since_is_not_undone(alice: httpx.AsyncClient, database: Database) -> None:
    tasks = [await create(alice, title) for title in "ab"]
    await alice.post("/api/v1/tasks/bulk", json={"action": "complete", "all": True})
    async with database.transaction() as session:
        await session.execute(update(Task).where(col(Task.id) == tasks[0]["id"]).values(version=9))

    problem(await alice.post("/api/v1/tasks/undo"), 409)
    assert await titles(alice, status="open") == []


async def test_undos_at_once_take_back_one_change_each(alice: httpx.AsyncClient) -> None:
    task = await create(alice, "0")
    for number in range(1, 4):
        await change(alice, task, title=str(number))

    responses = await asyncio.gather(*(alice.post("/api/v1/tasks/undo") for _ in range(3)))

    assert [response.status_code for response in responses] == [200] * 3
    assert sorted(response.json()["tasks"][0]["title"] for response in responses) == ["0", "1", "2"]
    assert (await get(alice, task))["title"] == "0"


async def test_undoing_the_completion_of_a_recurring_task_leaves_the_next_one(alice: httpx.AsyncClient) -> None:
    user_id = (await alice.get("/api/v1/users/me")).json()["id"]
    task = await create(alice, due_at="2090-12-24", rrule="FREQ=DAILY")
    await act(alice, task, "complete")
    path = f"/internal/tasks/{task['id']}/next-occurrence"
    following = (await alice.post(path, json={"user_id": user_id})).json()["task"]

    assert (await undo(alice))["action"] == "complete"
    assert await get(alice, following) == following
    await act(alice, task, "complete")
    assert (await alice.post(path, json={"user_id": user_id})).json() == {"created": False, "task": following}
