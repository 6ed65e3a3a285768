"""People who use the platform over HTTP, and their browsers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson

from tests.integration.apps import App


class Person(httpx.AsyncClient):
    """A signed-in user of one backend replica."""

    id: UUID

    async def create_task(self, title: str, **fields: Any) -> dict[str, Any]:
        answer = await self.post("/api/v1/tasks", json={"title": title, **fields})
        assert answer.status_code == 201, answer.text
        task: dict[str, Any] = answer.json()
        return task

    async def notifications(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get("/api/v1/notifications")).json()["items"]
        return items

    async def totals(self) -> dict[str, int]:
        """Of today's analytics; empty while it does not answer."""
        answer = await self.get("/api/v1/analytics")
        totals: dict[str, int] = answer.json()["totals"] if answer.status_code == 200 else {}
        return totals

    @asynccontextmanager
    async def browse(self, backend: App) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Data of the `task.sync` events that a browser at this replica gets from now on."""
        async with (
            httpx.AsyncClient(timeout=60) as browser,
            browser.stream("GET", f"{backend.url}/api/v1/sync", headers=dict(self.headers)) as response,
        ):
            assert response.status_code == 200
            lines = response.aiter_lines()
            async for line in lines:
                if line == "event: hello":
                    break

            async def events() -> AsyncIterator[dict[str, Any]]:
                name = ""
                async for line in lines:
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: ") and name == "task.sync":
                        yield orjson.loads(line.removeprefix("data: "))

            yield events()


@asynccontextmanager
async def sign_up(backend: App) -> AsyncIterator[Person]:
    """A new user."""
    async with Person(base_url=backend.url, timeout=30) as person:
        answer = await person.post(
            "/api/v1/auth/sign-up",
            json={"email": f"{uuid4().hex}@example.com", "password": "correct stable battery", "time_zone": "UTC"},
        )
        assert answer.status_code == 201, answer.text
        person.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        person.id = UUID((await person.get("/api/v1/users/me")).json()["id"])
        yield person


def soon(seconds: float) -> str:
    """The time so many seconds from now, in whole seconds."""
    instant = datetime.now(UTC) + timedelta(seconds=seconds)
    return instant.replace(microsecond=0).isoformat()
