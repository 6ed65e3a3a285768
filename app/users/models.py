"""Tables of the users domain."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Index, Integer, func
from sqlmodel import Column, Field, SQLModel, Text

from app.core.database import TIMESTAMP, utc_now


class User(SQLModel, table=True):
    """A person with an account, and how they want to be notified."""

    __tablename__ = "user"
    __table_args__ = (Index("uq_user_email_lower", func.lower(Column("email")), unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(sa_type=Text)
    password_hash: str = Field(sa_type=Text, repr=False)
    time_zone: str = Field(default="UTC", sa_type=Text)
    """IANA name, for example Europe/Berlin."""
    default_reminders: list[int] = Field(default_factory=list, sa_type=ARRAY(Integer))
    """Minutes before the due time; a new task with a time that names no reminders has these."""
    notify_by_email: bool = False
    webhook_url: str | None = Field(default=None, sa_type=Text)
    webhook_secret: str | None = Field(default=None, sa_type=Text, repr=False)
    """Key of the HMAC-SHA256 signature of every webhook call."""
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)


class RefreshToken(SQLModel, table=True):
    """One refresh token; a family is the chain that grew from one sign-in."""

    __tablename__ = "refresh_token"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE", index=True)
    family_id: UUID = Field(index=True)
    token_hash: bytes = Field(unique=True, repr=False)
    """SHA-256 of the token; the token itself is only in the user's cookie."""
    expires_at: datetime = Field(sa_type=TIMESTAMP)
    used_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    revoked_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)


class ApiToken(SQLModel, table=True):
    """A long-lived token for MCP clients and scripts."""

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Text)
    token_hash: bytes = Field(unique=True, repr=False)
    expires_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    revoked_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    last_used_at: datetime | None = Field(default=None, sa_type=TIMESTAMP)
    created_at: datetime = Field(default_factory=utc_now, sa_type=TIMESTAMP)
