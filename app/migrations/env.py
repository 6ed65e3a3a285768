"""Alembic's entry: the URL comes from the caller, never from a file in the repository."""

import asyncio

from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.chat import models as _chat  # noqa: F401
from app.core import ratelimit as _ratelimit  # noqa: F401
from app.core.database import async_url
from app.events import models as _events  # noqa: F401
from app.notifications import models as _notifications  # noqa: F401
from app.tasks import models as _tasks  # noqa: F401
from app.transfer import models as _transfer  # noqa: F401
from app.users import models as _users  # noqa: F401
from worker import models as _worker  # noqa: F401

_MIGRATION_LOCK = 0x70D0
"""Key of the advisory lock that makes concurrent migrations wait for one another."""


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_schemas=True,
        compare_type=True,
        transaction_per_migration=False,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    with context.begin_transaction():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        context.run_migrations()


async def _run() -> None:
    engine = create_async_engine(async_url(context.config.attributes["url"]), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_run())
