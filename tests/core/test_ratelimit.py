"""Rate limits: a burst, then an even rate, counted across replicas."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core import ratelimit
from app.core.database import Database
from app.core.errors import TooManyRequests

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def _wait(database: Database, seconds: float, key: str = "ada", per_minute: int = 4) -> int:
    """Seconds to wait that an attempt at this time is told; 0 when it is allowed."""
    try:
        await ratelimit.require(database, ("test", key), per_minute=per_minute, now=NOW + timedelta(seconds=seconds))
    except TooManyRequests as error:
        return int((error.headers or {})["Retry-After"])
    return 0


async def test_burst_then_one_each_interval(database: Database) -> None:
    assert [await _wait(database, 0) for _ in range(6)] == [0, 0, 0, 0, 15, 15]
    assert await _wait(database, 14.5) == 1
    assert await _wait(database, 15) == 0
    assert await _wait(database, 15) == 15


async def test_told_wait_is_enough_and_a_second_less_is_not(database: Database) -> None:
    for _ in range(7):
        assert await _wait(database, 0, per_minute=7) == 0
    wait = await _wait(database, 0, per_minute=7)

    assert await _wait(database, wait - 1, per_minute=7) == 1
    assert await _wait(database, wait, per_minute=7) == 0


async def test_quiet_minute_allows_a_whole_burst_again_and_no_more(database: Database) -> None:
    for _ in range(4):
        await _wait(database, 0)

    assert [await _wait(database, 3600) for _ in range(5)] == [0, 0, 0, 0, 15]


async def test_keys_do_not_disturb_each_other(database: Database) -> None:
    assert [await _wait(database, 0, "ada", 1), await _wait(database, 0, "ada", 1)] == [0, 60]
    assert await _wait(database, 0, "grace", 1) == 0


async def test_simultaneous_attempts_are_all_counted(database: Database) -> None:
    waits = await asyncio.gather(*(_wait(database, 0) for _ in range(10)))

    assert sorted(waits) == [0] * 4 + [15] * 6


async def test_table_tells_no_keys_and_is_swept(database: Database) -> None:
    for number in range(15):
        await _wait(database, 0, f"ada-{number}@example.com")
    for _ in range(2):
        await _wait(database, 3600, "grace")

    async with database.engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT key FROM rate_limit")).scalars().all()
    assert [len(key) for key in rows] == [32]


async def test_refusal_is_a_429(database: Database) -> None:
    await _wait(database, 0, per_minute=1)

    with pytest.raises(TooManyRequests) as caught:
        await ratelimit.require(database, ("test", "ada"), per_minute=1, now=NOW)

    assert caught.value.status == 429
