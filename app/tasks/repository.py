"""SQL of the tasks domain; every statement is scoped by the user."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Integer, and_, bindparam, cast, delete, false, func, literal, tuple_, update
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement, literal_column
from sqlmodel import Text, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.events import outbox
from app.events.schemas import EventData, Topic
from app.tasks.models import ChangeAction, Status, Task, TaskChange, TaskReminder
from app.tasks.schemas import TaskSort

_SEARCH: ColumnElement[Any] = literal_column("task.search", TSVECTOR)
_SORT_COLUMNS: dict[TaskSort, Any] = {
    TaskSort.CREATED: col(Task.created_at),
    TaskSort.UPDATED: col(Task.updated_at),
    TaskSort.DUE: col(Task.due_at),
    TaskSort.PRIORITY: col(Task.priority),
}


_TASK, _CHANGE = Task.metadata.tables["task"], Task.metadata.tables["task_change"]
_INSERTED_TASK = (
    _TASK.insert()
    .values({column.name: bindparam(column.name, type_=column.type) for column in _TASK.c if not column.computed})
    .returning(_TASK.c.id, _TASK.c.user_id, _TASK.c.version, _TASK.c.created_at)
    .cte("inserted_task")
)
_CREATE = (
    _CHANGE.insert()
    .from_select(
        ["batch_id", "user_id", "task_id", "action", "version", "undone", "created_at"],
        select(  # type: ignore[call-overload]
            bindparam("batch_id", type_=_CHANGE.c.batch_id.type),
            _INSERTED_TASK.c.user_id,
            _INSERTED_TASK.c.id,
            literal(ChangeAction.CREATE, Text),
            _INSERTED_TASK.c.version,
            false(),
            _INSERTED_TASK.c.created_at,
        ),
        include_defaults=False,
    )
    .add_cte(outbox.RECORDED)
)
"""On the hottest path, so built once, and one round trip for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a task must be to be listed; None and empty mean anything."""

    status: Status | None = None
    overdue: bool = False
    """Open, besides being due before `due_until`."""
    priorities: Collection[int] = ()
    tags: Collection[str] = ()
    due_from: datetime | None = None
    due_until: datetime | None = None
    """Excluded itself."""
    without_due: bool = False
    words: str | None = None
    last_word_is_incomplete: bool = False
    series_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a sorted list: the last task before it."""

    value: datetime | int | None
    id: UUID


def _live(user_id: UUID) -> SelectOfScalar[Task]:
    return select(Task).where(col(Task.user_id) == user_id, col(Task.deleted_at).is_(None))


def _matching(user_id: UUID, criteria: Criteria) -> SelectOfScalar[Task]:
    statement = _live(user_id)
    if criteria.status is not None:
        statement = statement.where(col(Task.status) == criteria.status)
    if criteria.overdue:
        statement = statement.where(col(Task.status) == Status.OPEN)
    if criteria.priorities:
        statement = statement.where(col(Task.priority).in_(criteria.priorities))
    if criteria.tags:
        statement = statement.where(_has_tags(criteria.tags))
    if criteria.due_from is not None:
        statement = statement.where(col(Task.due_at) >= criteria.due_from)
    if criteria.due_until is not None:
        statement = statement.where(col(Task.due_at) < criteria.due_until)
    if criteria.without_due:
        statement = statement.where(col(Task.due_at).is_(None))
    if criteria.words is not None:
        statement = statement.where(_found_by(criteria.words, incomplete=criteria.last_word_is_incomplete))
    if criteria.series_id is not None:
        statement = statement.where(col(Task.series_id) == criteria.series_id)
    return statement


def _has_tags(tags: Collection[str]) -> ColumnElement[bool]:
    return col(Task.tags).op("@>", is_comparison=True)(list(tags))


def _found_by(words: str, *, incomplete: bool) -> ColumnElement[bool]:
    query = func.websearch_to_tsquery("simple", words)
    if not incomplete:
        return _SEARCH.op("@@", is_comparison=True)(query)
    # A query's text ends with its last word, and is empty where the words have no letters. A tag is one lexeme with
    # all its spaces and hyphens, so the words are tried as the beginning of a tag as well.
    begun = func.coalesce(func.nullif(cast(query, Text), "").op("||")(":*"), "")
    tag = words.casefold().lstrip("#").replace("\\", "\\\\").replace("'", "''")
    return _SEARCH.op("@@", is_comparison=True)(cast(begun, TSQUERY).op("||")(cast(f"'{tag}':*", TSQUERY)))


def page_statements(
    user_id: UUID, criteria: Criteria, sort: TaskSort, *, descending: bool, after: Position | None, limit: int
) -> list[SelectOfScalar[Task]]:
    """The statements whose results, one after the other, are the list from `after` on.

    Tasks without a due date come last in both directions; as a statement of their own, each one reads its index in
    order from the right place.
    """
    column = _SORT_COLUMNS[sort]
    order = [key.desc() if descending else key.asc() for key in (column, col(Task.id))]
    matching = _matching(user_id, criteria).order_by(*order).limit(limit)
    rest = matching.where(_comes_after(column, after, descending)) if after else matching
    if sort is not TaskSort.DUE:
        return [rest]
    if after is not None and after.value is None:
        return [rest.where(column.is_(None))]
    return [rest.where(column.is_not(None)), matching.where(column.is_(None))]


def _comes_after(column: Any, place: Position, descending: bool) -> ColumnElement[bool]:
    here: Any = tuple_(column, col(Task.id))
    there: Any = tuple_(literal(place.value, column.type), literal(place.id))
    if place.value is None:
        here, there = col(Task.id), literal(place.id)
    comparison: ColumnElement[bool] = here < there if descending else here > there
    return comparison


async def list_tasks(
    session: AsyncSession,
    user_id: UUID,
    criteria: Criteria,
    sort: TaskSort,
    *,
    descending: bool,
    after: Position | None,
    limit: int,
) -> list[Task]:
    """The first `limit` tasks after `after`."""
    found: list[Task] = []
    for statement in page_statements(user_id, criteria, sort, descending=descending, after=after, limit=limit):
        found += (await session.scalars(statement.limit(limit - len(found)))).all()
        if len(found) == limit:
            break
    return found


async def find_ids(session: AsyncSession, user_id: UUID, criteria: Criteria, limit: int) -> list[UUID]:
    """Ids of at most `limit` matching tasks."""
    statement = _matching(user_id, criteria).with_only_columns(col(Task.id)).limit(limit)
    return list((await session.scalars(statement)).all())


async def get_task(session: AsyncSession, user_id: UUID, task_id: UUID) -> Task | None:
    return (await session.scalars(_live(user_id).where(col(Task.id) == task_id))).one_or_none()


def _values(row: Task | TaskReminder) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields}


async def insert_task(
    session: AsyncSession,
    task: Task,
    reminders: Sequence[TaskReminder],
    events: Iterable[tuple[Topic, str, EventData]],
) -> None:
    """Insert a new task, its creation as a change of its user's, and its events.

    Raises `IntegrityError` when the user is gone.
    """
    await session.execute(_CREATE, {**_values(task), "batch_id": uuid4(), **outbox.parameters(events)})
    await _insert_reminders(session, reminders)


async def insert_tasks(session: AsyncSession, tasks: Sequence[Task], reminders: Sequence[TaskReminder]) -> None:
    """Insert new tasks and their reminders; raises `IntegrityError` when their user is gone."""
    if tasks:
        await session.execute(insert(Task), [_values(task) for task in tasks])
    await _insert_reminders(session, reminders)


async def occurrences_of(session: AsyncSession, user_id: UUID, series_ids: Collection[UUID]) -> set[tuple[UUID, int]]:
    """(series, occurrence) of the user's tasks of these series, deleted ones included."""
    statement = select(Task.series_id, Task.occurrence).where(
        col(Task.user_id) == user_id, col(Task.series_id).in_(list(series_ids))
    )
    return {(row[0], row[1]) for row in (await session.execute(statement)).all()} if series_ids else set()


async def lock_tasks(
    session: AsyncSession, user_id: UUID, task_ids: Iterable[UUID], *, deleted: bool = False
) -> dict[UUID, Task]:
    """The tasks by id, as last committed; nobody else can change them before the transaction ends."""
    statement = select(Task).where(col(Task.user_id) == user_id) if deleted else _live(user_id)
    # In one order everywhere, so that two transactions never wait for each other.
    statement = statement.where(col(Task.id).in_(list(task_ids))).order_by(col(Task.id)).with_for_update()
    tasks = (await session.scalars(statement.execution_options(populate_existing=True))).all()
    return {task.id: task for task in tasks}


async def reminders_of(session: AsyncSession, task_ids: Collection[UUID]) -> dict[UUID, list[TaskReminder]]:
    """The tasks' reminders, soonest first; tasks must be the user's."""
    reminders: dict[UUID, list[TaskReminder]] = defaultdict(list)
    if task_ids:
        statement = (
            select(TaskReminder)
            .where(col(TaskReminder.task_id).in_(list(task_ids)))
            .order_by(col(TaskReminder.remind_at))
        )
        for reminder in (await session.scalars(statement)).all():
            reminders[reminder.task_id].append(reminder)
    return reminders


async def replace_reminders(
    session: AsyncSession, task_ids: Collection[UUID], reminders: Sequence[TaskReminder]
) -> None:
    """Make these the tasks' reminders; one that keeps its id may have another time."""
    if task_ids:
        await session.execute(delete(TaskReminder).where(col(TaskReminder.task_id).in_(list(task_ids))))
    await _insert_reminders(session, reminders)


async def _insert_reminders(session: AsyncSession, reminders: Sequence[TaskReminder]) -> None:
    if reminders:
        await session.execute(insert(TaskReminder), [_values(reminder) for reminder in reminders])


async def insert_occurrence(session: AsyncSession, task: Task, reminders: Sequence[TaskReminder]) -> bool:
    """Insert a task of a series; False when the series has one with that number already."""
    statement = (
        insert(Task)
        .values(_values(task))
        .on_conflict_do_nothing(index_elements=["series_id", "occurrence"])
        .returning(col(Task.id))
    )
    inserted = (await session.execute(statement)).first() is not None
    if inserted:
        await _insert_reminders(session, reminders)
    return inserted


async def find_occurrence(session: AsyncSession, user_id: UUID, series_id: UUID, occurrence: int) -> Task | None:
    statement = _live(user_id).where(col(Task.series_id) == series_id, col(Task.occurrence) == occurrence)
    return (await session.scalars(statement)).one_or_none()


async def count_tags(session: AsyncSession, user_id: UUID) -> list[Any]:
    """Rows (tag, open, total), the most used first."""
    tagged = (
        select(func.unnest(col(Task.tags)).label("tag"), col(Task.status).label("status"))
        .where(col(Task.user_id) == user_id, col(Task.deleted_at).is_(None))
        .subquery()
    )
    tag, total = tagged.c.tag, func.count()
    statement = (
        select(tag, total.filter(tagged.c.status == Status.OPEN).label("open"), total.label("total"))
        .group_by(tag)
        .order_by(total.desc(), tag)
    )
    return list((await session.execute(statement)).all())


async def lock_last_batch(session: AsyncSession, user_id: UUID) -> list[TaskChange]:
    """The changes of the user's last batch that is not undone; no other undo of the user runs before this ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"undo {user_id}", 0))))
    last = (
        select(TaskChange.batch_id)
        .where(col(TaskChange.user_id) == user_id, col(TaskChange.undone).is_(False))
        .order_by(col(TaskChange.seq).desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(TaskChange).where(col(TaskChange.user_id) == user_id, col(TaskChange.batch_id) == last)
    return list((await session.scalars(statement.order_by(col(TaskChange.seq)))).all())


async def mark_undone(session: AsyncSession, user_id: UUID, batch_id: UUID) -> None:
    """Mark the batch, and let the changes before it expect the versions that the undo gave their tasks."""
    undone, previous, older = aliased(TaskChange), TaskChange, aliased(TaskChange)
    await session.flush()
    await session.execute(
        update(TaskChange)
        .where(col(TaskChange.user_id) == user_id, col(TaskChange.batch_id) == batch_id)
        .values(undone=True)
    )
    newest_before = (
        select(func.max(older.seq))
        .where(
            col(older.task_id) == col(undone.task_id), col(older.undone).is_(False), col(older.seq) < col(undone.seq)
        )
        .scalar_subquery()
    )
    await session.execute(
        update(previous)
        .where(
            and_(
                col(undone.user_id) == user_id,
                col(undone.batch_id) == batch_id,
                col(Task.id) == col(undone.task_id),
                col(previous.seq) == newest_before,
                col(previous.version) == undone.before["version"].astext.cast(Integer),  # type: ignore[index]
            )
        )
        .values(version=col(Task.version))
        .execution_options(synchronize_session=False)
    )
