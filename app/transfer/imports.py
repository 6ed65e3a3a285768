"""What becomes of each row of a file, given what the user has already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from app.tasks.models import Status, Task, TaskReminder
from app.transfer.records import Row, TaskRecord
from app.transfer.schemas import ImportRow, RowOutcome


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows' outcomes, and the tasks that make them so."""

    rows: list[ImportRow] = field(default_factory=list)
    created: list[tuple[Task, list[TaskReminder]]] = field(default_factory=list)
    restored: list[tuple[Task, TaskRecord]] = field(default_factory=list)

    def count(self, outcome: RowOutcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


def ids_of(user_id: UUID, rows: Sequence[Row]) -> set[UUID]:
    """Ids that the rows' tasks may have here."""
    records = [row.record for row in rows if row.record]
    return {record.id for record in records} | {own_id(user_id, record.id) for record in records}


def series_of(user_id: UUID, rows: Sequence[Row]) -> set[UUID]:
    """The same for their series."""
    series = {row.record.series_id for row in rows if row.record and row.record.series_id}
    return series | {own_id(user_id, it) for it in series}


def own_id(user_id: UUID, foreign: UUID) -> UUID:
    """The id that something of another account, or of a deleted one, has in this one.

    Always the same, so that a second import finds the first one's tasks; and never another user's, who may be on this
    platform too.
    """
    return uuid5(user_id, str(foreign))


def plan(
    user_id: UUID,
    rows: Sequence[Row],
    existing: Mapping[UUID, Task],
    occurrences: set[tuple[UUID, int]],
    now: datetime,
) -> Plan:
    """What an import of the rows would do. `existing` has the user's tasks, deleted ones too, by id."""
    planned, seen, taken = Plan(), set[UUID](), set(occurrences)
    own_series = {series for series, _ in occurrences}
    for row in rows:
        if row.record is None:
            planned.rows.append(_outcome(row, RowOutcome.REFUSED))
            continue
        record, id_ = row.record, own_id(user_id, row.record.id)
        found = existing.get(record.id) or existing.get(id_)
        if record.id in seen:
            planned.rows.append(_outcome(row, RowOutcome.REFUSED, "is in the file twice"))
            continue
        seen.add(record.id)
        if found is not None and found.deleted_at is None:
            planned.rows.append(_outcome(row, RowOutcome.UNCHANGED))
        elif found is not None:
            planned.restored.append((found, record))
            planned.rows.append(_outcome(row, RowOutcome.RESTORED))
        else:
            series = record.series_id
            if series is not None and series not in own_series:
                series = own_id(user_id, series)
            if series is not None and (series, record.occurrence) in taken:
                planned.rows.append(_outcome(row, RowOutcome.REFUSED, "its series has this occurrence already"))
                continue
            if series is not None:
                taken.add((series, record.occurrence))
            planned.created.append(_new_task(user_id, id_, series, record, now))
            planned.rows.append(_outcome(row, RowOutcome.CREATED))
    return planned


def completions(plan_: Plan) -> list[tuple[Task, list[TaskReminder]]]:
    """The new tasks that are completed and whose completion has nothing to bring about.

    A completed task of a series asks for the next one, unless that is there: who deleted it does not want it back.
    """
    there = {(task.series_id, task.occurrence) for task, _ in plan_.created}
    return [
        (task, reminders)
        for task, reminders in plan_.created
        if task.status == Status.COMPLETED and (task.rrule is None or (task.series_id, task.occurrence + 1) in there)
    ]


def _new_task(
    user_id: UUID, id_: UUID, series: UUID | None, record: TaskRecord, now: datetime
) -> tuple[Task, list[TaskReminder]]:
    task = Task(id=id_, user_id=user_id, title=record.title, tags=[], series_id=series, occurrence=record.occurrence)
    return task, record.write_to(task, now)


def _outcome(row: Row, outcome: RowOutcome, reason: str | None = None) -> ImportRow:
    return ImportRow(row=row.number, title=row.title, outcome=outcome, reason=reason or row.reason)
