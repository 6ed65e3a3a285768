"""PostgreSQL through SQLAlchemy and asyncpg; one transaction per request or event, committed only here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention

TIMESTAMP = DateTime(timezone=True)
"""Every instant is stored as timestamptz; SQLModel's own default would drop the zone."""


_PASSING = ("08", "28", "3D", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, authorization, no such database, rolled back by a conflict, resources, locks, operator,
system; <https://www.postgresql.org/docs/18/errcodes-appendix.html>."""


def is_database_outage(error: BaseException) -> bool:
    """Whether the database could not answer for the moment, and may do so later."""
    if isinstance(error, PoolTimeout):
        return True
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    sqlstate = getattr(driver_error, "sqlstate", None)
    if isinstance(error, DBAPIError) and sqlstate is None:
        return True  # the server never answered: the connection was refused or cut
    return sqlstate is not None and sqlstate[:2] in _PASSING


def utc_now() -> datetime:
    return datetime.now(UTC)


def async_url(url: str) -> str:
    """Any PostgreSQL URL (as Neon, Kubernetes or libpq write it) in the form that SQLAlchemy and asyncpg want."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    query = dict(parsed.query)
    query.pop("channel_binding", None)  # Neon's URLs have it; asyncpg negotiates by itself
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(query=query).render_as_string(hide_password=False)


class Database:
    """The engine of one process and its sessions."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            async_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            # A restarted server leaves dead connections in the pool; the ping costs less than a failed request.
            pool_pre_ping=True,
            # A failed statement's parameters would be logged, password hashes among them.
            hide_parameters=True,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends and rolls back when it raises."""
        async with self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def dedicated_connection(self) -> AsyncIterator[Any]:
        """An asyncpg connection outside the pool, for what belongs to a database session: LISTEN and advisory locks."""
        pooled = await self.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        try:
            yield connection
        finally:
            # Not a polite goodbye, which may wait for a dead server; the server releases everything all the same.
            connection.terminate()

    async def dispose(self) -> None:
        await self.engine.dispose()


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


# scope="function": the commit comes before the response is sent, so a failed commit can never follow a 201.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
