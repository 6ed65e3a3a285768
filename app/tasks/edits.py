"""What an input means for a task: pure changes of a `Task` in memory, without any SQL."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.core.errors import InvalidInput
from app.tasks import recurrence
from app.tasks.models import Priority, RecurrenceMode, Task, TaskReminder
from app.tasks.moments import to_instant
from app.tasks.schemas import MAX_TAGS, BulkChanges, RelativeReminder, TaskCreate, TaskUpdate


def new_task(user_id: UUID, data: TaskCreate, time_zone: str, now: datetime) -> tuple[Task, list[TaskReminder]]:
    """The task that `data` asks for, and its reminders. `time_zone` is the user's. Raises `InvalidInput`."""
    # Every field that has a default factory is given: SQLModel looks at a factory's signature whenever it calls it.
    task = Task(
        id=uuid4(),
        user_id=user_id,
        title=data.title,
        notes=data.notes,
        priority=data.priority.rank,
        tags=data.tags,
        time_zone=time_zone,
        recurrence_mode=data.recurrence_mode,
        created_at=now,
        updated_at=now,
    )
    if data.due_at is not None:
        set_due(task, data.due_at, time_zone)
    if data.rrule is not None:
        _start_series(task, data.rrule, now)
    return task, _reminders(task, [], data.reminders)


def edit(
    task: Task, reminders: list[TaskReminder], changes: TaskUpdate, time_zone: str, now: datetime
) -> list[TaskReminder]:
    """Change `task`; returns its reminders after that. `time_zone` is the user's.

    A new due date moves the reminders that are still to come by as much, unless the changes name reminders. It moves
    the whole series when the task is its first one, and else this task only; a new rule starts a new series at the
    due date. Raises `InvalidInput`.
    """
    given = changes.model_fields_set
    if "title" in given and changes.title is not None:
        task.title = changes.title
    if "notes" in given:
        task.notes = changes.notes or ""
    if "priority" in given:
        task.priority = (changes.priority or Priority.MEDIUM).rank
    if "tags" in given:
        task.tags = changes.tags or []
    if "recurrence_mode" in given:
        task.recurrence_mode = changes.recurrence_mode or RecurrenceMode.DUE
    due_before = task.due_at
    if "due_at" in given:
        set_due(task, changes.due_at, time_zone)
    if "rrule" in given:
        _change_rule(task, changes.rrule, now, moved=task.due_at != due_before)
    elif task.due_at != due_before and task.rrule is not None:
        _move_in_series(task)
    if "reminders" in given:
        return _reminders(task, reminders, changes.reminders or [])
    return _shifted(reminders, due_before, task.due_at, now)


def edit_in_bulk(
    task: Task, reminders: list[TaskReminder], changes: BulkChanges, time_zone: str, now: datetime
) -> list[TaskReminder]:
    """The same for one task of a bulk update; raises `InvalidInput`."""
    tags = [tag for tag in task.tags if tag not in changes.remove_tags]
    tags += [tag for tag in changes.add_tags if tag not in tags]
    if len(tags) > MAX_TAGS:
        raise InvalidInput.of("add_tags", f"the task would have more than {MAX_TAGS} tags")
    fields = {name: getattr(changes, name) for name in changes.model_fields_set & {"priority", "due_at"}}
    return edit(task, reminders, TaskUpdate(**fields, tags=tags), time_zone, now)


def set_due(task: Task, due: date | None, time_zone: str) -> None:
    """Set when the task is due, in the user's time zone; a series keeps its local time of day in the new zone."""
    zone = ZoneInfo(time_zone)
    if task.time_zone != time_zone:
        for name in ("recurrence_start", "scheduled_at"):
            instant: datetime | None = getattr(task, name)
            if instant is not None:
                local = instant.astimezone(ZoneInfo(task.time_zone)).replace(tzinfo=None)
                setattr(task, name, to_instant(local, zone))
        task.time_zone = time_zone
    task.due_at = None if due is None else to_instant(due, zone)
    task.due_has_time = isinstance(due, datetime)


def _change_rule(task: Task, rrule: str | None, now: datetime, *, moved: bool) -> None:
    if rrule is None:
        task.rrule = task.recurrence_start = task.scheduled_at = None
    elif moved or rrule != task.rrule or task.due_at is None:
        _start_series(task, rrule, now)


def _start_series(task: Task, rrule: str, now: datetime) -> None:
    zone = ZoneInfo(task.time_zone)
    rule = recurrence.parse(rrule)
    if task.due_at is None and not rule.has_times:
        task.due_at = recurrence.first_occurrence(rule, now.astimezone(zone).date(), zone)
        task.due_has_time = False
        if task.due_at is None:
            raise InvalidInput.of("rrule", "has no occurrence (or none for many years)")
    task.rrule = rrule
    task.series_id, task.occurrence = uuid4(), 0
    _anchor(task)


def _move_in_series(task: Task) -> None:
    if task.due_at is None:
        raise InvalidInput.of("due_at", "a recurring task needs one; clear rrule as well to end the recurrence")
    if task.occurrence == 0:
        _anchor(task)


def _anchor(task: Task) -> None:
    """Let the series start at the due date; raises `InvalidInput` where its rule cannot."""
    rule = recurrence.parse(task.rrule or "")
    if task.due_at is None or (rule.has_times and not task.due_has_time):
        raise InvalidInput.of("due_at", "an hourly rule, or one with BYHOUR or BYMINUTE, needs a due date with a time")
    try:
        recurrence.check(rule, task.due_at, ZoneInfo(task.time_zone))
    except ValueError as error:
        raise InvalidInput.of("rrule", str(error)) from error
    task.recurrence_start = task.scheduled_at = task.due_at


def _reminders(
    task: Task, existing: Sequence[TaskReminder], inputs: Sequence[RelativeReminder | datetime]
) -> list[TaskReminder]:
    """The reminders that `inputs` mean; one at the time of an existing one is that one."""
    ids = {reminder.remind_at: reminder.id for reminder in existing}
    instants = {_remind_at(task, item) for item in inputs}
    return [
        TaskReminder(id=ids.get(instant) or uuid4(), task_id=task.id, remind_at=instant) for instant in sorted(instants)
    ]


def default_reminders(task: Task, minutes_before_due: Iterable[int], now: datetime) -> list[TaskReminder]:
    """Reminders so long before the due time, but for those that would be in the past."""
    inputs = [RelativeReminder(minutes_before_due=minutes) for minutes in minutes_before_due]
    return [reminder for reminder in _reminders(task, [], inputs) if reminder.remind_at > now]


def _remind_at(task: Task, reminder: RelativeReminder | datetime) -> datetime:
    if isinstance(reminder, datetime):
        return to_instant(reminder, ZoneInfo(task.time_zone))
    if task.due_at is None:
        raise InvalidInput.of("reminders", "minutes_before_due needs a due date")
    return task.due_at - reminder.before_due


def _shifted(
    reminders: list[TaskReminder], due_before: datetime | None, due: datetime | None, now: datetime
) -> list[TaskReminder]:
    if due_before is None or due is None or due == due_before:
        return reminders
    return _without_doubles(
        reminder
        if reminder.remind_at <= now
        else TaskReminder(
            id=reminder.id, task_id=reminder.task_id, remind_at=_move(reminder.remind_at, due_before, due)
        )
        for reminder in reminders
    )


def reminders_of_next(task: Task, following: Task, reminders: Iterable[TaskReminder]) -> list[TaskReminder]:
    """Reminders for the next task of a series, as long before its due date as they were before the last one's."""
    if task.due_at is None or following.due_at is None:
        return []
    return _without_doubles(
        TaskReminder(task_id=following.id, remind_at=_move(reminder.remind_at, task.due_at, following.due_at))
        for reminder in reminders
    )


def _move(remind_at: datetime, due_before: datetime, due: datetime) -> datetime:
    return due - (due_before - remind_at)


def _without_doubles(reminders: Iterable[TaskReminder]) -> list[TaskReminder]:
    return sorted({reminder.remind_at: reminder for reminder in reminders}.values(), key=lambda it: it.remind_at)


def next_in_series(task: Task, now: datetime) -> Task | None:
    """The task that follows the completed `task`; None when its series has ended."""
    if task.rrule is None or task.completed_at is None or task.due_at is None or task.recurrence_start is None:
        return None
    rule, zone = recurrence.parse(task.rrule), ZoneInfo(task.time_zone)
    if task.recurrence_mode == RecurrenceMode.COMPLETION:
        due = recurrence.next_after_completion(rule, task.due_at, zone, task.completed_at, task.occurrence)
    else:
        after = max(task.scheduled_at or task.due_at, task.completed_at)
        due = recurrence.next_occurrence(rule, task.recurrence_start, zone, after)
    if due is None:
        return None
    return Task(
        user_id=task.user_id,
        title=task.title,
        notes=task.notes,
        priority=task.priority,
        tags=task.tags,
        due_at=due,
        due_has_time=task.due_has_time,
        time_zone=task.time_zone,
        rrule=task.rrule,
        recurrence_mode=task.recurrence_mode,
        recurrence_start=task.recurrence_start,
        scheduled_at=due,
        series_id=task.series_id,
        occurrence=task.occurrence + 1,
        created_at=now,
        updated_at=now,
    )
