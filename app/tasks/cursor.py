"""The opaque place in a sorted list that a client hands back for the next page."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from app.core.errors import InvalidInput
from app.tasks.models import PriorityRank, Task
from app.tasks.repository import Position
from app.tasks.schemas import TaskSort


def encode(task: Task, sort: TaskSort, *, descending: bool) -> str:
    """The cursor of the place after `task`."""
    value = {
        TaskSort.CREATED: task.created_at,
        TaskSort.UPDATED: task.updated_at,
        TaskSort.DUE: task.due_at,
        TaskSort.PRIORITY: task.priority,
    }[sort]
    return base64.urlsafe_b64encode(orjson.dumps([sort, descending, value, str(task.id)])).rstrip(b"=").decode()


def decode(cursor: str, sort: TaskSort, *, descending: bool) -> Position:
    """The place that `encode` wrote; raises `InvalidInput` for anything that it did not write for this order."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        its_sort, its_descending, value, task_id = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
        if (its_sort, its_descending) != (sort, descending):
            raise ValueError
        return Position(_value(value, sort), UUID(task_id))
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise InvalidInput.of("cursor", "is not one that this list, in this order, gave") from None


def _value(value: Any, sort: TaskSort) -> datetime | int | None:
    if sort is TaskSort.PRIORITY:
        return PriorityRank(value).value
    if value is None and sort is TaskSort.DUE:
        return None
    return datetime.fromisoformat(value).astimezone(UTC)
