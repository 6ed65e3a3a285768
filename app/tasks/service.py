"""What users do with their tasks; the API, the chat agent and the MCP tools all call these functions."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import utc_now
from app.core.errors import AppError, Conflict, InvalidInput, NotAuthenticated, NotFound, PreconditionFailed
from app.tasks import changes as trace
from app.tasks import cursor as cursors
from app.tasks import edits, repository
from app.tasks.changes import Changed, state_of, to_read
from app.tasks.filters import resolve
from app.tasks.models import ChangeAction, Status, Task, TaskReminder
from app.tasks.schemas import (
    MAX_BULK,
    BulkAction,
    BulkChanges,
    BulkItem,
    BulkOutcome,
    BulkRequest,
    BulkResult,
    NextOccurrence,
    SortOrder,
    TagCount,
    TaskCreate,
    TaskFilter,
    TaskPage,
    TaskQuery,
    TaskRead,
    TaskSort,
    TaskUpdate,
    UndoResult,
)
from app.users import service as users
from app.users.auth import Principal

_NATURAL_ORDER = {
    TaskSort.CREATED: SortOrder.DESCENDING,
    TaskSort.UPDATED: SortOrder.DESCENDING,
    TaskSort.DUE: SortOrder.ASCENDING,
    TaskSort.PRIORITY: SortOrder.DESCENDING,
}


async def create_task(session: AsyncSession, principal: Principal, data: TaskCreate) -> TaskRead:
    """Create a task; raises `InvalidInput` where due date, reminders and recurrence do not go together."""
    now = utc_now()
    task, reminders = edits.new_task(principal.user_id, data, principal.time_zone, now)
    if task.due_has_time and "reminders" not in data.model_fields_set:
        reminders = edits.default_reminders(task, await _default_reminders(session, principal), now)
    events = trace.events_of("task.created", "created", [Changed(task, reminders, None)])
    try:
        await repository.insert_task(session, task, reminders, events)
    except IntegrityError as error:
        # The one thing that a new task refers to is its user: a token can outlive the account.
        raise NotAuthenticated("This account no longer exists.") from error
    return to_read(task, reminders)


async def get_task(session: AsyncSession, principal: Principal, task_id: UUID) -> TaskRead:
    """The user's task; raises `NotFound`."""
    task = await repository.get_task(session, principal.user_id, task_id)
    if task is None:
        raise _not_found()
    return (await _read(session, [task]))[0]


async def list_tasks(session: AsyncSession, principal: Principal, query: TaskQuery) -> TaskPage:
    """A page of the user's tasks; raises `InvalidInput` for a cursor that is not one of this order."""
    descending = (query.order or _NATURAL_ORDER[query.sort]) is SortOrder.DESCENDING
    tasks = await repository.list_tasks(
        session,
        principal.user_id,
        resolve(query, principal.time_zone, utc_now()),
        query.sort,
        descending=descending,
        after=cursors.decode(query.cursor, query.sort, descending=descending) if query.cursor else None,
        limit=query.limit + 1,
    )
    page = tasks[: query.limit]
    more = len(tasks) > query.limit
    return TaskPage(
        items=await _read(session, page),
        next_cursor=cursors.encode(page[-1], query.sort, descending=descending) if more else None,
    )


async def list_tags(session: AsyncSession, principal: Principal) -> list[TagCount]:
    """The tags of the user's tasks, the most used first."""
    return [TagCount(**row._mapping) for row in await repository.count_tags(session, principal.user_id)]


async def update_task(
    session: AsyncSession,
    principal: Principal,
    task_id: UUID,
    changes: TaskUpdate,
    expected_version: int | None = None,
) -> TaskRead:
    """Change a task as `app.tasks.edits.edit` says; what changes nothing leaves version and events alone.

    Raises `NotFound`, `PreconditionFailed` or `InvalidInput`.
    """
    task, reminders = await _lock(session, principal, task_id)
    _check_version(task, expected_version)
    return await _change_one(session, ChangeAction.UPDATE, task, reminders, _updating(principal, changes))


async def complete_task(
    session: AsyncSession, principal: Principal, task_id: UUID, expected_version: int | None = None
) -> TaskRead:
    """Complete a task; a completed one stays as it is, whatever version is expected."""
    task, reminders = await _lock(session, principal, task_id)
    if task.status != Status.COMPLETED:
        _check_version(task, expected_version)
    return await _change_one(session, ChangeAction.COMPLETE, task, reminders, _complete)


async def reopen_task(
    session: AsyncSession, principal: Principal, task_id: UUID, expected_version: int | None = None
) -> TaskRead:
    """Reopen a completed task; an open one stays as it is, and so does the next task of its series."""
    task, reminders = await _lock(session, principal, task_id)
    if task.status != Status.OPEN:
        _check_version(task, expected_version)
    return await _change_one(session, ChangeAction.REOPEN, task, reminders, _reopen)


async def delete_task(
    session: AsyncSession, principal: Principal, task_id: UUID, expected_version: int | None = None
) -> None:
    """Delete a task; only undo brings it back."""
    task, reminders = await _lock(session, principal, task_id)
    _check_version(task, expected_version)
    await _change_one(session, ChangeAction.DELETE, task, reminders, _delete)


async def bulk(session: AsyncSession, principal: Principal, request: BulkRequest) -> BulkResult:
    """Do one action on many tasks, each one for itself: what cannot be changed is reported and stops no other.

    All that is changed is one batch for undo. Raises `InvalidInput` when more than 500 tasks are meant.
    """
    ids = list(dict.fromkeys(request.ids)) if request.ids else await _meant(session, principal, request)
    tasks = await repository.lock_tasks(session, principal.user_id, ids)
    reminders = await repository.reminders_of(session, tasks.keys())
    change = _BULK_CHANGES.get(request.action) or _updating(principal, request.changes or BulkChanges(add_tags=[]))
    results: list[BulkItem] = []
    changed: list[Changed] = []
    for task_id in ids:
        if (task := tasks.get(task_id)) is None:
            results.append(BulkItem(id=task_id, outcome=BulkOutcome.NOT_FOUND))
            continue
        before = state_of(task, reminders[task_id])
        try:
            it = await _apply(session, task, reminders[task_id], change)
        except InvalidInput as error:
            trace.restore(task, before)
            results.append(BulkItem(id=task_id, outcome=BulkOutcome.REFUSED, reason=error.detail))
            continue
        outcome = BulkOutcome.DONE if it.before else BulkOutcome.UNCHANGED
        results.append(BulkItem(id=task_id, outcome=outcome, task=to_read(task, it.reminders)))
        if it.before:
            changed.append(it)
    if changed:
        await trace.record(session, ChangeAction(request.action), *changed)
    return BulkResult(done=len(changed), results=results)


async def undo(session: AsyncSession, principal: Principal) -> UndoResult:
    """Take the user's last change, or last bulk change, back; again, and it takes the one before.

    An undo is no change that a further undo could take back. Raises `NotFound` when there is nothing to undo and
    `Conflict` when a task changed since.
    """
    batch = await repository.lock_last_batch(session, principal.user_id)
    if not batch:
        raise NotFound("There is nothing to undo.")
    ids = [change.task_id for change in batch]
    tasks = await repository.lock_tasks(session, principal.user_id, ids, deleted=True)
    action = ChangeAction(batch[0].action)
    reminders = await repository.reminders_of(session, ids)
    changed: list[Changed] = []
    for change in batch:
        task = tasks.get(change.task_id)
        if task is None or task.version != change.version:
            raise Conflict("A task has changed since, so its last change can no longer be undone.")
        changed.append(await _take_back(session, task, reminders[task.id], change.before))
    await repository.mark_undone(session, principal.user_id, batch[0].batch_id)
    await trace.announce(session, trace.UNDO_EVENT_TYPES[action], trace.UNDO_SYNC_ACTIONS[action], changed)
    return UndoResult(
        action=action,
        tasks=[to_read(it.task, it.reminders) for it in changed if it.task.deleted_at is None],
        removed=[it.task.id for it in changed if it.task.deleted_at is not None],
    )


async def create_next_occurrence(session: AsyncSession, user_id: UUID, task_id: UUID) -> NextOccurrence:
    """Create the task that follows the completed task in its series, once however often it is asked for.

    Nothing follows when the task is gone, open again or not recurring, or when the series has ended. It is the
    platform's change, not the user's: undo passes over it.
    """
    task = (await repository.lock_tasks(session, user_id, [task_id])).get(task_id)
    if task is None or task.status != Status.COMPLETED or task.series_id is None:
        return NextOccurrence(created=False, task=None)
    following = edits.next_in_series(task, utc_now())
    if following is None:
        return NextOccurrence(created=False, task=None)
    before = await repository.reminders_of(session, [task.id])
    reminders = edits.reminders_of_next(task, following, before[task.id])
    if not await repository.insert_occurrence(session, following, reminders):
        existing = await repository.find_occurrence(session, user_id, task.series_id, following.occurrence)
        return NextOccurrence(created=False, task=(await _read(session, [existing]))[0] if existing else None)
    changed = [Changed(following, reminders, None)]
    await trace.announce(session, "task.created", "created", changed)
    return NextOccurrence(created=True, task=to_read(following, reminders))


# --- changes of one task -------------------------------------------------------------------------------------------

Change = Callable[[Task, list[TaskReminder], datetime], list[TaskReminder]]
"""Changes the task in memory, now, and returns its reminders after that."""


def _complete(task: Task, reminders: list[TaskReminder], now: datetime) -> list[TaskReminder]:
    if task.status != Status.COMPLETED:
        task.status, task.completed_at = Status.COMPLETED, now
    return reminders


def _reopen(task: Task, reminders: list[TaskReminder], _: datetime) -> list[TaskReminder]:
    task.status, task.completed_at = Status.OPEN, None
    return reminders


def _delete(task: Task, reminders: list[TaskReminder], now: datetime) -> list[TaskReminder]:
    task.deleted_at = now
    return reminders


_BULK_CHANGES: dict[BulkAction, Change] = {
    BulkAction.COMPLETE: _complete,
    BulkAction.REOPEN: _reopen,
    BulkAction.DELETE: _delete,
}


def _updating(principal: Principal, changes: TaskUpdate | BulkChanges) -> Change:
    def change(task: Task, reminders: list[TaskReminder], now: datetime) -> list[TaskReminder]:
        if isinstance(changes, BulkChanges):
            return edits.edit_in_bulk(task, reminders, changes, principal.time_zone, now)
        return edits.edit(task, reminders, changes, principal.time_zone, now)

    return change


async def _apply(session: AsyncSession, task: Task, reminders: list[TaskReminder], change: Change) -> Changed:
    """Apply the change; `before` of the result is None when it changed nothing."""
    now = utc_now()
    before = state_of(task, reminders)
    after = change(task, reminders, now)
    if state_of(task, after) == before:
        return Changed(task, reminders, None)
    task.version += 1
    task.updated_at = now
    if after is not reminders:
        await repository.replace_reminders(session, [task.id], after)
    return Changed(task, after, before)


async def _change_one(
    session: AsyncSession, action: ChangeAction, task: Task, reminders: list[TaskReminder], change: Change
) -> TaskRead:
    changed = await _apply(session, task, reminders, change)
    if changed.before:
        await trace.record(session, action, changed)
    return to_read(task, changed.reminders)


async def _take_back(
    session: AsyncSession, task: Task, reminders: list[TaskReminder], before: dict[str, object] | None
) -> Changed:
    now = utc_now()
    if before is None:
        task.deleted_at = now
    else:
        reminders = trace.restore(task, trace.TaskState.model_validate(before))
        await repository.replace_reminders(session, [task.id], reminders)
    task.version += 1
    task.updated_at = now
    return Changed(task, reminders, None)


# --- helpers -------------------------------------------------------------------------------------------------------


async def _lock(session: AsyncSession, principal: Principal, task_id: UUID) -> tuple[Task, list[TaskReminder]]:
    task = (await repository.lock_tasks(session, principal.user_id, [task_id])).get(task_id)
    if task is None:
        raise _not_found()
    return task, (await repository.reminders_of(session, [task_id]))[task_id]


async def _default_reminders(session: AsyncSession, principal: Principal) -> list[int]:
    user = await users.get_user(session, principal.user_id)
    return user.default_reminders if user else []


def _not_found() -> AppError:
    return NotFound("There is no such task.")


def _check_version(task: Task, expected: int | None) -> None:
    if expected is not None and expected != task.version:
        raise PreconditionFailed(
            f"The task has changed meanwhile: it is at version {task.version}, not {expected}.",
            headers={"ETag": f'"{task.version}"'},
        )


async def _read(session: AsyncSession, tasks: Iterable[Task]) -> list[TaskRead]:
    tasks = list(tasks)
    reminders = await repository.reminders_of(session, [task.id for task in tasks])
    return [to_read(task, reminders[task.id]) for task in tasks]


async def _meant(session: AsyncSession, principal: Principal, request: BulkRequest) -> list[UUID]:
    # "All" leaves out what is so already, which would fill the limit for nothing.
    relevant = {BulkAction.COMPLETE: Status.OPEN, BulkAction.REOPEN: Status.COMPLETED}.get(request.action)
    criteria = request.filter or TaskFilter(status=relevant)
    resolved = resolve(criteria, principal.time_zone, utc_now())
    ids = await repository.find_ids(session, principal.user_id, resolved, MAX_BULK + 1)
    if len(ids) > MAX_BULK:
        raise InvalidInput.of("filter", f"means more than {MAX_BULK} tasks; narrow it down")
    return ids
