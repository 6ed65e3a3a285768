"""Files that people import, as rows; nothing here knows what the user has already."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from app.core.errors import InvalidInput, field_errors
from app.transfer import todoist
from app.transfer.records import FORMAT, VERSION, Row, TaskRecord, reasons
from app.transfer.schemas import ImportSource

MAX_BYTES = 8 * 1024 * 1024
MAX_TASKS = 5000
_SHOWN_TITLE = 100


def read_file(content: bytes, user_id: UUID, time_zone: str, now: datetime) -> tuple[ImportSource, list[Row]]:
    """The rows of an export of this platform or of Todoist's; raises `InvalidInput` for any other file.

    It takes up to seconds for a large file: call it in a thread.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput.of("file", "must be text in UTF-8") from error
    if text.lstrip()[:1] in ("{", "["):
        source, rows = ImportSource.TODOCHAT, _read_json(text)
    else:
        source, rows = ImportSource.TODOIST, todoist.read(text, user_id, time_zone, now)
    if len(rows) > MAX_TASKS:
        raise InvalidInput.of("file", f"has more than {MAX_TASKS} tasks; split it")
    return source, rows


def _read_json(text: str) -> list[Row]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput.of("file", f"is not JSON: {error.msg} in line {error.lineno}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidInput.of("file", "is neither an export of this platform nor a CSV file of Todoist")
    if document.get("version") != VERSION:
        raise InvalidInput.of("file", f"must be of version {VERSION}; a newer platform made it")
    tasks = document.get("tasks")
    if not isinstance(tasks, list):
        raise InvalidInput.of("file", "must have a list `tasks`")
    return [_row(number, raw) for number, raw in enumerate(tasks, start=1)]


def _row(number: int, raw: Any) -> Row:
    given = raw.get("title") if isinstance(raw, dict) else None
    title = given[:_SHOWN_TITLE] if isinstance(given, str) else ""
    try:
        return Row(number, title, record=TaskRecord.model_validate(raw))
    except ValidationError as error:
        return Row(number, title, reason=reasons(field_errors(error.errors())))
