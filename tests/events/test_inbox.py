"""An event has its effect once per consumer."""

import asyncio
from uuid import uuid4

from app.core.database import Database
from app.events.inbox import first_delivery


async def test_second_delivery_is_recognised(database: Database) -> None:
    event_id = uuid4()
    async with database.transaction() as session:
        assert await first_delivery(session, "todo-worker", event_id)
    async with database.transaction() as session:
        assert not await first_delivery(session, "todo-worker", event_id)


async def test_each_consumer_has_its_own_first(database: Database) -> None:
    event_id = uuid4()
    async with database.transaction() as session:
        assert await first_delivery(session, "todo-worker", event_id)
        assert await first_delivery(session, "todo-analytics", event_id)


async def test_delivery_whose_effect_failed_was_none(database: Database) -> None:
    event_id = uuid4()
    try:
        async with database.transaction() as session:
            assert await first_delivery(session, "todo-worker", event_id)
            raise RuntimeError
    except RuntimeError:
        pass
    async with database.transaction() as session:
        assert await first_delivery(session, "todo-worker", event_id)


async def test_simultaneous_delivery_waits_for_the_first(database: Database) -> None:
    event_id = uuid4()
    async with database.transaction() as first:
        assert await first_delivery(first, "todo-worker", event_id)

        async def again() -> bool:
            async with database.transaction() as second:
                return await first_delivery(second, "todo-worker", event_id)

        repeated = asyncio.create_task(again())
        await asyncio.sleep(0.05)
        assert not repeated.done()
    assert not await repeated
