"""Carrying out changes that depend on the task they change: pure, for the caller that has the task."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from app.chat.interpreter.commands import Changes, Lead, Offset
from app.chat.interpreter.moments import Present, add, local, shift
from app.chat.interpreter.schedule import END_OF_DAY, lead_moment


def changed_due(
    changes: Changes, due_at: datetime | None, due_has_time: bool, *, now: datetime, time_zone: ZoneInfo
) -> tuple[datetime | None, bool]:
    """The new due moment and whether it has a time: a bare time keeps the task's day, a bare day keeps its time."""
    if changes.clear_due:
        return None, False
    current = due_at.astimezone(time_zone) if due_at else None
    if changes.shift_due is not None:
        return shifted_due(changes.shift_due, current, due_has_time, now.astimezone(time_zone), time_zone)
    if changes.due_at is None:
        return due_at, due_has_time
    goal = changes.due_at.astimezone(time_zone)
    if current and not changes.due_has_date:
        kept = local(datetime.combine(current.date(), goal.time()), time_zone)
        return (kept if kept > now else goal), True
    if current and due_has_time and not changes.due_has_time:
        return local(datetime.combine(goal.date(), current.time()), time_zone), True
    return goal, changes.due_has_time


def shifted_due(
    offset: Offset, current: datetime | None, has_time: bool, now: datetime, time_zone: ZoneInfo
) -> tuple[datetime, bool]:
    """The due moment an offset away.

    Putting off an overdue task, or one without a due moment, counts from now, since from the old moment it could still
    be overdue. Hours and minutes also count from now where the task has only a day.
    """
    is_later = offset.seconds > 0 or offset.days > 0 or offset.months > 0
    base = current or now
    if is_later:
        base = max(base, now)
    if offset.has_time:
        return shift(base if has_time and current else now, offset, time_zone), True
    day = add(base.date(), offset)
    if current is None or not has_time:
        return local(datetime.combine(day, END_OF_DAY), time_zone), False
    return local(datetime.combine(day, current.time()), time_zone), True


def lead_time(
    lead: Lead, due_at: datetime, due_has_time: bool, *, time_zone: ZoneInfo, default_time: time = time(9)
) -> datetime:
    """When to ring for `Changes.remind_before` on a task due at that moment; it may be past."""
    return lead_moment(lead, due_at, due_has_time, Present(due_at.astimezone(time_zone), time_zone, default_time))
