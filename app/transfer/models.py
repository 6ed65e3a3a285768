"""Tables of the transfer domain."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.core.database import TIMESTAMP, utc_now


class CalendarFeed(SQLModel, table=True):
    """The address at which calendar programs, which cannot sign in, get a user's tasks."""

    __tablename__ = "calendar_feed"

    user_id: UUID = Field(primary_key=True, foreign_key="user.id", ondelete="CASCADE")
    token_hash: bytes = Field(unique=True, repr=False)
    """SHA-256 of the secret in the address, which is shown once."""
    last_used_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
