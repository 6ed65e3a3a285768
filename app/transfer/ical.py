"""Tasks as iCalendar, RFC 5545: to-dos in a file, events in the feed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Todo, vRecur
from icalendar.enums import STATUS, TRANSP

from app.tasks.models import PriorityRank, RecurrenceMode, Status, Task, TaskReminder
from app.tasks.moments import END_OF_DAY, to_instant

_PRODUCT = "-//todochat//Todo Chat//EN"
_EVENT_LENGTH = timedelta(minutes=30)
_REFRESH = timedelta(hours=1)
_PRIORITIES = {PriorityRank.URGENT: 1, PriorityRank.HIGH: 3, PriorityRank.MEDIUM: 5, PriorityRank.LOW: 9}
"""Section 3.8.1.9: 1 is the highest, 5 the middle, 9 the lowest."""
_ZONE_YEARS = (1, 10)
"""Years before and after now of which a time zone's changes are told: all of them would be longer than the tasks."""


def to_do_list(tasks: Iterable[tuple[Task, Sequence[TaskReminder]]], now: datetime) -> bytes:
    """A file of to-dos; those that are open have their coming reminders as alarms."""
    return _calendar("Todo Chat", [_to_do(task, reminders, now) for task, reminders in tasks], now)


def feed(tasks: Iterable[Task], now: datetime) -> bytes:
    """A calendar of the tasks that have a due date, as events: no calendar program shows the to-dos of a feed."""
    return _calendar("Todo Chat", [_event(task) for task in tasks if task.due_at is not None], now)


def _calendar(name: str, components: Sequence[Component], now: datetime) -> bytes:
    calendar = Calendar.new(name=name, prodid=_PRODUCT, refresh_interval=_REFRESH, subcomponents=components)
    # The older name of the same, which is the one that Outlook knows.
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    before, after = _ZONE_YEARS
    calendar.add_missing_timezones(date(now.year - before, 1, 1), date(now.year + after, 1, 1))
    return bytes(calendar.to_ical())


def _event(task: Task) -> Event:
    due = _due(task)
    event = Event.new(
        uid=task.id,
        summary=task.title,
        description=task.notes or None,
        categories=task.tags,
        priority=_PRIORITIES[PriorityRank(task.priority)],
        start=due,
        end=due + (_EVENT_LENGTH if isinstance(due, datetime) else timedelta(days=1)) if due else None,
        # What is to be done does not keep anybody from meeting others.
        transparency=TRANSP.TRANSPARENT,
        created=task.created_at,
        last_modified=task.updated_at,
        stamp=task.updated_at,
    )
    if (recurrence := _recurrence(task)) is not None:
        event.add("rrule", recurrence)
    return event


def _to_do(task: Task, reminders: Sequence[TaskReminder], now: datetime) -> Todo:
    due, recurrence = _due(task), _recurrence(task)
    todo = Todo.new(
        uid=task.id,
        summary=task.title,
        description=task.notes or None,
        categories=task.tags,
        priority=_PRIORITIES[PriorityRank(task.priority)],
        # A recurring one starts somewhere; section 3.6.2.
        start=due if recurrence is not None else None,
        status=STATUS.COMPLETED if task.status == Status.COMPLETED else STATUS.NEEDS_ACTION,
        created=task.created_at,
        last_modified=task.updated_at,
        stamp=task.updated_at,
        subcomponents=[_alarm(task, it) for it in reminders if it.remind_at > now and task.status == Status.OPEN],
    )
    if due is not None:
        todo.add("due", due)
    if recurrence is not None:
        todo.add("rrule", recurrence)
    if task.completed_at is not None:
        todo.add("completed", task.completed_at.astimezone(UTC))
    return todo


def _alarm(task: Task, reminder: TaskReminder) -> Alarm:
    alarm = Alarm.new(description=task.title)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", reminder.remind_at.astimezone(UTC))
    return alarm


def _due(task: Task) -> date | None:
    """When the task is due: an instant in its zone or, without a time, a day."""
    if task.due_at is None:
        return None
    local = task.due_at.astimezone(ZoneInfo(task.time_zone))
    return local if task.due_has_time else local.date()


def _recurrence(task: Task) -> vRecur | None:
    """What follows the task by its rule; nothing can be said of a series that goes on from completion to completion."""
    if task.rrule is None or task.due_at is None or task.recurrence_mode != RecurrenceMode.DUE:
        return None
    recurrence: vRecur = vRecur.from_ical(task.rrule)
    if "COUNT" in recurrence:
        left = recurrence["COUNT"][0] - task.occurrence
        if left < 1:
            return None
        recurrence["COUNT"] = [left]
    if "UNTIL" in recurrence:
        recurrence["UNTIL"] = [_until(recurrence["UNTIL"][0], task)]
    return recurrence


def _until(until: date, task: Task) -> date:
    """Section 3.3.10: a day where the start is a day, and an instant in UTC where it is an instant."""
    zone = ZoneInfo(task.time_zone)
    if task.due_has_time:
        return to_instant(until if isinstance(until, datetime) else datetime.combine(until, END_OF_DAY), zone)
    if isinstance(until, datetime) and until.tzinfo is not None:
        return until.astimezone(zone).date()
    return until.date() if isinstance(until, datetime) else until
