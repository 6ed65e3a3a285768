"""Consumers in this process, on a real database, with a stand-in for their sidecar."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from app.core.database import Database
from app.core.secrets import Secrets
from app.core.settings import Settings, get_settings
from app.events.models import OutboxEvent
from app.events.schemas import Topic
from tests.support.events import cloud_event
from tests.support.sidecar import FakeSidecar

TOKEN = "the app's token"


@dataclass
class Consumer:
    """A running consumer, as its sidecar sees it."""

    app: FastAPI
    http: httpx.AsyncClient

    async def deliver(self, topic: Topic, event: Any) -> tuple[int, str]:
        """Deliver an event: (HTTP status, status of the event)."""
        body = {"json": event} if isinstance(event, dict) else {"content": event}
        response = await self.http.post(f"/events/{topic}", **body)
        return response.status_code, response.json()["status"]

    async def handle(self, type_: str, data: Any, **changes: Any) -> dict[str, Any]:
        """Deliver an event that must succeed; the event."""
        event = cloud_event(type_, data, **changes)
        topic = Topic.REMINDERS if type_.startswith("reminder.") else Topic.TASK_EVENTS
        assert await self.deliver(topic, event) == (200, "SUCCESS")
        return event


Start = Callable[..., AbstractAsyncContextManager[Consumer]]


@pytest.fixture
def start_consumer(
    sidecar: FakeSidecar, database_url: str, jwt_private_key: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Start a consumer by its app id and module; more keyword arguments are settings."""
    (tmp_path / "app-token").write_text(TOKEN)

    @asynccontextmanager
    async def start(app_id: str, module: Any, **changes: Any) -> AsyncIterator[Consumer]:
        monkeypatch.setenv("TODO_APP_ID", app_id)
        get_settings.cache_clear()
        settings = Settings(
            app_id=app_id,
            DAPR_HTTP_PORT=sidecar.port,
            app_api_token_file=tmp_path / "app-token",
            relay_enabled=False,
            database_pool_size=5,
            **changes,
        )
        app = module.create_app(settings, Secrets(database_url=database_url, jwt_private_key=jwt_private_key))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", headers={"dapr-api-token": TOKEN}
            ) as client,
        ):
            yield Consumer(app, client)

    yield start
    get_settings.cache_clear()


async def recorded(database: Database) -> list[OutboxEvent]:
    """The outbox, in order."""
    async with database.transaction() as session:
        return list((await session.execute(select(OutboxEvent).order_by(col(OutboxEvent.seq)))).scalars())
