"""Event streams over a real socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.core.database import Database
from tests.support.events import cloud_event, record_sync, sync_data
from tests.support.serving import serve


@dataclass
class Event:
    """A server-sent event."""

    name: str = "message"
    id: str | None = None
    data: Any = None


@dataclass
class Stream:
    """An open event stream."""

    response: httpx.Response
    _lines: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = self.response.aiter_lines()

    async def next(self) -> Event | None:
        """The next event; None at the end of the stream."""
        event, empty = Event(), True
        async for line in self._lines:
            name, _, value = line.partition(": ")
            match name:
                case "event":
                    event.name = value
                case "id":
                    event.id = value
                case "data":
                    event.data = orjson.loads(value)
                case "" if not empty:
                    return event
                case _:
                    continue
            empty = False
        return None


Open = Callable[..., AbstractAsyncContextManager[Stream]]


@pytest.fixture
async def server(backend: FastAPI) -> AsyncIterator[str]:
    async with serve(backend) as url:
        yield url


@pytest.fixture
def open_stream(server: str) -> Open:
    """Open a stream as the user of an authenticated client: `open_stream(alice, cursor=3)`."""

    @asynccontextmanager
    async def open_(client: httpx.AsyncClient, cursor: object = None, **headers: str) -> AsyncIterator[Stream]:
        own = {"Authorization": client.headers["Authorization"], **headers}
        if cursor is not None:
            own["Last-Event-ID"] = str(cursor)
        async with (
            httpx.AsyncClient(timeout=10) as browser,
            browser.stream("GET", f"{server}/api/v1/sync", headers=own) as response,
        ):
            yield Stream(response)

    return open_


async def id_of(client: httpx.AsyncClient) -> UUID:
    return UUID((await client.get("/api/v1/users/me")).json()["id"])


async def deliver(client: httpx.AsyncClient, user_id: UUID, position: int, **changes: Any) -> None:
    """Have the sidecar deliver a task.sync event to the backend."""
    event = cloud_event("task.sync", sync_data(user_id, **changes), sequence=str(position))
    response = await client.post("/events/task-updates-fanout", json=event)
    assert response.json() == {"status": "SUCCESS"}


async def publish(database: Database, *user_ids: UUID) -> list[int]:
    """Put events into the outbox as if a relay had published them; their positions."""
    await record_sync(database, *user_ids)
    async with database.transaction() as session:
        statement = "SELECT seq FROM outbox WHERE position IS NULL AND topic = 'task-updates' ORDER BY seq"
        rows = (await session.execute(text(statement))).scalars().all()
        update = text(
            "UPDATE outbox SET position = nextval('outbox_position'), published_at = now() WHERE seq = :seq"
            " RETURNING position"
        )
        return [(await session.execute(update, {"seq": seq})).scalar_one() for seq in rows]
