"""Everything of a user's, and of nobody else's, in three formats."""

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from app.transfer import exports
from tests.tasks.conftest import act, create
from tests.transfer.conftest import export

URL = "/api/v1/export"


async def _notify(client: httpx.AsyncClient, user: httpx.AsyncClient, title: str) -> None:
    me = (await user.get("/api/v1/users/me")).json()["id"]
    body = {"event_id": str(uuid4()), "user_id": me, "title": title}
    assert (await client.post("/internal/notifications", json=body)).status_code == 200


async def test_export_has_everything_of_its_user_and_of_no_other(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await create(alice, "Buy milk", notes="Two litres", tags=["errands"], due_at="2026-12-24")
    await create(bob, "Bob's secret")
    deleted = await create(alice, "Gone")
    await alice.delete(f"/api/v1/tasks/{deleted['id']}")
    await _notify(client, alice, "Call the dentist")
    await _notify(client, bob, "Bob's notice")
    await alice.post("/api/v1/chat/messages", json={"text": "hello"}, headers={"Accept": "application/json"})

    response = await alice.get(URL)

    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"].startswith('attachment; filename="todo-chat-')
    found = response.json()
    assert (found["format"], found["version"]) == ("todochat", 1)
    assert found["account"]["email"] == "alice@example.com"
    assert [task["title"] for task in found["tasks"]] == ["Buy milk"]
    assert [notification["title"] for notification in found["notifications"]] == ["Call the dentist"]
    [conversation] = found["conversations"]
    assert "hello" in [message["text"] for message in conversation["messages"]]
    assert "Bob" not in response.text


async def test_export_tells_no_secret(alice: httpx.AsyncClient) -> None:
    webhook = await alice.patch("/api/v1/users/me", json={"webhook_url": "https://hooks.example.com/1"})
    token = (await alice.post("/api/v1/tokens", json={"name": "laptop"})).json()["token"]
    feed = (await alice.post("/api/v1/calendar-feed")).json()["url"]

    text = (await alice.get(URL)).text

    for secret in (webhook.json()["webhook_secret"], token, feed.partition("token=")[2], "password", "argon2"):
        assert secret not in text


async def test_long_exports_come_page_by_page(alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    for number in range(5):
        await create(alice, f"Task {number}")

    assert [task["title"] for task in (await export(alice))["tasks"]] == [f"Task {number}" for number in range(5)]
    rows = list(
        csv.DictReader(io.StringIO((await alice.get(URL, params={"format": "csv"})).content.decode("utf-8-sig")))
    )
    assert [row["title"] for row in rows] == [f"Task {number}" for number in range(5)]


async def test_csv_is_for_a_spreadsheet(alice: httpx.AsyncClient) -> None:
    await create(alice, '=HYPERLINK("x")', notes="first\nsecond, third", tags=["a", "b"], due_at="2026-12-24T18:00")
    done = await create(alice, "Done", due_at="2026-12-24")
    await act(alice, done, "complete")

    response = await alice.get(URL, params={"format": "csv"})

    assert response.content.startswith(b"\xef\xbb\xbf"), "Excel reads anything else as Windows-1252"
    first, second = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert first["title"] == '\'=HYPERLINK("x")', "a spreadsheet would run it"
    assert (first["due"], first["tags"], first["notes"]) == ("2026-12-24 18:00", "a, b", "first\nsecond, third")
    assert (second["status"], second["due"]) == ("completed", "2026-12-24")
    assert second["completed"]


async def test_icalendar_file_has_to_dos(alice: httpx.AsyncClient) -> None:
    await create(
        alice,
        "Meet, Ada; at\nthe café",
        priority="urgent",
        due_at="2099-12-24T18:00",
        tags=["friends"],
        rrule="FREQ=WEEKLY;UNTIL=21000101",
        reminders=[{"minutes_before_due": 10}],
    )
    done = await create(alice, "Done", due_at="2026-12-24")
    await act(alice, done, "complete")

    response = await alice.get(URL, params={"format": "ics"})

    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    meeting, finished = calendar.todos
    assert (meeting["SUMMARY"], meeting["PRIORITY"], meeting["STATUS"]) == (
        "Meet, Ada; at\nthe café",
        1,
        "NEEDS-ACTION",
    )
    assert meeting.decoded("DUE") == datetime(2099, 12, 24, 17, tzinfo=UTC)
    assert meeting["DUE"].params["TZID"] == "Europe/Berlin"
    assert meeting["RRULE"]["UNTIL"] == [datetime(2100, 1, 1, 22, 59, 59, tzinfo=UTC)]
    [alarm] = meeting.subcomponents
    assert alarm.decoded("TRIGGER") == datetime(2099, 12, 24, 16, 50, tzinfo=UTC)
    assert finished["STATUS"] == "COMPLETED"
    assert str(finished.decoded("DUE")) == "2026-12-24"


async def test_unknown_format_is_named(alice: httpx.AsyncClient) -> None:
    response = await alice.get(URL, params={"format": "xml"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "format"


async def test_nobody_gets_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get(URL)).status_code == 401
