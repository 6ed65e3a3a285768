"""Todoist's CSV of a project, as tasks.

The format is <https://todoist.com/help/articles/format-a-csv-file-to-import-into-todoist-UVUXTmm6>. A section and the
@labels of a task become tags, comments are added to its notes, and a sub-task becomes a task of its own.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from app.chat.interpreter import Complaint, read_task
from app.core.errors import InvalidInput, field_errors
from app.core.fields import time_zones
from app.tasks import edits
from app.tasks.models import Priority
from app.tasks.schemas import TaskCreate
from app.transfer.records import Row, TaskRecord, reasons

_PRIORITIES = {"1": Priority.URGENT, "2": Priority.HIGH, "3": Priority.MEDIUM, "4": Priority.MEDIUM}
"""p4 is Todoist's "none", and so the default here."""
_LABEL = re.compile(r"(?<!\S)@([^\s@]+)")
_LONGEST_TAG = 50
_TITLE = "todoist"
"""Stands for the title while a date is read."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A task of the file, with what belongs to it in other lines."""

    line: int
    columns: dict[str, str]
    section: str | None
    comments: list[str]

    def cell(self, name: str) -> str:
        return self.columns.get(name, "").strip()


def read(text: str, user_id: UUID, time_zone: str, now: datetime) -> list[Row]:
    """The tasks of the file; dates are read as they would be typed, today. Raises `InvalidInput` for another file."""
    seen: Counter[str] = Counter()
    rows: list[Row] = []
    for entry in _entries(text):
        # The same file again has the same ids; two tasks alike are two.
        content = json.dumps(entry.columns, sort_keys=True)
        seen[content] += 1
        id_ = uuid5(user_id, f"todoist {seen[content]} {content}")
        # A moment apart, so that the order of the file is the one of their creation.
        rows.append(_row(id_, entry, time_zone, now + timedelta(microseconds=len(rows))))
    return rows


def _entries(text: str) -> Iterator[_Entry]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    try:
        reader.fieldnames = names = [name.strip().upper() for name in reader.fieldnames or ()]
        if not {"TYPE", "CONTENT"} <= set(names):
            raise InvalidInput.of("file", "is neither an export of this platform nor a CSV file of Todoist")
        entry, section = None, None
        for columns in reader:
            columns.pop("", None)  # what is right of the last column
            content = columns["CONTENT"].strip()
            match columns["TYPE"].strip().lower():
                case "note" if entry:
                    entry.comments.append(content)
                case "section":
                    section = content[:_LONGEST_TAG] or None
                case "task":
                    if entry:
                        yield entry
                    entry = _Entry(reader.line_num, columns, section, [])
        if entry:
            yield entry
    except csv.Error as error:
        raise InvalidInput.of("file", f"is not CSV in line {reader.line_num}: {error}") from error


def _row(id_: UUID, entry: _Entry, time_zone: str, now: datetime) -> Row:
    content = entry.cell("CONTENT")
    title = " ".join(_LABEL.sub("", content).split())
    zone = entry.cell("TIMEZONE") if entry.cell("TIMEZONE") in time_zones() else time_zone
    due, complaint = _read_date(entry.cell("DATE"), zone, now)
    notes = [entry.cell("DESCRIPTION"), *entry.comments, entry.cell("DATE") if complaint else ""]
    try:
        data = TaskCreate.model_validate(
            {
                "title": title,
                "notes": "\n\n".join(note for note in notes if note),
                "priority": _PRIORITIES.get(entry.cell("PRIORITY"), Priority.MEDIUM),
                "tags": [*([entry.section] if entry.section else []), *_LABEL.findall(content)],
                **due,
            }
        )
        task, reminders = edits.new_task(id_, data, zone, now)
    except ValidationError as error:
        return Row(entry.line, title, reason=reasons(field_errors(error.errors())))
    except InvalidInput as error:
        return Row(entry.line, title, reason=error.detail)
    task.id = id_
    task.series_id = uuid5(id_, "series") if task.series_id else None
    return Row(entry.line, title, record=TaskRecord.of(task, reminders), reason=complaint)


def _read_date(text: str, zone: str, now: datetime) -> tuple[dict[str, object], str | None]:
    """The due date and recurrence, as a new task's fields; and what is wrong where they are not understood."""
    if not text:
        return {}, None
    complaint = f"the date “{text[:100]}” is not understood and was put into the notes"
    try:
        read_ = read_task(f"{_TITLE} {text}", now=now, time_zone=ZoneInfo(zone))
    except Complaint:
        return {}, complaint
    if read_.title != _TITLE or read_.due_at is None:
        return {}, complaint
    local = read_.due_at.astimezone(ZoneInfo(zone))
    fields: dict[str, object] = {"due_at": local if read_.due_has_time else local.date()}
    if read_.rrule:
        fields |= {"rrule": read_.rrule, "recurrence_mode": read_.recurrence_mode}
    return fields, None
