"""What the tests of the tasks domain share."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.core.database import Database
from app.events.models import OutboxEvent
from app.tasks import service

Json = dict[str, Any]
Events = Callable[[], Awaitable[list[OutboxEvent]]]


@pytest.fixture
def events(database: Database) -> Events:
    """Gives the events on `task-events` that were recorded since the last call, oldest first."""
    seen = 0

    async def new_events() -> list[OutboxEvent]:
        nonlocal seen
        async with database.transaction() as session:
            statement = select(OutboxEvent).where(col(OutboxEvent.topic) == "task-events", col(OutboxEvent.seq) > seen)
            found = list((await session.scalars(statement.order_by(col(OutboxEvent.seq)))).all())
        seen = max((event.seq or 0 for event in found), default=seen)
        return found

    return new_events


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Sets the service's clock to an instant in ISO 8601."""

    def set_clock(now: str) -> datetime:
        instant = datetime.fromisoformat(now)
        assert instant.tzinfo is not None
        monkeypatch.setattr(service, "utc_now", lambda: instant)
        return instant

    return set_clock


async def create(user: httpx.AsyncClient, title: str = "Buy milk", **fields: Any) -> Json:
    """A new task of the user."""
    response = await user.post("/api/v1/tasks", json={"title": title, **fields})
    assert response.status_code == 201, response.text
    task: Json = response.json()
    return task


async def get(user: httpx.AsyncClient, task: Json) -> Json:
    """The task as it stands now."""
    response = await user.get(f"/api/v1/tasks/{task['id']}")
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def change(user: httpx.AsyncClient, task: Json, **fields: Any) -> Json:
    """The task after a PATCH."""
    response = await user.patch(f"/api/v1/tasks/{task['id']}", json=fields)
    assert response.status_code == 200, response.text
    changed: Json = response.json()
    return changed


async def act(user: httpx.AsyncClient, task: Json, action: str) -> Json:
    """The task after `complete` or `reopen`."""
    response = await user.post(f"/api/v1/tasks/{task['id']}/{action}")
    assert response.status_code == 200, response.text
    changed: Json = response.json()
    return changed


async def titles(user: httpx.AsyncClient, **query: Any) -> list[str]:
    """The titles of a list."""
    response = await user.get("/api/v1/tasks", params=query)
    assert response.status_code == 200, response.text
    return [task["title"] for task in response.json()["items"]]


def problem(response: httpx.Response, status: int) -> Json:
    """The problem details of a refusal with this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    details: Json = response.json()
    assert details["status"] == status
    return details


def wrong_field(response: httpx.Response) -> tuple[str, str]:
    """Field and reason of a 422's first error."""
    error = problem(response, 422)["errors"][0]
    return error["field"], error["reason"]
