"""A user's data as files, page by page: neither all of it, nor a connection while a slow client reads, is held.

What is created or changed meanwhile may be missing; what is there all the time is in it once.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from app.chat import repository as chat
from app.core.database import Database, utc_now
from app.notifications import repository as notifications
from app.tasks import repository as tasks
from app.tasks.models import PriorityRank, Task, TaskReminder
from app.tasks.repository import Criteria, Position
from app.tasks.schemas import TaskSort
from app.transfer import ical
from app.transfer.records import FORMAT, VERSION, TaskRecord
from app.users.models import User
from app.users.schemas import UserRead

PAGE = 500
_COLUMNS = (
    *("title", "status", "priority", "due", "tags", "repeats", "reminders"),
    *("notes", "created", "completed", "time_zone", "id"),
)

TaskWithReminders = tuple[Task, Sequence[TaskReminder]]


async def pages(database: Database, user_id: UUID) -> AsyncIterator[list[TaskWithReminders]]:
    """All of the user's tasks, the oldest first."""
    after: Position | None = None
    while True:
        async with database.transaction() as session:
            found = await tasks.list_tasks(
                session, user_id, Criteria(), TaskSort.CREATED, descending=False, after=after, limit=PAGE
            )
            reminders = await tasks.reminders_of(session, [task.id for task in found])
        yield [(task, reminders[task.id]) for task in found]
        if len(found) < PAGE:
            return
        after = Position(found[-1].created_at, found[-1].id)


async def as_json(database: Database, user: User) -> AsyncIterator[bytes]:
    """Everything of the user's but secrets, as one document, which an import takes."""
    account = UserRead.model_validate(user).model_dump(mode="json")
    head = {"format": FORMAT, "version": VERSION, "exported_at": utc_now(), "account": account}
    yield orjson.dumps(head)[:-1]
    for name, records in (
        ("tasks", _task_records(database, user.id)),
        ("notifications", _notifications(database, user.id)),
        ("conversations", _conversations(database, user.id)),
    ):
        yield f',\n"{name}":['.encode()
        separator = b"\n"
        async for record in records:
            # asyncpg has a UUID of its own.
            yield separator + orjson.dumps(record, default=str)
            separator = b",\n"
        yield b"]"
    yield b"}\n"


async def as_csv(database: Database, user: User) -> AsyncIterator[bytes]:
    """The tasks for a spreadsheet, which is told by a byte order mark that the text is UTF-8."""
    yield b"\xef\xbb\xbf" + _lines([_COLUMNS])
    async for page in pages(database, user.id):
        yield _lines(_cells(task, reminders) for task, reminders in page)


async def as_ics(database: Database, user: User) -> AsyncIterator[bytes]:
    """The tasks as to-dos; as one piece, because the time zones that they use come first."""
    found = [task async for page in pages(database, user.id) for task in page]
    # In a thread: thousands of tasks take seconds, in which others want to be answered.
    yield await asyncio.to_thread(ical.to_do_list, found, utc_now())


async def _task_records(database: Database, user_id: UUID) -> AsyncIterator[dict[str, Any]]:
    async for page in pages(database, user_id):
        for task, reminders in page:
            yield {**TaskRecord.of(task, reminders).model_dump(), "updated_at": task.updated_at}


async def _notifications(database: Database, user_id: UUID) -> AsyncIterator[dict[str, Any]]:
    before = None
    while True:
        async with database.transaction() as session:
            found = await notifications.list_newest(session, user_id, unread=False, before=before, limit=PAGE)
        for notification in found:
            yield _picked(notification, "id", "task_id", "title", "body", "read_at", "created_at")
        if len(found) < PAGE:
            return
        before = found[-1].created_at, found[-1].id


async def _conversations(database: Database, user_id: UUID) -> AsyncIterator[dict[str, Any]]:
    before = None
    while True:
        async with database.transaction() as session:
            found = await chat.page(session, user_id, before, PAGE)
        for conversation in found:
            picked = _picked(conversation, "id", "title", "created_at", "updated_at")
            yield {**picked, "messages": [message async for message in _messages(database, conversation.id)]}
        if len(found) < PAGE:
            return
        before = found[-1].updated_at, found[-1].id


async def _messages(database: Database, conversation_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """What is shown of a conversation, in order."""
    after: int | None = None
    while True:
        async with database.transaction() as session:
            found = await chat.messages(session, conversation_id, after, PAGE, newest_first=False)
        for message in found:
            yield _picked(message, "id", "role", "text", "tool_calls", "created_at")
        if len(found) < PAGE:
            return
        after = found[-1].seq


def _picked(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([_inert(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()


def _inert(cell: str) -> str:
    """Text that a spreadsheet does not take for a formula, <https://owasp.org/www-community/attacks/CSV_Injection>."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _cells(task: Task, reminders: Sequence[TaskReminder]) -> list[str]:
    zone = ZoneInfo(task.time_zone)
    due = task.due_at.astimezone(zone) if task.due_at else None
    return [
        task.title,
        str(task.status),
        PriorityRank(task.priority).priority.value,
        "" if due is None else f"{due:%Y-%m-%d %H:%M}" if task.due_has_time else f"{due:%Y-%m-%d}",
        ", ".join(task.tags),
        task.rrule or "",
        ", ".join(f"{reminder.remind_at.astimezone(zone):%Y-%m-%d %H:%M}" for reminder in reminders),
        task.notes,
        f"{task.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        f"{task.completed_at.astimezone(zone):%Y-%m-%d %H:%M}" if task.completed_at else "",
        task.time_zone,
        str(task.id),
    ]
