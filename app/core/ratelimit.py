"""Rate limits that hold across replicas and restarts: a leaky bucket per key, kept in PostgreSQL."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col, select

from app.core.database import TIMESTAMP, Database, utc_now
from app.core.errors import TooManyRequests

_WINDOW = timedelta(minutes=1)
_PURGED_AT_ONCE = 10


class RateLimit(SQLModel, table=True):
    """The level of one bucket, as the moment when it will have run empty."""

    __tablename__ = "rate_limit"
    __table_args__ = (Index("ix_rate_limit_empty_at", "empty_at"),)

    key: bytes = Field(primary_key=True)
    """SHA-256 of what is limited: the table tells nobody's address."""
    empty_at: datetime = Field(sa_type=TIMESTAMP)


async def require(database: Database, key: tuple[str, ...], *, per_minute: int, now: datetime | None = None) -> None:
    """Count one attempt, in a transaction of its own because a refused request rolls back.

    `per_minute` attempts may come at once, then one each 60/`per_minute` seconds (the generic cell rate algorithm).
    Raises `TooManyRequests` with the seconds to wait; a refused attempt does not count.
    """
    now = now or utc_now()
    step = _WINDOW // per_minute
    digest = hashlib.sha256("\0".join(key).encode()).digest()
    current = col(RateLimit.empty_at)
    level = func.greatest(current, now, type_=TIMESTAMP)
    count = (
        insert(RateLimit)
        .values(key=digest, empty_at=now + step)
        .on_conflict_do_update(
            index_elements=["key"], set_={"empty_at": level + step}, where=level <= now + _WINDOW - step
        )
        .returning(current)
    )
    # Every attempt sweeps more rows than it can add, so that the table stays as small as the last minute was busy.
    empty = select(col(RateLimit.key)).where(current < now).limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
    async with database.transaction() as session:
        if (await session.execute(count)).first() is not None:
            await session.execute(delete(RateLimit).where(col(RateLimit.key).in_(empty.scalar_subquery())))
            return
        empty_at = (await session.execute(select(current).where(col(RateLimit.key) == digest))).scalar_one()
    retry_after = max(1, math.ceil((empty_at + step - _WINDOW - now).total_seconds()))
    raise TooManyRequests("Too many attempts; try again later.", retry_after=retry_after)
