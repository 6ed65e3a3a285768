"""Imports: the own export there and back, and what happens to files that are wrong."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.database import Database
from app.tasks.models import Priority, RecurrenceMode, Status
from app.transfer import reading
from tests.support.users import sign_up
from tests.tasks.conftest import Events, Json, act, create, events, get, titles  # noqa: F401 - a fixture
from tests.transfer.conftest import document, export, import_, outcomes

URL = "/api/v1/import"


def _without_ids(task: Json) -> Json:
    """What must be the same in another account."""
    return {name: value for name, value in task.items() if name not in ("id", "series_id", "updated_at")}


FIRST, LAST = datetime(1901, 1, 1), datetime(8998, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(datetime.isoformat)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TAGS = WORDS.map(lambda text: " ".join(text.split()).lstrip("# ").casefold()).filter(lambda tag: 1 <= len(tag) <= 50)


@st.composite
def records(draw: st.DrawFn) -> Json:
    """A task of an export, whatever its history."""
    completed_at = draw(st.none() | INSTANTS)
    due_at = draw(st.none() | INSTANTS)
    rule = draw(st.sampled_from([None, "FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=-1"])) if due_at else None
    return {
        "id": str(draw(st.uuids())),
        "title": draw(WORDS.map(str.strip).filter(bool)),
        "notes": draw(WORDS),
        "status": Status.COMPLETED if completed_at else Status.OPEN,
        "priority": draw(st.sampled_from(Priority)),
        "tags": draw(st.lists(TAGS, max_size=5, unique=True)),
        "due_at": due_at,
        "due_has_time": due_at is not None and draw(st.booleans()),
        "time_zone": draw(st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"])),
        "reminders": sorted(draw(st.sets(INSTANTS, max_size=3))),
        "rrule": rule,
        "recurrence_mode": draw(st.sampled_from(RecurrenceMode)),
        "recurrence_start": draw(INSTANTS) if rule else None,
        "scheduled_at": draw(INSTANTS) if rule else None,
        "series_id": str(draw(st.uuids())) if rule else None,
        "occurrence": draw(st.integers(0, 1000)),
        "completed_at": completed_at,
        "created_at": draw(INSTANTS),
    }


def _comparable(tasks: list[Json]) -> list[Json]:
    def canonical(value: Any) -> Any:
        if isinstance(value, list):
            return [canonical(item) for item in value]
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (TypeError, ValueError):
            return value

    found = [{name: canonical(value) for name, value in _without_ids(task).items()} for task in tasks]
    return sorted(found, key=repr)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tasks=st.lists(records(), max_size=6, unique_by=lambda task: task["id"]))
async def test_what_is_exported_is_imported_the_same(client: httpx.AsyncClient, tasks: list[Json]) -> None:
    there, back = await sign_up(client), await sign_up(client)

    assert set(outcomes(await import_(there, {"format": "todochat", "version": 1, "tasks": tasks}))) <= {"created"}
    first = await export(there)
    assert set(outcomes(await import_(back, first))) <= {"created"}
    second = await export(back)

    assert _comparable(first["tasks"]) == _comparable(tasks)
    assert _comparable(second["tasks"]) == _comparable(tasks)
    assert set(outcomes(await import_(there, first))) <= {"unchanged"}
    assert set(outcomes(await import_(back, first))) <= {"unchanged"}, "by the ids that they had elsewhere"
    assert (await export(back))["tasks"] == second["tasks"]


async def test_import_twice_is_import_once(alice: httpx.AsyncClient) -> None:
    file = document({"id": str(uuid4()), "title": "Buy milk"})

    first, second = await import_(alice, file), await import_(alice, file)

    assert (outcomes(first), outcomes(second)) == (["created"], ["unchanged"])
    assert await titles(alice) == ["Buy milk"]


async def test_two_imports_at_once_are_import_once(alice: httpx.AsyncClient) -> None:
    file = document(*({"id": str(uuid4()), "title": f"Task {number}"} for number in range(20)))

    reports = await asyncio.gather(*(import_(alice, file) for _ in range(3)))

    assert sorted(report["created"] for report in reports) == [0, 0, 20]
    assert len(await titles(alice)) == 20


async def test_what_was_changed_since_stays_and_what_was_deleted_comes_back(alice: httpx.AsyncClient) -> None:
    kept = await create(alice, "Kept")
    deleted = await create(
        alice, "Deleted", due_at="2099-01-01T09:00", tags=["x"], reminders=[{"minutes_before_due": 5}]
    )
    file = await export(alice)
    await alice.patch(f"/api/v1/tasks/{kept['id']}", json={"title": "Changed"})
    await alice.delete(f"/api/v1/tasks/{deleted['id']}")

    report = await import_(alice, file)

    assert outcomes(report) == ["unchanged", "restored"]
    assert (await get(alice, kept))["title"] == "Changed"
    back = await get(alice, deleted)
    assert (back["title"], back["tags"], back["due_at"]) == ("Deleted", ["x"], deleted["due_at"])
    assert [it["remind_at"] for it in back["reminders"]] == [it["remind_at"] for it in deleted["reminders"]]


async def test_one_undo_takes_an_import_back(alice: httpx.AsyncClient) -> None:
    deleted = await create(alice, "Deleted")
    file = await export(alice)
    await alice.delete(f"/api/v1/tasks/{deleted['id']}")
    file["tasks"] += document({"id": str(uuid4()), "title": "New"})["tasks"]
    assert outcomes(await import_(alice, file)) == ["restored", "created"]

    undone = await alice.post("/api/v1/tasks/undo")

    assert len(undone.json()["removed"]) == 2
    assert await titles(alice) == []


async def test_import_is_told_as_any_other_change(
    alice: httpx.AsyncClient,
    events: Events,  # noqa: F811
) -> None:
    past, future = datetime.now(UTC) - timedelta(days=300), datetime.now(UTC) + timedelta(days=1)
    await import_(
        alice,
        document(
            {
                "id": str(uuid4()),
                "title": "Open",
                "due_at": future.isoformat(),
                "due_has_time": True,
                "reminders": [past.isoformat(), future.isoformat()],
            },
            {"id": str(uuid4()), "title": "Done", "status": "completed", "completed_at": past.isoformat()},
        ),
    )

    found = await events()

    assert [(event.type, event.data["title"]) for event in found] == [
        ("task.created", "Open"),
        ("task.created", "Done"),
        ("task.completed", "Done"),
    ]
    [reminder] = found[0].data["reminders"]
    assert datetime.fromisoformat(reminder["remind_at"]) == future, "a reminder of the past must not ring now"


async def test_completed_task_of_a_series_asks_for_no_other_one(
    alice: httpx.AsyncClient,
    bob: httpx.AsyncClient,
    events: Events,  # noqa: F811
) -> None:
    """Its next one is in the file, or was deleted."""
    task = await create(alice, "Series", due_at="2026-01-05", rrule="FREQ=WEEKLY")
    await act(alice, task, "complete")
    file = await export(alice)
    await events()

    await import_(bob, file)

    assert [event.type for event in await events()] == ["task.created"]


async def test_series_stays_one_in_another_account(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    task = await create(alice, "Series", due_at="2026-01-05", rrule="FREQ=WEEKLY")
    me = (await alice.get("/api/v1/users/me")).json()["id"]
    await act(alice, task, "complete")
    await client.post(f"/internal/tasks/{task['id']}/next-occurrence", json={"user_id": me})

    report = await import_(bob, await export(alice))

    assert outcomes(report) == ["created", "created"]
    theirs = (await export(bob))["tasks"]
    assert [it["occurrence"] for it in theirs] == [0, 1]
    assert len({it["series_id"] for it in theirs}) == 1
    assert theirs[0]["series_id"] != task["series_id"]


async def test_import_touches_nobody_else(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    task = await create(alice, "Alice's", due_at="2026-01-05", rrule="FREQ=WEEKLY")
    file = await export(alice)
    before = await get(alice, task)
    file["tasks"][0]["title"] = "Bob's"

    report = await import_(bob, file)

    assert outcomes(report) == ["created"], "nothing tells that there is such a task"
    assert await get(alice, task) == before
    [theirs] = (await export(bob))["tasks"]
    assert (theirs["title"], theirs["id"] == task["id"]) == ("Bob's", False)


GOOD = {"id": str(UUID(int=1)), "title": "Good"}
BAD: list[tuple[Any, str]] = [
    ({"id": str(UUID(int=2)), "title": ""}, "title"),
    ({"id": "x", "title": "Bad"}, "id"),
    ({"id": str(UUID(int=2)), "title": "Bad", "due_at": "2026-12-24"}, "due_at"),
    ({"id": str(UUID(int=2)), "title": "Bad", "due_at": "9999-12-31T23:59:59-12:00"}, "due_at"),
    ({"id": str(UUID(int=2)), "title": "Bad", "due_has_time": True}, "due_has_time"),
    ({"id": str(UUID(int=2)), "title": "Bad", "status": "completed"}, "completed_at"),
    ({"id": str(UUID(int=2)), "title": "Bad", "rrule": "FREQ=DAILY"}, "rrule"),
    ({"id": str(UUID(int=2)), "title": "Bad", "rrule": "FREQ=SECONDLY"}, "rrule"),
    ({"id": str(UUID(int=2)), "title": "Bad", "time_zone": "Mars/Olympus_Mons"}, "time_zone"),
    ({"id": str(UUID(int=2)), "title": "Bad", "notes": "a\0b"}, "notes"),
    ({"id": str(UUID(int=2)), "title": "Bad", "tags": ["x" * 51]}, "tags"),
    ({"id": str(UUID(int=2)), "title": "Bad", "occurrence": 2**40}, "occurrence"),
    ({**GOOD, "title": "Again"}, "twice"),
    ("text", ""),
    (None, ""),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
async def test_row_that_is_refused_says_why_and_keeps_the_others_out(
    alice: httpx.AsyncClient, bad: Any, reason: str
) -> None:
    file = document(GOOD, bad)

    report = await import_(alice, file)

    assert report["applied"] is False
    assert outcomes(report) == ["created", "refused"]
    assert report["rows"][1]["row"] == 2
    assert reason in report["rows"][1]["reason"]
    assert await titles(alice) == []

    report = await import_(alice, file, mode="valid")

    assert (report["applied"], report["created"], report["refused"]) == (True, 1, 1)
    assert await titles(alice) == ["Good"]


async def test_check_changes_nothing(alice: httpx.AsyncClient, database: Database) -> None:
    report = await import_(alice, document(GOOD), mode="check")

    assert (report["applied"], report["created"], report["source"]) == (False, 1, "todochat")
    assert await titles(alice) == []
    async with database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM outbox")).scalar_one() == 0


async def test_occurrence_that_the_series_has_already_is_refused(alice: httpx.AsyncClient) -> None:
    await create(alice, "Series", due_at="2026-01-05", rrule="FREQ=WEEKLY")
    file = await export(alice)
    file["tasks"][0]["id"] = str(uuid4())

    report = await import_(alice, file)

    assert report["rows"][0] == {
        "row": 1,
        "title": "Series",
        "outcome": "refused",
        "reason": "its series has this occurrence already",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"format": "other", "version": 1, "tasks": []}',
        b'{"format": "todochat", "version": 2, "tasks": []}',
        b'{"format": "todochat", "version": 1, "tasks": {}}',
        b'{"format": "todochat", "version": 1}',
        b"title;status\nx;y\n",
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n",
        b'TYPE,CONTENT\n"' + b"x" * 200_000,
    ],
)
async def test_file_that_is_no_export_is_refused_as_a_whole(alice: httpx.AsyncClient, content: bytes) -> None:
    response = await alice.post(URL, content=content)

    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["field"] == "file"


async def test_size_is_limited(alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    response = await alice.post(URL, content=b" " * (reading.MAX_BYTES + 1))
    assert (response.status_code, response.headers["content-type"]) == (413, "application/problem+json")

    monkeypatch.setattr(reading, "MAX_TASKS", 1)
    response = await alice.post(URL, content=json.dumps(document(GOOD, GOOD)))
    assert response.status_code == 422
    assert "more than 1 tasks" in response.json()["detail"]


async def test_nobody_imports_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, content=json.dumps(document(GOOD)))).status_code == 401


class TestTodoist:
    HEADER = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE"

    def file(self, *lines: str) -> str:
        return "\ufeff" + "\r\n".join([self.HEADER, *lines, ""])

    async def test_tasks_are_taken_with_what_belongs_to_them(self, alice: httpx.AsyncClient) -> None:
        report = await import_(
            alice,
            self.file(
                "task,Buy @errands milk @Home,Two litres,1,1,Ada (1),,2026-12-24,en,Europe/Berlin",
                "note,the green one,,,,,,,,",
                ",,,,,,,,,",
                "section,Work,,,,,,,,",
                "task,Report,,4,1,Ada (1),,every monday at 9:00,en,America/New_York",
                'task,"Sub-task, really",,2,2,Ada (1),,,,',
            ),
        )

        assert (report["source"], outcomes(report)) == ("todoist", ["created"] * 3)
        assert [row["row"] for row in report["rows"]] == [2, 6, 7]
        milk, task, sub = (await export(alice))["tasks"]
        assert (milk["title"], milk["tags"], milk["priority"]) == ("Buy milk", ["errands", "home"], "urgent")
        assert (milk["notes"], milk["due_has_time"]) == ("Two litres\n\nthe green one", False)
        assert datetime.fromisoformat(milk["due_at"]) == datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)
        assert (task["tags"], task["priority"], task["rrule"]) == (["work"], "medium", "FREQ=WEEKLY;BYDAY=MO")
        due = datetime.fromisoformat(task["due_at"]).astimezone(ZoneInfo("America/New_York"))
        assert (due.isoweekday(), due.hour, task["time_zone"]) == (1, 9, "America/New_York")
        assert (sub["title"], sub["tags"], sub["priority"]) == ("Sub-task, really", ["work"], "high")

    async def test_date_that_is_not_understood_is_kept_in_the_notes(self, alice: httpx.AsyncClient) -> None:
        report = await import_(alice, self.file("task,Buy milk,,4,1,,,chaque lundi,fr,"))

        assert outcomes(report) == ["created"]
        assert "chaque lundi" in report["rows"][0]["reason"]
        [task] = (await export(alice))["tasks"]
        assert (task["notes"], task["due_at"]) == ("chaque lundi", None)

    async def test_same_file_again_changes_nothing_and_equal_tasks_are_two(self, alice: httpx.AsyncClient) -> None:
        file = self.file("task,Buy milk,,4,1,,,,,", "task,Buy milk,,4,1,,,,,")

        assert outcomes(await import_(alice, file)) == ["created", "created"]
        assert outcomes(await import_(alice, file)) == ["unchanged", "unchanged"]

    async def test_task_without_a_title_is_refused(self, alice: httpx.AsyncClient) -> None:
        report = await import_(alice, self.file("task,@label,,4,1,,,,,"))

        assert report["rows"][0]["reason"].startswith("title: ")
