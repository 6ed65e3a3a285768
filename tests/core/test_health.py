"""Health endpoints tell the truth, and no secrets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from app.core import health
from app.core.database import Database
from app.core.settings import Settings
from tests.support.ports import free_port


class Sidecar:
    """Answers every request with `answer`, or with nothing at all when that is None."""

    def __init__(self) -> None:
        self.answer: bytes | None = b"204 No Content"
        self.requested: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requested.append((await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0])
        if self.answer is None:
            await reader.read()
        else:
            writer.write(b"HTTP/1.1 " + self.answer + b"\r\nContent-Length: 0\r\n\r\n")
        writer.close()


@asynccontextmanager
async def _listening(handler: Sidecar) -> AsyncIterator[int]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def sidecar() -> Sidecar:
    return Sidecar()


@pytest.fixture
async def settings(settings: Settings, sidecar: Sidecar) -> AsyncIterator[Settings]:
    async with _listening(sidecar) as port:
        yield settings.model_copy(update={"dapr_http_port": port, "version": "1.2.3"})


async def test_ready_when_both_answer(client: httpx.AsyncClient, sidecar: Sidecar) -> None:
    response = await client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "version": "1.2.3",
        "checks": {"postgresql": {"state": "up", "reason": None}, "sidecar": {"state": "up", "reason": None}},
    }
    assert sidecar.requested == ["GET /v1.0/healthz/outbound HTTP/1.1"]


async def test_sidecar_that_is_not_ready(client: httpx.AsyncClient, sidecar: Sidecar) -> None:
    sidecar.answer = b"500 Internal Server Error"

    response = await client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {
        "postgresql": {"state": "up", "reason": None},
        "sidecar": {"state": "down", "reason": "HTTPStatusError"},
    }


async def test_sidecar_that_is_gone(client: httpx.AsyncClient, backend: FastAPI) -> None:
    backend.state.settings.dapr_http_port = free_port()

    response = await client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["sidecar"] == {"state": "down", "reason": "ConnectError"}


async def test_sidecar_that_hangs(client: httpx.AsyncClient, sidecar: Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_TIMEOUT_SECONDS", 0.5)
    sidecar.answer = None

    response = await client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["sidecar"] == {"state": "down", "reason": "no answer within 0.5 s"}


async def test_database_that_is_gone(client: httpx.AsyncClient, backend: FastAPI) -> None:
    gone = Database(f"postgresql://todo:s3cret@127.0.0.1:{free_port()}/todo")
    backend.state.database, own = gone, backend.state.database

    response = await client.get("/readyz")

    backend.state.database = own
    await gone.dispose()
    assert response.status_code == 503
    assert response.json()["checks"]["postgresql"]["state"] == "down"
    assert response.json()["checks"]["sidecar"]["state"] == "up"
    assert "s3cret" not in response.text
    assert "127.0.0.1" not in response.text


async def test_database_that_is_missing(client: httpx.AsyncClient, backend: FastAPI, postgres_url: str) -> None:
    missing = Database(f"{postgres_url}/no_such_database")
    backend.state.database, own = missing, backend.state.database

    response = await client.get("/readyz")

    backend.state.database = own
    await missing.dispose()
    assert response.status_code == 503
    assert response.json()["checks"]["postgresql"]["state"] == "down"
    assert "no_such_database" not in response.text


async def test_alive_without_any_dependency() -> None:
    application = FastAPI()
    application.include_router(health.router)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://any") as client:
        response = await client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"alive": True}


async def test_consumers_have_the_same_endpoints(database: Database, settings: Settings) -> None:
    consumer = FastAPI()
    consumer.include_router(health.router)
    consumer.state.database, consumer.state.settings = database, settings

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=consumer), base_url="http://consumer") as client:
        assert (await client.get("/readyz")).status_code == 200
