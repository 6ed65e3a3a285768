"""The calendar feed: a secret address for programs that cannot sign in."""

from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import httpx
import pytest
from icalendar import Calendar, Event

from app.core.database import Database
from tests.tasks.conftest import Json, act, create

URL = "/api/v1/calendar-feed"


async def _open(user: httpx.AsyncClient) -> str:
    response = await user.post(URL)
    assert response.status_code == 201, response.text
    url: str = response.json()["url"]
    return url


async def _events(client: httpx.AsyncClient, url: str) -> list[Event]:
    response = await client.get(url)
    assert response.status_code == 200, response.text
    return list(Calendar.from_ical(response.content).events)


async def test_feed_has_the_open_tasks_that_have_a_date(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await create(alice, "Day", due_at="2026-12-24")
    timed = await create(alice, "Time", due_at="2026-12-25T18:00", notes="At the café")
    await create(alice, "Some day")
    await act(alice, await create(alice, "Done", due_at="2026-12-24"), "complete")
    await create(bob, "Bob's", due_at="2026-12-24")

    day, time = await _events(client, await _open(alice))

    assert (day["SUMMARY"], day.start, day.end) == ("Day", date(2026, 12, 24), date(2026, 12, 25))
    assert (time["SUMMARY"], time["DESCRIPTION"], time["UID"]) == ("Time", "At the café", timed["id"])
    assert time.start == datetime(2026, 12, 25, 17, tzinfo=UTC)
    assert time["TRANSP"] == "TRANSPARENT"


async def test_address_is_one_that_calendar_programs_know(alice: httpx.AsyncClient) -> None:
    address = urlsplit(await _open(alice))

    assert PurePosixPath(address.path).suffix == ".ics"
    assert f"{address.scheme}://{address.netloc}" == "http://localhost:8080"


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ({"due_at": "2026-12-21T09:00", "rrule": "FREQ=WEEKLY;BYDAY=MO"}, {"FREQ": ["WEEKLY"], "BYDAY": ["MO"]}),
        ({"due_at": "2026-12-21", "rrule": "FREQ=DAILY;COUNT=3"}, {"FREQ": ["DAILY"], "COUNT": [3]}),
        (
            {"due_at": "2026-12-21", "rrule": "FREQ=DAILY;UNTIL=20270101T225959Z"},
            {"FREQ": ["DAILY"], "UNTIL": [date(2027, 1, 1)]},
        ),
        (
            {"due_at": "2026-12-21T09:00", "rrule": "FREQ=DAILY;UNTIL=20270101"},
            {"FREQ": ["DAILY"], "UNTIL": [datetime(2027, 1, 1, 22, 59, 59, tzinfo=UTC)]},
        ),
        ({"due_at": "2026-12-21", "rrule": "FREQ=DAILY", "recurrence_mode": "completion"}, None),
    ],
)
async def test_series_goes_on_as_far_as_it_is_known(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, series: Json, expected: Json | None
) -> None:
    await create(alice, "Series", **series)

    [event] = await _events(client, await _open(alice))

    assert event.get("RRULE") == expected


async def test_count_is_what_is_left(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    task = await create(alice, "Series", due_at="2026-12-21", rrule="FREQ=DAILY;COUNT=3")
    me = (await alice.get("/api/v1/users/me")).json()["id"]
    await act(alice, task, "complete")
    await client.post(f"/internal/tasks/{task['id']}/next-occurrence", json={"user_id": me})

    [event] = await _events(client, await _open(alice))

    assert event["RRULE"]["COUNT"] == [2]


async def test_new_address_ends_the_earlier_one(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    first, second = await _open(alice), await _open(alice)

    assert (await client.get(first)).status_code == 404
    assert (await client.get(second)).status_code == 200


async def test_revoked_address_is_gone(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    url = await _open(alice)

    assert (await alice.delete(URL)).status_code == 204

    assert (await client.get(url)).status_code == 404
    assert (await alice.get(URL)).json() == {"feed": None}
    assert (await alice.delete(URL)).status_code == 404


async def test_secret_is_stored_as_a_hash_and_use_is_noted(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient, database: Database
) -> None:
    token = (await _open(alice)).partition("token=")[2]
    assert (await alice.get(URL)).json()["feed"]["last_used_at"] is None

    await client.get("/api/v1/calendar.ics", params={"token": token})

    assert (await alice.get(URL)).json()["feed"]["last_used_at"] is not None
    assert (await bob.get(URL)).json() == {"feed": None}
    async with database.engine.connect() as connection:
        stored = (await connection.exec_driver_sql("SELECT calendar_feed::text FROM calendar_feed")).scalar_one()
    assert token not in stored


@pytest.mark.parametrize("token", ["", "x", "\0", "ü" * 150])
async def test_guessed_token_is_not_found(client: httpx.AsyncClient, token: str) -> None:
    assert (await client.get("/api/v1/calendar.ics", params={"token": token})).status_code == 404


async def test_api_token_may_not_open_or_close_a_feed(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    token = (await alice.post("/api/v1/tokens", json={"name": "laptop"})).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    assert (await client.post(URL, headers=headers)).status_code == 403
    assert (await client.delete(URL, headers=headers)).status_code == 403
