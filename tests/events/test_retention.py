"""Old events go, and nothing that is still needed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.core.database import Database, utc_now
from app.events import retention
from app.events.inbox import first_delivery
from tests.support.events import record_sync

WEEK, FORTNIGHT = timedelta(days=7), timedelta(days=14)


async def _count(database: Database, table: str) -> int:
    async with database.transaction() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def _clear(database: Database, days_from_now: float) -> None:
    now = utc_now() + timedelta(days=days_from_now)
    await retention.clear(database, outbox=WEEK, inbox=FORTNIGHT, now=now)


async def test_published_events_are_kept_for_their_time(database: Database) -> None:
    await record_sync(database, uuid4(), uuid4())
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET position = seq, published_at = now()"))

    await _clear(database, days_from_now=6.9)
    assert await _count(database, "outbox") == 2
    await _clear(database, days_from_now=7.1)
    assert await _count(database, "outbox") == 0


async def test_unpublished_events_are_kept_for_ever(database: Database) -> None:
    await record_sync(database, uuid4())
    await _clear(database, days_from_now=1000)
    assert await _count(database, "outbox") == 1


async def test_inbox_is_kept_for_its_time(database: Database) -> None:
    async with database.transaction() as session:
        await first_delivery(session, "todo-worker", uuid4())

    await _clear(database, days_from_now=13.9)
    assert await _count(database, "inbox") == 1
    await _clear(database, days_from_now=14.1)
    assert await _count(database, "inbox") == 0


async def test_more_than_a_batch_goes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    async with database.transaction() as session:
        for _ in range(5):
            await first_delivery(session, "todo-worker", uuid4())

    await _clear(database, days_from_now=15)

    assert await _count(database, "inbox") == 0
