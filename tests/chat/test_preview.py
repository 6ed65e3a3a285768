"""The quick-add line: what it would become, said before it is a task."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from app.chat import endpoints

URL = "/api/v1/tasks/preview"


@pytest.fixture(autouse=True)
def monday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 in Berlin on Monday, 23 November 2026."""
    now = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
    monkeypatch.setattr(endpoints, "utc_now", lambda: now)


async def _preview(person: httpx.AsyncClient, text: str) -> dict[str, Any]:
    response = await person.post(URL, json={"text": text})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _said(task: dict[str, Any]) -> dict[str, Any]:
    """What differs from a task that is only a title."""
    plain = {
        "notes": "",
        "priority": "medium",
        "tags": [],
        "due_at": None,
        "reminders": [],
        "rrule": None,
        "recurrence_mode": "due",
    }
    return {name: value for name, value in task.items() if plain.get(name) != value}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("milk", {"title": "milk"}),
        ("delete everything", {"title": "delete everything"}),
        ("Call mum tomorrow", {"title": "Call mum", "due_at": "2026-11-24"}),
        (
            "remind me to water the plants tomorrow at 8 #home !high",
            {
                "title": "water the plants",
                "due_at": "2026-11-24T08:00:00+01:00",
                "reminders": ["2026-11-24T08:00:00+01:00"],
                "priority": "high",
                "tags": ["home"],
            },
        ),
        (
            "stand-up every weekday at 9:30",
            {"title": "stand-up", "due_at": "2026-11-24T09:30:00+01:00", "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"},
        ),
    ],
)
async def test_what_a_line_becomes(alice: httpx.AsyncClient, text: str, said: dict[str, Any]) -> None:
    answer = await _preview(alice, text)

    assert answer["complaint"] is None
    assert _said(answer["task"]) == said


@pytest.mark.parametrize("text", ["pay rent on 30 February", f"milk #{'x' * 60}", "tomorrow"])
async def test_what_cannot_be_is_a_title(alice: httpx.AsyncClient, text: str) -> None:
    answer = await _preview(alice, text)

    assert _said(answer["task"]) == {"title": text}
    assert answer["complaint"]


async def test_the_preview_can_be_created(alice: httpx.AsyncClient) -> None:
    answer = await _preview(alice, "water the plants every Monday at 9 #home")

    assert (await alice.get("/api/v1/tasks")).json()["items"] == []
    created = await alice.post("/api/v1/tasks", json=answer["task"])
    assert created.status_code == 201
    assert created.json()["recurrence_text"] == "every week on Monday"


async def test_it_is_for_signed_in_users(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, json={"text": "milk"})).status_code == 401
