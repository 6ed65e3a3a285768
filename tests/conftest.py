"""Fixtures that every test may use: a real PostgreSQL with the real migrations, and the backend on top of it."""

import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import hypothesis
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI

from app.core.database import Database
from app.core.migrate import migrate
from app.core.secrets import Secrets
from app.core.settings import Settings
from app.main import create_app
from tests.support.lifespan import running
from tests.support.postgres import start_postgres
from tests.support.sidecar import FakeSidecar, fake_sidecar
from tests.support.users import sign_up

ROOT = Path(__file__).parents[1]

# The same examples on every machine: new ones are for who looks for them, with `--hypothesis-seed`.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """structlog's own default draws tracebacks with every local variable, which takes minutes for deep ones."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
def helm() -> str:
    """A helm of the version that `make` takes."""
    makefile = (ROOT / "Makefile").read_text()
    version = next(line.split(":=")[1].strip() for line in makefile.splitlines() if line.startswith("HELM_VERSION"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todochat"
    command = [ROOT / "scripts" / "helm", version, cache]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The superuser's URL of a server of this test worker's own; add `/<database>`."""
    # Not below pytest's folder: each start of pytest closes that to other users, and the server may run as one.
    with tempfile.TemporaryDirectory(prefix="todochat-postgres-") as directory, start_postgres(Path(directory)) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> str:
    """A migrated database's name; each test gets a copy of it."""
    migrate(f"{postgres_url}/template1")
    return "template1"


@pytest.fixture
async def database_url(postgres_url: str, migrated_template: str) -> AsyncIterator[str]:
    """A fresh, migrated, empty database for one test."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(f"{postgres_url}/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated_template}" STRATEGY wal_log')
        yield f"{postgres_url}/{name}"
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, pool_size=5)
    yield database
    await database.dispose()


@pytest.fixture(scope="session")
def jwt_private_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
async def sidecar() -> AsyncIterator[FakeSidecar]:
    """A sidecar that answers what the test tells it to; `DAPR_HTTP_PORT` of the settings leads there."""
    async with fake_sidecar() as running:
        yield running


@pytest.fixture
def settings() -> Settings:
    """The backend's settings without a sidecar."""
    return Settings(app_id="todo-backend", database_pool_size=5, relay_enabled=False)


@pytest.fixture
async def backend(settings: Settings, database_url: str, jwt_private_key: str) -> AsyncIterator[FastAPI]:
    """The whole backend, started, on a database of its own."""
    app = create_app(settings, Secrets(database_url=database_url, jwt_private_key=jwt_private_key))
    async with running(app):
        yield app


@pytest.fixture
async def client(backend: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the backend, not signed in."""
    transport = httpx.ASGITransport(app=backend, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield client


@pytest.fixture
async def alice(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that is signed in as Alice, in Europe/Berlin."""
    return await sign_up(client, "alice@example.com")


@pytest.fixture
async def bob(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that is signed in as Bob, who must see nothing of Alice's."""
    return await sign_up(client, "bob@example.com")


@pytest.fixture(scope="session")
def cache_directory() -> Path:
    """Where downloads for tests are kept between runs, outside the repository."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todochat"
    root.mkdir(parents=True, exist_ok=True)
    return root
