"""Inputs and outputs of the transfer domain."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class ExportFormat(StrEnum):
    """json: everything, and what an import takes; csv: tasks for a spreadsheet; ics: tasks for a calendar program."""

    JSON = "json"
    CSV = "csv"
    ICS = "ics"


class ImportMode(StrEnum):
    """check: only say what would happen; all: everything or, where a row is refused, nothing; valid: what is right."""

    CHECK = "check"
    ALL = "all"
    VALID = "valid"


class ImportSource(StrEnum):
    TODOCHAT = "todochat"
    TODOIST = "todoist"


class RowOutcome(StrEnum):
    """created; restored: it was deleted, and is back; unchanged: it is there already and stays as it is; refused."""

    CREATED = "created"
    RESTORED = "restored"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class ImportRow(BaseModel):
    """What becomes, or would become, of one task of the file."""

    row: int = Field(description="Its number among the tasks, or the line of a CSV file, from 1.", examples=[7])
    title: str = Field(examples=["Buy milk"])
    outcome: RowOutcome
    reason: str | None = Field(
        default=None, description="Why it is refused, or what was not taken of it.", examples=["title: is missing"]
    )


class ImportReport(BaseModel):
    """What an import did or, where `applied` is false, would do."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    applied: bool
    """Whether it was done. False for a check, and for the mode `all` when a row is refused."""
    source: ImportSource
    created: int
    restored: int
    unchanged: int
    refused: int
    rows: list[ImportRow]


class CalendarFeedRead(BaseModel):
    """The calendar feed, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    created_at: datetime
    last_used_at: datetime | None


class CalendarFeedState(BaseModel):
    feed: CalendarFeedRead | None = Field(description="Null when there is none.")


class CalendarFeedCreated(CalendarFeedRead):
    url: str = Field(
        description="Only shown now. Whoever has it can read the tasks.",
        examples=["https://todo.example.com/api/v1/calendar.ics?token=8Qy…"],
    )
