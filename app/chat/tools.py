"""What the assistant, and any MCP client, can do with a user's tasks: one set of tools for both.

A tool acts as the signed-in user of its context and never takes a user's id. Each call is one transaction of its own,
because a streamed reply outlives the transaction of its request. What the task service refuses is told to the model.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from pydantic_ai import ApprovalRequired, FunctionToolset, RunContext, Tool, ToolFailed
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.schemas import Summary
from app.analytics.service import summarize
from app.core.dapr import Dapr
from app.core.database import Database
from app.core.errors import AppError
from app.tasks import service
from app.tasks.models import Priority, Status
from app.tasks.schemas import (
    MAX_BULK,
    BulkAction,
    BulkOutcome,
    BulkRequest,
    BulkResult,
    TaskCreate,
    TaskQuery,
    TaskRead,
    TaskUpdate,
)
from app.users.auth import Principal

_NAMED_TASKS = 3
"""How many titles a question for confirmation names."""
_BRIEF = 200
"""Characters of a task's notes, and how much more, in a list of tasks; `get_task` gives all of them."""

TaskIds = Annotated[list[UUID], Field(min_length=1, max_length=MAX_BULK)]


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf the tools act, and with what."""

    principal: Principal
    database: Database
    dapr: Dapr

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction of the tool; what the services refuse becomes a `ToolFailed`."""
        with _refusals():
            async with self.database.transaction() as session:
                yield session


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what a service refuses into a failed call that the model can read."""
    try:
        yield
    except AppError as error:
        raise ToolFailed(error.detail or error.title) from error


Context = RunContext[Actor]


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [])


class TaskView(BaseModel):
    """A task, as short as it can be said; fields without a value are left out."""

    id: UUID
    title: str
    status: Status
    priority: Priority
    due_at: str | None = Field(
        default=None,
        description="ISO 8601: an instant, or a day for what is due some time that day.",
        exclude_if=_is_blank,
    )
    tags: list[str] = Field(default=[], exclude_if=_is_blank)
    notes: str = Field(default="", exclude_if=_is_blank)
    recurrence: str | None = Field(default=None, description="In words.", exclude_if=_is_blank)
    rrule: str | None = Field(default=None, exclude_if=_is_blank)
    reminders: list[datetime] = Field(default=[], exclude_if=_is_blank)
    completed_at: datetime | None = Field(default=None, exclude_if=_is_blank)

    @classmethod
    def of(cls, task: TaskRead, time_zone: str, *, brief: bool = False) -> "TaskView":
        """The view of `task` for a user whose clock shows `time_zone`; a `brief` one cuts long notes."""
        return cls(
            id=task.id,
            title=task.title,
            status=task.status,
            priority=task.priority,
            due_at=_due(task, time_zone),
            tags=task.tags,
            notes=f"{task.notes[:_BRIEF]}…" if brief and len(task.notes) > _BRIEF else task.notes,
            recurrence=task.recurrence_text,
            rrule=task.rrule,
            reminders=[_local(reminder.remind_at, time_zone) for reminder in task.reminders],
            completed_at=_local(task.completed_at, time_zone) if task.completed_at else None,
        )


class TaskList(BaseModel):
    """Some of the user's tasks."""

    tasks: list[TaskView]
    next_cursor: str | None = Field(
        default=None, description="There are more: pass it as `cursor`.", exclude_if=_is_blank
    )


class Changed(BaseModel):
    """What a change did."""

    done: int = Field(description="How many tasks were changed.")
    tasks: list[TaskView] = Field(description="The tasks that were changed, as they stand now.")
    refused: list[str] = Field(default=[], description="Why others were not.", exclude_if=_is_blank)
    missing: list[UUID] = Field(default=[], description="Ids without a task.", exclude_if=_is_blank)


class Undone(BaseModel):
    """What an undo took back."""

    action: str = Field(description="The change that was taken back.")
    tasks: list[TaskView] = Field(description="The tasks it touched, as they stand now.")
    removed: list[UUID] = Field(default=[], description="Tasks whose creation was taken back.", exclude_if=_is_blank)


async def create_task(context: Context, task: TaskCreate) -> TaskView:
    """Create a task for the user. Give `due_at` and `reminders` in the user's local time, or with an offset."""
    async with context.deps.transaction() as session:
        return _view(context, await service.create_task(session, context.deps.principal, task))


async def list_tasks(context: Context, query: TaskQuery) -> TaskList:
    """List the user's tasks: filter by status, priority, tags and due date, or search words with `q`.

    Without a filter it lists all tasks, completed ones included. Use it to find the id of a task before changing it.
    """
    async with context.deps.transaction() as session:
        page = await service.list_tasks(session, context.deps.principal, query)
    return TaskList(tasks=_views(context, page.items), next_cursor=page.next_cursor)


async def get_task(context: Context, id: UUID) -> TaskView:
    """Get one task of the user.

    Args:
        id: The task's id.
    """
    async with context.deps.transaction() as session:
        return _view(context, await service.get_task(session, context.deps.principal, id))


async def update_task(context: Context, id: UUID, changes: TaskUpdate) -> TaskView:
    """Change one task: title, notes, priority, tags, due date, reminders, recurrence.

    Args:
        id: The task's id.
        changes: Only what changes; null clears a field. `tags` and `reminders` replace the present ones.
    """
    async with context.deps.transaction() as session:
        return _view(context, await service.update_task(session, context.deps.principal, id, changes))


async def complete_tasks(context: Context, ids: TaskIds) -> Changed:
    """Mark tasks as done. More than one needs the user's confirmation, which is asked for automatically.

    Args:
        ids: The tasks' ids.
    """
    return await _act_on(context, BulkAction.COMPLETE, ids)


async def reopen_tasks(context: Context, ids: TaskIds) -> Changed:
    """Mark tasks as not done. More than one needs the user's confirmation, which is asked for automatically.

    Args:
        ids: The tasks' ids.
    """
    return await _act_on(context, BulkAction.REOPEN, ids)


async def delete_tasks(context: Context, ids: TaskIds) -> Changed:
    """Delete tasks. This needs the user's confirmation, which is asked for automatically.

    Args:
        ids: The tasks' ids.
    """
    return await _act_on(context, BulkAction.DELETE, ids)


async def bulk_update_tasks(context: Context, request: BulkRequest) -> Changed:
    """Complete, reopen, delete or change many tasks at once: those of `ids`, those that pass `filter`, or `all`.

    This needs the user's confirmation, which is asked for automatically. An empty filter is refused.
    """
    return await _confirmed(context, request)


async def undo_last_change(context: Context) -> Undone:
    """Take back the user's last change of their tasks, also a deletion or a change of many at once."""
    deps = context.deps
    async with deps.transaction() as session:
        undone = await service.undo(session, deps.principal)
    return Undone(action=undone.action, tasks=_views(context, undone.tasks), removed=undone.removed)


async def analytics_summary(context: Context) -> Summary:
    """How many tasks the user created and completed on each of the last 30 days, and their streaks of days."""
    with _refusals():
        return await summarize(context.deps.dapr, context.deps.principal)


def _view(context: Context, task: TaskRead) -> TaskView:
    return TaskView.of(task, context.deps.principal.time_zone)


def _views(context: Context, tasks: Sequence[TaskRead]) -> list[TaskView]:
    time_zone = context.deps.principal.time_zone
    return [TaskView.of(task, time_zone, brief=True) for task in tasks]


def _local(moment: datetime, time_zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(time_zone))


def _due(task: TaskRead, time_zone: str) -> str | None:
    if task.due_at is None:
        return None
    if task.due_has_time:
        return _local(task.due_at, time_zone).isoformat(timespec="minutes")
    return _local(task.due_at, task.time_zone).date().isoformat()


async def _act_on(context: Context, action: BulkAction, ids: Sequence[UUID]) -> Changed:
    """One action on tasks of known ids; a deletion, or more than one task, needs a confirmation."""
    request = BulkRequest(action=action, ids=list(dict.fromkeys(ids)))
    if action is BulkAction.DELETE or len(ids) > 1:
        return await _confirmed(context, request)
    return await _bulk(context, request)


async def _confirmed(context: Context, request: BulkRequest) -> Changed:
    """Do it after the user's yes, to exactly the tasks that the question was about, whatever matches by then.

    An MCP client asks its user by itself.
    """
    if not context.tool_call_approved:
        named, ids = await _choose(context, request)
        summary = f"{_describe(request)} {_name(named, len(ids))}"
        raise ApprovalRequired({"summary": summary, "ids": [str(id_) for id_ in ids]})
    if asked := context.tool_call_metadata:
        ids = [UUID(id_) for id_ in asked["ids"]]
        request = request.model_copy(update={"ids": ids, "filter": None, "all": False})
    return await _bulk(context, request)


async def _choose(context: Context, request: BulkRequest) -> tuple[list[TaskRead], list[UUID]]:
    """The first tasks that the request means now, and the ids of all. Raises `ToolFailed` for none or too many."""
    deps = context.deps
    async with deps.transaction() as session:
        if request.ids is not None:
            named = [await service.get_task(session, deps.principal, id_) for id_ in request.ids[:_NAMED_TASKS]]
            return named, request.ids
        criteria = request.filter.model_dump(exclude_unset=True) if request.filter else {}
        query = TaskQuery.model_validate({**criteria, "limit": 200})
        page = await service.list_tasks(session, deps.principal, query)
        chosen = page.items
        while page.next_cursor is not None and len(chosen) <= MAX_BULK:
            query.cursor = page.next_cursor
            page = await service.list_tasks(session, deps.principal, query)
            chosen += page.items
    if not chosen:
        raise ToolFailed("No task matches.")
    if len(chosen) > MAX_BULK:
        raise ToolFailed(f"More than {MAX_BULK} tasks match; choose fewer.")
    return chosen[:_NAMED_TASKS], [task.id for task in chosen]


def _describe(request: BulkRequest) -> str:
    changes = request.changes
    if changes is None:
        return request.action.capitalize()
    parts = []
    if changes.priority is not None:
        parts.append(f"priority {changes.priority}")
    parts += [f"add #{tag}" for tag in changes.add_tags]
    parts += [f"remove #{tag}" for tag in changes.remove_tags]
    if "due_at" in changes.model_fields_set:
        due = changes.due_at
        parts.append(f"due {due:%Y-%m-%d %H:%M}" if isinstance(due, datetime) else f"due {due or 'never'}")
    return f"Change ({', '.join(parts)})"


def _name(first: Sequence[TaskRead], count: int) -> str:
    """The titles of the first of `count` tasks."""
    titles = [f"“{task.title}”" for task in first]
    if count == 1:
        return titles[0]
    if count > len(first):
        titles.append(f"{count - len(first)} more")
    return f"{count} tasks: {', '.join(titles[:-1])} and {titles[-1]}"


async def _bulk(context: Context, request: BulkRequest) -> Changed:
    deps = context.deps
    async with deps.transaction() as session:
        result = await service.bulk(session, deps.principal, request)
    return _changed(context, result)


def _changed(context: Context, result: BulkResult) -> Changed:
    changed = Changed(done=result.done, tasks=[])
    for item in result.results:
        if item.outcome is BulkOutcome.NOT_FOUND or item.task is None:
            changed.missing.append(item.id)
        elif item.outcome is BulkOutcome.DONE:
            changed.tasks += _views(context, [item.task])
        else:
            changed.refused.append(f"“{item.task.title}”: {item.reason or 'it was so already'}")
    return changed


READ_ONLY = {"read_only": True, "destructive": False, "idempotent": True}
ADDITIVE = {"read_only": False, "destructive": False, "idempotent": False}
CHANGING = {"read_only": False, "destructive": True, "idempotent": True}
"""Hints about a tool, in the terms of MCP's tool annotations."""

TOOLSET: FunctionToolset[Actor] = FunctionToolset(
    [
        Tool(create_task, metadata=ADDITIVE),
        Tool(list_tasks, metadata=READ_ONLY),
        Tool(get_task, metadata=READ_ONLY),
        Tool(update_task, metadata=CHANGING),
        Tool(complete_tasks, metadata=CHANGING),
        Tool(reopen_tasks, metadata=CHANGING),
        Tool(delete_tasks, metadata=CHANGING),
        Tool(bulk_update_tasks, metadata=CHANGING),
        Tool(undo_last_change, metadata=CHANGING | {"idempotent": False}),
        Tool(analytics_summary, metadata=READ_ONLY),
    ],
    id="todo",
)
"""The tools of the agent and of the MCP server."""
