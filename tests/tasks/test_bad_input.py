"""Wrong input gets problem details that name the field and the reason, and never a 500."""

import base64
import json
from uuid import uuid4

import httpx
import pytest

from tests.tasks.conftest import Events, Json, create, problem, titles, wrong_field

DUE = "2026-12-24T18:00"


WRONG_FIELDS: list[tuple[Json, str, str]] = [
    ({"title": "x" * 10_000}, "title", "at most 500 characters"),
    ({"title": "x" * 501}, "title", "at most 500 characters"),
    ({"title": ""}, "title", "at least 1 character"),
    ({"title": " \t\n "}, "title", "at least 1 character"),
    ({"title": None}, "title", "valid string"),
    ({"title": 5}, "title", "valid string"),
    ({"title": "a\0b"}, "title", "NUL"),
    ({"title": "\ud800"}, "title", "unicode"),
    ({"notes": "x" * 20_001}, "notes", "at most 20000 characters"),
    ({"notes": "a\0b"}, "notes", "NUL"),
    ({"priority": "highest"}, "priority", "'low', 'medium', 'high' or 'urgent'"),
    ({"priority": 2}, "priority", "'low', 'medium', 'high' or 'urgent'"),
    ({"tags": "errands"}, "tags", "valid list"),
    ({"tags": [f"t{n}" for n in range(21)]}, "tags", "20 tags at most"),
    ({"tags": ["ok", "x" * 51]}, "tags.1", "1 to 50 characters"),
    ({"tags": ["ß" * 26]}, "tags.0", "1 to 50 characters"),
    ({"tags": [" # "]}, "tags.0", "1 to 50 characters"),
    ({"tags": ["a\0b"]}, "tags.0", "NUL"),
    ({"due_at": "tomorrow"}, "due_at", "ISO 8601"),
    ({"due_at": "2026-02-30"}, "due_at", "not a date of the calendar"),
    ({"due_at": "2026-02-28T24:30"}, "due_at", "not a date of the calendar"),
    ({"due_at": "2026-02-28T10:30+99:00"}, "due_at", "not a date of the calendar"),
    ({"due_at": "9999-12-31T23:59:59-12:00"}, "due_at", "1900 to 8999"),
    ({"due_at": "9999-12-31"}, "due_at", "1900 to 8999"),
    ({"due_at": "9000-01-01"}, "due_at", "1900 to 8999"),
    ({"due_at": "0001-01-01T00:00:00+14:00"}, "due_at", "1900 to 8999"),
    ({"due_at": 1_800_000_000}, "due_at", "ISO 8601"),
    ({"due_at": "٢٠٢٦-12-24"}, "due_at", "ISO 8601"),
    ({"due_at": DUE + "\0"}, "due_at", "ISO 8601"),
    ({"due_at": ["2026-12-24"]}, "due_at", "ISO 8601"),
    ({"reminders": [{"minutes_before_due": 10}]}, "reminders", "needs a due date"),
    ({"due_at": DUE, "reminders": [{"minutes_before_due": -1}]}, "reminders.0", "greater than or equal to 0"),
    ({"due_at": DUE, "reminders": [{"minutes_before_due": 10**9}]}, "reminders.0", "less than or equal to"),
    ({"due_at": DUE, "reminders": [{"hours": 1}]}, "reminders.0", "required"),
    ({"reminders": ["2026-12-24"]}, "reminders.0", "needs a time"),
    ({"reminders": [10]}, "reminders.0", "ISO 8601"),
    ({"reminders": [f"2026-12-24T10:{minute:02}" for minute in range(21)]}, "reminders", "at most 20"),
    ({"recurrence_mode": "sometimes"}, "recurrence_mode", "'due' or 'completion'"),
    ({"colour": "red"}, "colour", "not permitted"),
    ({"user_id": str(uuid4())}, "user_id", "not permitted"),
]


async def test_a_wrong_task_is_refused(alice: httpx.AsyncClient, events: Events, subtests: pytest.Subtests) -> None:
    headers = {"Content-Type": "application/json"}
    task = await create(alice, "As it was")
    await events()
    for fields, field, reason in WRONG_FIELDS:
        # By hand, because httpx's own JSON refuses what a hostile client may send.
        body = json.dumps({"title": "Buy milk", **fields}).encode()
        with subtests.test(fields=fields):
            created = await alice.post("/api/v1/tasks", content=body, headers=headers)
            updated = await alice.patch(f"/api/v1/tasks/{task['id']}", content=body, headers=headers)

            wrong, why = wrong_field(created)
            assert wrong.removesuffix(".relative.minutes_before_due").removesuffix(".absolute") == field
            assert reason in why
            assert wrong_field(updated)[0] == wrong

    assert await titles(alice) == ["As it was"]
    assert await events() == []


WRONG_RULES = [
    ("FREQ=SECONDLY", "too often"),
    ("FREQ=MINUTELY;INTERVAL=90", "too often"),
    ("FREQ=DAILY;BYMINUTE=0,30", "too often"),
    ("FREQ=DAILY;BYSECOND=0", "not supported"),
    ("FREQ=FORTNIGHTLY", "FREQ must be one of"),
    ("BYDAY=MO", "FREQ must be one of"),
    ("every day", "NAME=VALUE"),
    ("", "NAME=VALUE"),
    ("FREQ=DAILY\0", "FREQ must be one of"),
    ("FREQ=DAILY;FREQ=WEEKLY", "FREQ twice"),
    ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "exclude each other"),
    ("FREQ=DAILY;COUNT=0", "COUNT must be a number from 1"),
    ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT must be a number from 1"),
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be a number from 1"),
    ("FREQ=DAILY;INTERVAL=1e3", "INTERVAL must be a number from 1"),
    ("FREQ=DAILY;UNTIL=20260230", "UNTIL must be a day"),
    ("FREQ=DAILY;UNTIL=99991231T235959Z", "years 1900 to 8999"),
    ("FREQ=DAILY;UNTIL=20200101", "UNTIL is before the due date"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "must not be 0"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY must be a number from -31 to 31"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY"),
    ("FREQ=WEEKLY;BYDAY=1MO", "positions in monthly and yearly rules"),
    ("FREQ=MONTHLY;BYDAY=0MO", "positions from 1 to 53"),
    ("FREQ=MONTHLY;BYDAY=XX", "BYDAY must be weekdays"),
    ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs"),
    ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO needs"),
    ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY does not go"),
    ("FREQ=DAILY;BYEASTER=0", "unknown or not supported"),
    ("FREQ=DAILY;DTSTART=20260101", "unknown or not supported"),
    ("FREQ=WEEKLY;WKST=1", "WKST must be a weekday"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no occurrence"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no occurrence"),
    ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "no occurrence"),
    ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11", "no occurrence"),
    ("FREQ=HOURLY;INTERVAL=2;BYHOUR=19", "no occurrence"),
    ("FREQ=HOURLY;INTERVAL=168;BYDAY=MO", "no occurrence"),
    ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "no occurrence"),
    ("FREQ=DAILY;BYHOUR=" + ",".join(["9"] * 300), "at most 500 characters"),
]


async def test_a_wrong_rule_is_refused(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for rrule, reason in WRONG_RULES:
        with subtests.test(rrule=rrule):
            response = await alice.post("/api/v1/tasks", json={"title": "Buy milk", "due_at": DUE, "rrule": rrule})

            field, why = wrong_field(response)
            assert field == "rrule"
            assert reason in why


async def test_a_rule_with_times_needs_a_due_time(alice: httpx.AsyncClient) -> None:
    for rrule in ("FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,17"):
        for due in ({"due_at": "2026-12-24"}, {}):
            response = await alice.post("/api/v1/tasks", json={"title": "Buy milk", "rrule": rrule, **due})

            assert wrong_field(response) == (
                "due_at",
                "an hourly rule, or one with BYHOUR or BYMINUTE, needs a due date with a time",
            )


async def test_a_recurring_task_cannot_lose_its_due_date(alice: httpx.AsyncClient) -> None:
    task = await create(alice, due_at=DUE, rrule="FREQ=DAILY")

    response = await alice.patch(f"/api/v1/tasks/{task['id']}", json={"due_at": None})

    assert wrong_field(response)[0] == "due_at"


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


WRONG_QUERIES: list[tuple[Json, str]] = [
    ({"cursor": "garbage!"}, "cursor"),
    ({"cursor": "😀"}, "cursor"),
    ({"cursor": "x" * 501}, "cursor"),
    ({"cursor": _cursor("x")}, "cursor"),
    ({"cursor": _cursor({"a": 1})}, "cursor"),
    ({"cursor": _cursor([])}, "cursor"),
    ({"cursor": _cursor(["created", True, "2026-01-01T00:00:00+00:00", "not an id"])}, "cursor"),
    ({"cursor": _cursor(["created", True, "2026-01-01T00:00:00+00:00", 5])}, "cursor"),
    ({"cursor": _cursor(["created", True, None, str(uuid4())])}, "cursor"),
    ({"cursor": _cursor(["created", True, 5, str(uuid4())])}, "cursor"),
    ({"cursor": _cursor(["created", True, "0001-01-01T00:00:00+14:00", str(uuid4())])}, "cursor"),
    ({"cursor": _cursor(["created", False, "2026-01-01T00:00:00+00:00", str(uuid4())])}, "cursor"),
    ({"cursor": _cursor(["due", True, "2026-01-01T00:00:00+00:00", str(uuid4())])}, "cursor"),
    ({"sort": "priority", "cursor": _cursor(["priority", True, 4, str(uuid4())])}, "cursor"),
    ({"sort": "priority", "cursor": _cursor(["priority", True, [1], str(uuid4())])}, "cursor"),
    ({"limit": "0"}, "limit"),
    ({"limit": "201"}, "limit"),
    ({"limit": "many"}, "limit"),
    ({"sort": "title"}, "sort"),
    ({"order": "up"}, "order"),
    ({"status": "deleted"}, "status"),
    ({"priority": ["low", "lowest"]}, "priority.1"),
    ({"tag": ""}, "tag.0"),
    ({"tag": "a\0b"}, "tag.0"),
    ({"due": "someday"}, "due"),
    ({"due_before": "soon"}, "due_before"),
    ({"due_after": "9999-12-31T23:59:59-12:00"}, "due_after"),
    ({"q": "x" * 201}, "q"),
    ({"q": "a\0b"}, "q"),
    ({"series_id": "1"}, "series_id"),
    ({"colour": "red"}, "colour"),
]


async def test_a_wrong_list_query_is_refused(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    for query, field in WRONG_QUERIES:
        with subtests.test(query=query):
            assert wrong_field(await alice.get("/api/v1/tasks", params=query))[0] == field


async def test_any_search_words_are_harmless(alice: httpx.AsyncClient) -> None:
    await create(alice)

    for q in (
        "'",
        '"',
        "'; drop table task; --x",
        "\\",
        "\\x",
        "'x",
        "a & b | !c <-> d:*",
        ":*",
        "(((",
        "-",
        "_",
        "or",
        "🎉",
    ):
        assert await titles(alice, q=q) == []


WRONG_BULKS: list[tuple[Json, str, str]] = [
    ({"action": "complete"}, "body", "exactly one of"),
    ({"action": "complete", "all": False}, "body", "exactly one of"),
    ({"action": "complete", "all": True, "ids": [str(uuid4())]}, "body", "exactly one of"),
    ({"action": "complete", "ids": []}, "ids", "at least 1"),
    ({"action": "complete", "ids": [str(uuid4())] * 501}, "ids", "at most 500"),
    ({"action": "complete", "ids": ["1"]}, "ids.0", "UUID"),
    ({"action": "delete", "filter": {}}, "filter", "all: true"),
    ({"action": "delete", "filter": {"q": "  ", "tag": [], "status": None}}, "filter", "all: true"),
    ({"action": "delete", "filter": {"colour": "red"}}, "filter.colour", "not permitted"),
    ({"action": "delete", "filter": {"sort": "due"}}, "filter.sort", "not permitted"),
    ({"action": "archive", "all": True}, "action", "'complete'"),
    ({"action": "update", "all": True}, "body", "changes: needed"),
    ({"action": "update", "all": True, "changes": {}}, "changes", "nothing to change"),
    ({"action": "update", "all": True, "changes": {"title": "x"}}, "changes.title", "not permitted"),
    ({"action": "delete", "all": True, "changes": {"priority": "low"}}, "body", "changes: needed"),
]


async def test_a_wrong_bulk_request_is_refused(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    await create(alice)
    for body, field, reason in WRONG_BULKS:
        with subtests.test(body=body):
            wrong, why = wrong_field(await alice.post("/api/v1/tasks/bulk", json=body))

            assert wrong == field
            assert reason in why
    assert await titles(alice, status="open") == ["Buy milk"]


async def test_a_body_that_is_no_task_is_refused(alice: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"title": }', b"[" * 5000):
        response = await alice.post("/api/v1/tasks", content=body, headers=headers)

        assert response.status_code in (400, 422), body
        problem(response, response.status_code)


async def test_an_id_that_is_none_is_refused(alice: httpx.AsyncClient) -> None:
    for task_id in ("1", "undo", "00000000-0000-0000-0000-00000000000g", "%00"):
        assert wrong_field(await alice.get(f"/api/v1/tasks/{task_id}"))[0] == "task_id"
