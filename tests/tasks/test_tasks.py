"""Creating, reading, changing, completing and deleting single tasks."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import httpx
import pytest
from sqlmodel import select

from app.core.database import Database
from app.events.models import OutboxEvent
from tests.tasks.conftest import Events, Json, act, change, create, get, problem, titles, wrong_field


async def test_a_created_task_is_given_back_whole(alice: httpx.AsyncClient) -> None:
    response = await alice.post(
        "/api/v1/tasks",
        json={
            "title": "  Buy milk  ",
            "notes": "Two litres",
            "priority": "high",
            "tags": ["#Errands", "home  office", "errands", "STRASSE"],
            "due_at": "2026-12-24T18:00:00+01:00",
            "reminders": [{"minutes_before_due": 10}, "2026-12-24T12:00", {"minutes_before_due": 10}],
            "rrule": "rrule:freq=weekly;byday=th",
            "recurrence_mode": "completion",
        },
    )

    task = response.json()
    assert response.status_code == 201, response.text
    assert response.headers["Location"] == f"/api/v1/tasks/{task['id']}"
    assert response.headers["ETag"] == '"1"'
    assert {name: task[name] for name in ("title", "notes", "priority", "tags", "due_at", "due_has_time")} == {
        "title": "Buy milk",
        "notes": "Two litres",
        "priority": "high",
        "tags": ["errands", "home office", "strasse"],
        "due_at": "2026-12-24T17:00:00Z",
        "due_has_time": True,
    }
    assert [it["remind_at"] for it in task["reminders"]] == ["2026-12-24T11:00:00Z", "2026-12-24T16:50:00Z"]
    assert (task["rrule"], task["recurrence_mode"]) == ("FREQ=WEEKLY;BYDAY=TH", "completion")
    assert task["recurrence_text"] == "every week on Thursday"
    assert task["series_id"] is not None
    assert (task["occurrence"], task["version"], task["status"]) == (0, 1, "open")
    assert task["time_zone"] == "Europe/Berlin"
    again = await alice.get(response.headers["Location"])
    assert again.json() == task
    assert again.headers["ETag"] == '"1"'


DUE_DATES = [
    ("2026-12-24", "2026-12-24T22:59:59Z", False),
    ("2026-07-01", "2026-07-01T21:59:59Z", False),
    ("2026-12-24T18:00", "2026-12-24T17:00:00Z", True),
    ("2026-12-24 18:00:30.5", "2026-12-24T17:00:30.500000Z", True),
    ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z", True),
    ("2026-12-24T18:00:00-05:00", "2026-12-24T23:00:00Z", True),
    # The clocks skip 2:00 to 3:00 on this day, and come by 2:00 to 3:00 twice on the other.
    ("2026-03-29T02:30", "2026-03-29T01:30:00Z", True),
    ("2026-10-25T02:30", "2026-10-25T00:30:00Z", True),
    (None, None, False),
]


async def test_due_dates_are_read_by_the_users_clock(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for given, due_at, has_time in DUE_DATES:
        with subtests.test(given=given):
            task = await create(alice, due_at=given)

            assert (task["due_at"], task["due_has_time"]) == (due_at, has_time)


async def test_any_script_is_kept(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for title in ("🎉 party 👩‍👩‍👧", "شراء الحليب", "לקנות חלב", "買牛奶", "a" * 500, "x\ty"):
        with subtests.test(title=title):
            task = await create(alice, title, notes=title, tags=[title[:20]])

            assert (task["title"], task["notes"]) == (title, title)
            assert await get(alice, task) == task


async def test_nobody_sees_or_changes_anothers_task(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    task = await create(alice, tags=["secret"], due_at="2020-01-01")
    path = f"/api/v1/tasks/{task['id']}"

    refusals = [
        await bob.get(path),
        await bob.patch(path, json={"title": "Mine"}),
        await bob.delete(path),
        await bob.post(f"{path}/complete"),
        await bob.post(f"{path}/reopen"),
        await bob.get(f"/api/v1/tasks/{uuid4()}"),
        await bob.post("/api/v1/tasks/undo"),
    ]
    bulk = await bob.post("/api/v1/tasks/bulk", json={"action": "delete", "ids": [task["id"]]})

    for refusal in refusals:
        problem(refusal, 404)
    assert bulk.json()["results"] == [{"id": task["id"], "outcome": "not_found", "reason": None, "task": None}]
    for query in ({}, {"q": "milk"}, {"tag": "secret"}, {"due": "overdue"}, {"sort": "due"}):
        assert await titles(bob, **query) == []
    assert (await bob.get("/api/v1/tags")).json() == []
    assert await get(alice, task) == task


async def test_everything_needs_a_signed_in_user(client: httpx.AsyncClient) -> None:
    for path in ("tasks", "tags", f"tasks/{uuid4()}"):
        problem(await client.get(f"/api/v1/{path}"), 401)
    for path in ("tasks", "tasks/bulk", "tasks/undo", f"tasks/{uuid4()}/complete"):
        problem(await client.post(f"/api/v1/{path}", json={}), 401)


async def test_a_token_that_outlives_its_account_is_refused(alice: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql('DELETE FROM "user"')

    problem(await alice.post("/api/v1/tasks", json={"title": "Buy milk"}), 401)


async def test_an_update_changes_what_it_names_and_null_clears(alice: httpx.AsyncClient) -> None:
    task = await create(
        alice,
        notes="Two litres",
        priority="urgent",
        tags=["errands"],
        due_at="2026-12-24T18:00",
        reminders=[{"minutes_before_due": 10}],
        rrule="FREQ=DAILY",
    )

    renamed = await change(alice, task, title="Buy bread")
    cleared = await change(
        alice, task, notes=None, priority=None, tags=None, due_at=None, reminders=None, rrule=None, recurrence_mode=None
    )

    changed = {"title": "Buy bread", "version": 2, "updated_at": renamed["updated_at"]}
    assert renamed == {**task, **changed}
    assert renamed["updated_at"] > task["updated_at"]
    assert (cleared["notes"], cleared["priority"], cleared["tags"], cleared["reminders"]) == ("", "medium", [], [])
    assert (cleared["due_at"], cleared["due_has_time"], cleared["rrule"]) == (None, False, None)
    assert cleared["version"] == 3
    assert await get(alice, task) == cleared


SAME: list[Json] = [
    {},
    {"title": "Buy milk"},
    {"title": " Buy milk ", "tags": ["#errands"], "due_at": "2026-12-24T17:00:00Z"},
    {"due_at": "2026-12-24T18:00", "reminders": ["2026-12-24T17:50"], "rrule": "FREQ=DAILY"},
    {"notes": None, "priority": None},
]


async def test_an_update_that_changes_nothing_leaves_no_trace(
    alice: httpx.AsyncClient, events: Events, subtests: pytest.Subtests
) -> None:
    task = await create(
        alice,
        tags=["errands"],
        due_at="2026-12-24T18:00",
        reminders=[{"minutes_before_due": 10}],
        rrule="FREQ=DAILY",
    )
    await events()

    for same in SAME:
        with subtests.test(same=same):
            assert await change(alice, task, **same) == task
            assert await events() == []


async def test_a_stale_etag_is_refused_and_told_the_version(alice: httpx.AsyncClient) -> None:
    task = await create(alice)
    await change(alice, task, title="Buy bread")
    path, stale = f"/api/v1/tasks/{task['id']}", {"If-Match": '"1"'}

    refusals = [
        await alice.patch(path, json={"title": "Buy eggs"}, headers=stale),
        await alice.post(f"{path}/complete", headers=stale),
        await alice.delete(path, headers=stale),
    ]

    for refusal in refusals:
        assert "version 2" in problem(refusal, 412)["detail"]
        assert refusal.headers["ETag"] == '"2"'
    fresh = await alice.patch(path, json={"title": "Buy eggs"}, headers={"If-Match": '"2"'})
    assert (fresh.status_code, fresh.headers["ETag"]) == (200, '"3"')
    anything = await alice.post(f"{path}/complete", headers={"If-Match": "*"})
    assert (anything.status_code, anything.headers["ETag"]) == (200, '"4"')
    problem(await alice.post(f"{path}/reopen", headers=stale), 412)
    assert (await alice.delete(path, headers={"If-Match": 'W/"4"'})).status_code == 204


async def test_an_etag_that_no_task_has_is_refused(alice: httpx.AsyncClient) -> None:
    path = f"/api/v1/tasks/{(await create(alice))['id']}"

    for if_match in ("1", '"x"', '"1", "2"', '""', '"99999999999999999999"'):
        response = await alice.patch(path, json={"title": "B"}, headers={"If-Match": if_match})

        assert wrong_field(response)[0] == "If-Match"


async def test_of_two_updates_at_once_none_is_lost(alice: httpx.AsyncClient) -> None:
    task = await create(alice)
    path = f"/api/v1/tasks/{task['id']}"

    await asyncio.gather(*(alice.patch(path, json={name: value}) for name, value in [("title", "B"), ("notes", "C")]))

    after = await get(alice, task)
    assert (after["title"], after["notes"], after["version"]) == ("B", "C", 3)


async def test_of_two_updates_of_one_version_one_is_refused(alice: httpx.AsyncClient) -> None:
    task = await create(alice)

    responses = await asyncio.gather(
        *(
            alice.patch(f"/api/v1/tasks/{task['id']}", json={"title": title}, headers={"If-Match": '"1"'})
            for title in "BCDE"
        )
    )

    assert sorted(response.status_code for response in responses) == [200, 412, 412, 412]
    winner = next(response.json() for response in responses if response.status_code == 200)
    assert await get(alice, task) == winner


async def test_two_completes_at_once_are_one(alice: httpx.AsyncClient, events: Events) -> None:
    task = await create(alice)
    await events()
    path = f"/api/v1/tasks/{task['id']}/complete"

    responses = await asyncio.gather(*(alice.post(path, headers={"If-Match": '"1"'}) for _ in range(4)))

    assert [response.status_code for response in responses] == [200] * 4
    assert len({response.text for response in responses}) == 1
    assert (responses[0].json()["status"], responses[0].json()["version"]) == ("completed", 2)
    assert [event.type for event in await events()] == ["task.completed"]


async def test_completing_and_reopening(alice: httpx.AsyncClient, events: Events) -> None:
    task = await create(alice)

    completed = await act(alice, task, "complete")
    reopened = await act(alice, task, "reopen")
    again = await act(alice, task, "reopen")

    assert completed["completed_at"] == completed["updated_at"]
    assert reopened == {**task, "version": 3, "updated_at": reopened["updated_at"]}
    assert again == reopened
    assert [event.type for event in await events()] == ["task.created", "task.completed", "task.reopened"]


async def test_a_deleted_task_is_gone(alice: httpx.AsyncClient, events: Events) -> None:
    task = await create(alice)
    path = f"/api/v1/tasks/{task['id']}"

    response = await alice.delete(path)

    assert (response.status_code, response.content) == (204, b"")
    problem(await alice.get(path), 404)
    problem(await alice.delete(path), 404)
    problem(await alice.patch(path, json={"title": "B"}), 404)
    assert await titles(alice) == []
    assert [event.type for event in await events()] == ["task.created", "task.deleted"]


async def test_events_tell_the_task_as_it_stands(
    alice: httpx.AsyncClient, events: Events, at: Callable[[str], datetime]
) -> None:
    at("2026-12-20T08:00:00+00:00")
    task = await create(
        alice, tags=["errands"], due_at="2026-12-24T18:00", reminders=["2026-12-20T07:30:00Z", "2026-12-24T17:00"]
    )
    await act(alice, task, "complete")
    await act(alice, task, "reopen")
    at("2026-12-20T08:31:00+00:00")
    await change(alice, task, title="Buy bread")
    await alice.delete(f"/api/v1/tasks/{task['id']}")

    told = await events()

    both = [{"id": it["id"], "remind_at": it["remind_at"]} for it in task["reminders"]]
    assert [(event.type, event.data["version"], event.data["reminders"]) for event in told] == [
        ("task.created", 1, both),
        ("task.completed", 2, []),
        ("task.reopened", 3, both),
        # The first one's time is more than an hour ago: it is kept, and not sent again.
        ("task.updated", 4, both[1:]),
        ("task.deleted", 5, []),
    ]
    same = ("title", "priority", "tags", "due_at", "due_has_time", "time_zone", "rrule", "series_id", "created_at")
    assert {name: told[0].data[name] for name in same} == {name: task[name] for name in same}
    assert told[0].data["task_id"] == task["id"]
    assert (told[3].data["title"], told[4].data["status"]) == ("Buy bread", "deleted")


async def test_browsers_are_told_of_each_change(alice: httpx.AsyncClient, database: Database) -> None:
    task = await create(alice)
    await change(alice, task, title="Buy bread")
    await act(alice, task, "complete")
    await alice.delete(f"/api/v1/tasks/{task['id']}")

    async with database.transaction() as session:
        told = (await session.scalars(select(OutboxEvent).order_by("seq"))).all()

    hints = [event.data for event in told if event.topic == "task-updates"]
    assert {event.type for event in told if event.topic == "task-updates"} == {"task.sync"}
    assert [(hint["action"], hint["version"], hint["entity_id"]) for hint in hints] == [
        ("created", 1, task["id"]),
        ("updated", 2, task["id"]),
        ("updated", 3, task["id"]),
        ("deleted", 4, task["id"]),
    ]


async def test_a_new_due_date_moves_the_reminders_to_come(
    alice: httpx.AsyncClient, at: Callable[[str], datetime]
) -> None:
    at("2026-12-24T10:00:00+00:00")
    task = await create(
        alice,
        due_at="2026-12-24T18:00",
        reminders=["2026-12-24T10:30", "2026-12-24T16:00", "2026-12-24T17:00"],
    )

    moved = await change(alice, task, due_at="2026-12-24T19:00")

    assert [it["remind_at"] for it in moved["reminders"]] == [
        "2026-12-24T09:30:00Z",
        "2026-12-24T16:00:00Z",
        "2026-12-24T17:00:00Z",
    ]
    assert [it["id"] for it in moved["reminders"]] == [it["id"] for it in task["reminders"]]
    assert await get(alice, task) == moved


async def test_reminders_that_are_named_are_not_moved(alice: httpx.AsyncClient) -> None:
    task = await create(alice, due_at="2090-12-24T18:00", reminders=[{"minutes_before_due": 60}])

    changed = await change(
        alice, task, due_at="2090-12-25T18:00", reminders=["2090-12-24T16:00:00Z", {"minutes_before_due": 5}]
    )

    assert [it["remind_at"] for it in changed["reminders"]] == ["2090-12-24T16:00:00Z", "2090-12-25T16:55:00Z"]
    assert changed["reminders"][0]["id"] == task["reminders"][0]["id"]


async def test_clearing_the_due_date_keeps_the_reminders(alice: httpx.AsyncClient) -> None:
    task = await create(alice, due_at="2090-12-24T18:00", reminders=[{"minutes_before_due": 60}])

    cleared = await change(alice, task, due_at=None)

    assert (cleared["due_at"], cleared["reminders"]) == (None, task["reminders"])


async def test_tags_are_counted(alice: httpx.AsyncClient) -> None:
    done = await create(alice, tags=["home", "errands"])
    await create(alice, tags=["home"])
    gone = await create(alice, tags=["gone"])
    await act(alice, done, "complete")
    await alice.delete(f"/api/v1/tasks/{gone['id']}")

    response = await alice.get("/api/v1/tags")

    assert response.json() == [{"tag": "home", "open": 1, "total": 2}, {"tag": "errands", "open": 0, "total": 1}]
