"""Rules of reminders: they follow their task, and each is triggered once, never early."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.events import outbox
from app.events.schemas import ReminderData, ReminderRef, TaskData, Topic
from worker.models import Reminder, ReminderState, TaskSeen

MISSED_AFTER = timedelta(days=1)
"""A reminder that this consumer learns of so long after its time is no help any more."""


async def follow_task(session: AsyncSession, task: TaskData, now: datetime) -> None:
    """Make the task's reminders what the event says, unless a later event of the task came first."""
    if not await _is_news(session, task):
        return
    statement = select(Reminder).where(col(Reminder.task_id) == task.task_id).with_for_update()
    known = {reminder.id: reminder for reminder in (await session.execute(statement)).scalars()}
    scheduled = [reminder for ref in task.reminders if (reminder := _schedule(known, task, ref, now))]
    wanted = {ref.id for ref in task.reminders}
    cancelled = [it for it in known.values() if it.state == ReminderState.PENDING and it.id not in wanted]
    for reminder in cancelled:
        reminder.state = ReminderState.CANCELLED
    session.add_all(scheduled)
    await _record(session, "reminder.scheduled", scheduled)
    await _record(session, "reminder.cancelled", cancelled)


async def trigger(session: AsyncSession, reminder_id: UUID, now: datetime) -> timedelta | None:
    """Trigger the reminder, whose job has called, if it is due; how long it is still to wait if it is pending."""
    statement = select(Reminder).where(col(Reminder.id) == reminder_id).with_for_update()
    reminder = (await session.execute(statement)).scalar_one_or_none()
    if reminder is None:
        return None
    pending = reminder.state == ReminderState.PENDING
    if pending and reminder.remind_at > now:
        return reminder.remind_at - now
    # The scheduler forgets a job that it has called.
    reminder.job_registered = False
    if pending:
        await _trigger(session, [reminder], now)
    return None


async def trigger_due(session: AsyncSession, now: datetime, limit: int) -> int:
    """Trigger the reminders that are due and that nobody else is triggering just now; how many."""
    statement = (
        select(Reminder)
        .where(col(Reminder.state) == ReminderState.PENDING, col(Reminder.remind_at) <= now)
        .order_by(col(Reminder.remind_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = (await session.execute(statement)).scalars().all()
    await _trigger(session, due, now)
    return len(due)


async def next_registered(session: AsyncSession, after: datetime) -> UUID | None:
    """The pending reminder with a job that is due next after that instant."""
    statement = (
        select(Reminder.id)
        .where(
            col(Reminder.state) == ReminderState.PENDING, col(Reminder.remind_at) > after, col(Reminder.job_registered)
        )
        .order_by(col(Reminder.remind_at))
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def forget_jobs(session: AsyncSession) -> None:
    """Have every pending reminder's job registered again: the scheduler has lost them."""
    await session.execute(
        update(Reminder)
        .where(col(Reminder.state) == ReminderState.PENDING, col(Reminder.job_registered))
        .values(job_registered=False)
    )


async def _is_news(session: AsyncSession, task: TaskData) -> bool:
    statement = insert(TaskSeen).values(task_id=task.task_id, version=task.version)
    statement = statement.on_conflict_do_update(
        index_elements=["task_id"],
        set_={"version": task.version},
        where=col(TaskSeen.version) < task.version,
    )
    return (await session.execute(statement.returning(col(TaskSeen.task_id)))).first() is not None


def _schedule(known: dict[UUID, Reminder], task: TaskData, ref: ReminderRef, now: datetime) -> Reminder | None:
    """The reminder, if it is to be scheduled (anew); None if it stays what it is."""
    reminder = known.get(ref.id)
    missed = ref.remind_at < now - MISSED_AFTER
    if reminder is None:
        triggered_already = any(
            it.remind_at == ref.remind_at and it.state == ReminderState.TRIGGERED for it in known.values()
        )
        if missed or triggered_already:
            return None
        return Reminder(
            id=ref.id,
            task_id=task.task_id,
            user_id=task.user_id,
            title=task.title,
            due_at=task.due_at,
            due_has_time=task.due_has_time,
            time_zone=task.time_zone,
            remind_at=ref.remind_at,
        )
    moved = reminder.remind_at != ref.remind_at
    reminder.title, reminder.time_zone, reminder.remind_at = task.title, task.time_zone, ref.remind_at
    reminder.due_at, reminder.due_has_time = task.due_at, task.due_has_time
    if missed or not (moved or reminder.state == ReminderState.CANCELLED):
        return None
    reminder.state, reminder.triggered_at = ReminderState.PENDING, None
    # An earlier job of the same name is replaced.
    reminder.job_registered = False
    return reminder


async def _trigger(session: AsyncSession, reminders: Sequence[Reminder], now: datetime) -> None:
    for reminder in reminders:
        reminder.state, reminder.triggered_at = ReminderState.TRIGGERED, now
    await _record(session, "reminder.triggered", reminders)


async def _record(session: AsyncSession, type_: str, reminders: Iterable[Reminder]) -> None:
    events = [
        ReminderData(
            user_id=reminder.user_id,
            task_id=reminder.task_id,
            title=reminder.title,
            status=reminder.state,
            reminder_id=reminder.id,
            remind_at=reminder.remind_at,
            due_at=reminder.due_at,
            due_has_time=reminder.due_has_time,
            time_zone=reminder.time_zone,
            triggered_at=reminder.triggered_at,
        )
        for reminder in reminders
    ]
    if events:
        await outbox.record(session, Topic.REMINDERS, type_, *events)
