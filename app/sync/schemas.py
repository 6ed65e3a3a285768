"""Outputs of the sync domain."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.events.schemas import SyncData

MAX_POSITION = 2**63 - 1
Position = Annotated[int, Field(ge=0, le=MAX_POSITION, examples=[4711])]


class Start(BaseModel):
    """Data of the `hello` and `resync` events: load everything, then resume from here."""

    cursor: Position


class Change(BaseModel):
    """One `task.sync` event."""

    cursor: Position
    data: SyncData


class Changes(BaseModel):
    """The user's changes since a cursor."""

    events: list[Change]
    cursor: Position = Field(description="Ask from here the next time.")
    resync: bool = Field(description="The given cursor is too old or unknown: load everything first.")


def parse_position(text: str | None) -> int | None:
    """The position that a client says it has; -1 for nonsense, which no stream can resume from."""
    if text is None or text == "":
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(MAX_POSITION)) else -1


STREAM_DOCUMENTATION: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "`hello` (first, without a cursor) and `resync` (the cursor is too old) carry a `cursor`: load everything. "
            "`task.sync` says what changed; its `id` is the cursor. `expired`: the token is no longer valid; come back "
            "with a new one."
        ),
    }
}
