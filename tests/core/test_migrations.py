"""The migrations build exactly what the models say, and lead back."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from alembic import command

from app.core.migrate import alembic_config, migrate

_TODOCHAT = Path(sys.executable).with_name("todochat")


async def _new_database(postgres_url: str) -> str:
    name = f"migration_{uuid4().hex}"
    connection = await asyncpg.connect(f"{postgres_url}/postgres")
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    await connection.close()
    return f"{postgres_url}/{name}"


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> None:
    """Alembic starts an event loop of its own."""
    await asyncio.to_thread(function, *arguments)


async def _migrate_in_process(secrets_file: Path) -> int:
    environment = {**os.environ, "TODO_SECRETS_FILE": str(secrets_file)}
    process = await asyncio.create_subprocess_exec(_TODOCHAT, "migrate", env=environment)
    return await process.wait()


async def test_models_and_migrations_agree(postgres_url: str) -> None:
    url = await _new_database(postgres_url)
    await _in_thread(migrate, url)

    await _in_thread(command.check, alembic_config(url))


async def test_only_the_migrations_that_lack_are_run(postgres_url: str) -> None:
    url = await _new_database(postgres_url)

    assert await asyncio.to_thread(migrate, url) != []
    assert await asyncio.to_thread(migrate, url) == []


async def test_every_migration_leads_back(postgres_url: str) -> None:
    url = await _new_database(postgres_url)
    await _in_thread(migrate, url)
    await _in_thread(command.downgrade, alembic_config(url), "base")

    connection = await asyncpg.connect(url)
    left = await connection.fetch(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name <> 'alembic_version'"
    )
    await connection.close()
    assert left == []


async def test_concurrent_migrations_wait_for_one_another(postgres_url: str, tmp_path: Path) -> None:
    url = await _new_database(postgres_url)

    secrets_file = tmp_path / "secrets.json"
    secrets = {"postgres-secrets": {"connection-string": url}, "jwt-secrets": {"private-key": ""}}
    secrets_file.write_text(json.dumps(secrets))

    codes = await asyncio.gather(_migrate_in_process(secrets_file), _migrate_in_process(secrets_file))

    assert codes == [0, 0]
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()
