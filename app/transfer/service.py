"""Rules of imports and of the calendar feed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import utc_now
from app.core.errors import NotFound
from app.events import outbox
from app.events.schemas import Topic
from app.tasks import changes as trace
from app.tasks import repository as tasks
from app.tasks.changes import Changed
from app.tasks.models import ChangeAction, Status
from app.tasks.moments import FIRST_YEAR
from app.tasks.repository import Criteria
from app.tasks.schemas import TaskSort
from app.transfer import ical, imports, repository
from app.transfer.imports import Plan
from app.transfer.models import CalendarFeed
from app.transfer.reading import read_file
from app.transfer.schemas import ImportMode, ImportReport, RowOutcome
from app.users.auth import Principal
from app.users.tokens import hash_token, new_token

MAX_FEED_TASKS = 5000
_LAST_USED_RESOLUTION = timedelta(minutes=1)


async def import_file(session: AsyncSession, principal: Principal, content: bytes, mode: ImportMode) -> ImportReport:
    """Take the tasks of a file over, all in this transaction, and say what became of each.

    One undo takes an import back. Raises `InvalidInput` for a file that is no export.
    """
    user_id, now = principal.user_id, utc_now()
    source, rows = await asyncio.to_thread(read_file, content, user_id, principal.time_zone, now)
    await repository.lock_imports(session, user_id)
    existing = await tasks.lock_tasks(session, user_id, imports.ids_of(user_id, rows), deleted=True)
    occurrences = await tasks.occurrences_of(session, user_id, imports.series_of(user_id, rows))
    plan = await asyncio.to_thread(imports.plan, user_id, rows, existing, occurrences, now)
    counts = {outcome.value: plan.count(outcome) for outcome in RowOutcome}
    applied = mode is ImportMode.VALID or (mode is ImportMode.ALL and counts[RowOutcome.REFUSED] == 0)
    if applied:
        await _apply(session, plan, now)
    return ImportReport(applied=applied, source=source, rows=plan.rows, **counts)


async def _apply(session: AsyncSession, plan: Plan, now: datetime) -> None:
    created = [Changed(task, reminders, None) for task, reminders in plan.created]
    await tasks.insert_tasks(session, [it.task for it in created], [it for _, them in plan.created for it in them])
    restored = await _restore(session, plan, now)
    if not created and not restored:
        return
    # An undo of the batch takes new tasks away, and deletes the restored ones again.
    trace.remember(session, ChangeAction.CREATE, [*created, *restored])
    await trace.announce(session, "task.created", "created", created)
    await trace.announce(session, "task.updated", "created", restored)
    completed = [trace.task_data(task, reminders) for task, reminders in imports.completions(plan)]
    await outbox.record(session, Topic.TASK_EVENTS, "task.completed", *completed)


async def _restore(session: AsyncSession, plan: Plan, now: datetime) -> list[Changed]:
    ids = [task.id for task, _ in plan.restored]
    before = await tasks.reminders_of(session, ids)
    restored = []
    for task, record in plan.restored:
        state = trace.state_of(task, before[task.id])
        reminders = record.write_to(task, now)
        task.deleted_at = None
        task.version += 1
        restored.append(Changed(task, reminders, state))
    await tasks.replace_reminders(session, ids, [reminder for it in restored for reminder in it.reminders])
    return restored


async def get_feed(session: AsyncSession, user_id: UUID) -> CalendarFeed | None:
    """The user's calendar feed, if there is one."""
    return await repository.find_feed(session, user_id)


async def open_feed(session: AsyncSession, user_id: UUID) -> tuple[CalendarFeed, str]:
    """A feed with a new secret, which is shown once; an earlier address ends."""
    token = new_token()
    feed = CalendarFeed(user_id=user_id, token_hash=hash_token(token))
    await repository.replace_feed(session, feed)
    return feed, token


async def close_feed(session: AsyncSession, user_id: UUID) -> None:
    """End the feed's address. Raises `NotFound` when there is none."""
    if not await repository.delete_feed(session, user_id):
        raise NotFound("There is no calendar feed.")


async def read_feed(session: AsyncSession, token: str) -> bytes:
    """The open tasks with a due date, soonest first, as a calendar. Raises `NotFound` for a token that is not valid."""
    feed = await repository.find_feed_by_token(session, hash_token(token))
    if feed is None:
        raise NotFound("There is no such calendar feed.")
    now = utc_now()
    if feed.last_used_at is None or now - feed.last_used_at >= _LAST_USED_RESOLUTION:
        feed.last_used_at = now
    dated = Criteria(status=Status.OPEN, due_from=datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    found = await tasks.list_tasks(
        session, feed.user_id, dated, TaskSort.DUE, descending=False, after=None, limit=MAX_FEED_TASKS
    )
    return await asyncio.to_thread(ical.feed, found, now)
