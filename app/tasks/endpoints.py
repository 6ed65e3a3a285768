"""HTTP endpoints of the tasks domain."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response, status

from app.core.dapr import FromSidecar
from app.core.database import Session
from app.core.errors import InvalidInput, Problem
from app.tasks import service
from app.tasks.schemas import (
    BulkRequest,
    BulkResult,
    NextOccurrence,
    NextOccurrenceRequest,
    TagCount,
    TaskCreate,
    TaskPage,
    TaskQuery,
    TaskRead,
    TaskUpdate,
    UndoResult,
)
from app.users.auth import CurrentUser

router = APIRouter()
_public = APIRouter(prefix="/api/v1", tags=["tasks"])
_internal = APIRouter(prefix="/internal/tasks", tags=["internal"], include_in_schema=False, dependencies=[FromSidecar])

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def _problems(**descriptions: str) -> dict[int | str, dict[str, Any]]:
    return {int(code[1:]): {"model": Problem, "description": text} for code, text in descriptions.items()}


_NOT_FOUND = _problems(_404="No task of the user has this id.")
_CHANGED = _problems(_404="No task of the user has this id.", _412="The task is not at the version of `If-Match`.")
_TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "The version, quoted.", "schema": {"type": "string"}}}}
}


def _expected_version(
    if_match: Annotated[str | None, Header(description='The ETag that was read, for example "3".')] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise InvalidInput.of("If-Match", "must be the ETag of a task")
    return int(match.group(1))


ExpectedVersion = Annotated[int | None, Depends(_expected_version)]


def _tagged(response: Response, task: TaskRead) -> TaskRead:
    response.headers["ETag"] = f'"{task.version}"'
    return task


@_public.post(
    "/tasks",
    status_code=status.HTTP_201_CREATED,
    summary="Create a task",
    responses={201: {"headers": {"Location": {"schema": {"type": "string"}}, "ETag": {"schema": {"type": "string"}}}}},
)
async def create_task(data: TaskCreate, user: CurrentUser, session: Session, response: Response) -> TaskRead:
    task = await service.create_task(session, user, data)
    response.headers["Location"] = f"/api/v1/tasks/{task.id}"
    return _tagged(response, task)


@_public.get("/tasks", summary="List, filter, search and sort tasks")
async def list_tasks(query: Annotated[TaskQuery, Query()], user: CurrentUser, session: Session) -> TaskPage:
    return await service.list_tasks(session, user, query)


@_public.post("/tasks/bulk", summary="Complete, reopen, delete or update many tasks")
async def bulk(request: BulkRequest, user: CurrentUser, session: Session) -> BulkResult:
    """Each task is changed for itself; the result says what became of each. One undo takes all of it back."""
    return await service.bulk(session, user, request)


@_public.post(
    "/tasks/undo",
    summary="Take the last change back",
    responses=_problems(_404="There is nothing to undo.", _409="The task has changed since."),
)
async def undo(user: CurrentUser, session: Session) -> UndoResult:
    """Takes the last change, or bulk change, back; called again, the one before."""
    return await service.undo(session, user)


@_public.get("/tasks/{task_id}", summary="Get a task", responses={**_TAGGED, **_NOT_FOUND})
async def get_task(task_id: UUID, user: CurrentUser, session: Session, response: Response) -> TaskRead:
    return _tagged(response, await service.get_task(session, user, task_id))


@_public.patch("/tasks/{task_id}", summary="Change a task", responses={**_TAGGED, **_CHANGED})
async def update_task(
    task_id: UUID,
    changes: TaskUpdate,
    *,
    user: CurrentUser,
    session: Session,
    expected_version: ExpectedVersion,
    response: Response,
) -> TaskRead:
    """What is missing stays as it is, null clears.

    A new due date moves the reminders that are still to come by as much, unless `reminders` is given too. It moves
    the whole series while the task is its first one, else this task only; with `rrule` it starts a new series.
    Reminders whose time has passed are kept, and not sent again.
    """
    return _tagged(response, await service.update_task(session, user, task_id, changes, expected_version))


@_public.delete("/tasks/{task_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Delete a task", responses=_CHANGED)
async def delete_task(task_id: UUID, user: CurrentUser, session: Session, expected_version: ExpectedVersion) -> None:
    await service.delete_task(session, user, task_id, expected_version)


@_public.post("/tasks/{task_id}/complete", summary="Complete a task", responses={**_TAGGED, **_CHANGED})
async def complete_task(
    task_id: UUID, user: CurrentUser, session: Session, expected_version: ExpectedVersion, response: Response
) -> TaskRead:
    """Completing a completed task changes nothing. A recurring task gets its next occurrence a moment later."""
    return _tagged(response, await service.complete_task(session, user, task_id, expected_version))


@_public.post("/tasks/{task_id}/reopen", summary="Reopen a completed task", responses={**_TAGGED, **_CHANGED})
async def reopen_task(
    task_id: UUID, user: CurrentUser, session: Session, expected_version: ExpectedVersion, response: Response
) -> TaskRead:
    """The next occurrence of a recurring task, if there is one already, stays."""
    return _tagged(response, await service.reopen_task(session, user, task_id, expected_version))


@_public.get("/tags", summary="List tags with their counts")
async def list_tags(user: CurrentUser, session: Session) -> list[TagCount]:
    return await service.list_tags(session, user)


@_internal.post("/{task_id}/next-occurrence", summary="Create the next task of a series")
async def create_next_occurrence(task_id: UUID, request: NextOccurrenceRequest, session: Session) -> NextOccurrence:
    """Called by todo-recurring for each `task.completed`; a repeated call creates nothing."""
    return await service.create_next_occurrence(session, request.user_id, task_id)


router.include_router(_public)
router.include_router(_internal)
