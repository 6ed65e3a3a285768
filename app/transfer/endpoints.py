"""HTTP endpoints of the transfer domain."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.responses import StreamingResponse

from app.core import ratelimit
from app.core.bodies import read_body
from app.core.database import Database, Session, utc_now
from app.core.errors import NotAuthenticated, Problem
from app.core.settings import Settings
from app.transfer import exports, service
from app.transfer.reading import MAX_BYTES
from app.transfer.schemas import (
    CalendarFeedCreated,
    CalendarFeedRead,
    CalendarFeedState,
    ExportFormat,
    ImportMode,
    ImportReport,
)
from app.users import service as users
from app.users.auth import CurrentUser, InPerson
from app.users.models import User

IMPORTS_PER_MINUTE = 20
EXPORTS_PER_MINUTE = 20

router = APIRouter(prefix="/api/v1", tags=["transfer"])

_SIGNED_IN: dict[int | str, dict[str, Any]] = {401: {"model": Problem}}
_LIMITED: dict[int | str, dict[str, Any]] = {**_SIGNED_IN, 429: {"model": Problem, "description": "See Retry-After."}}
_IN_PERSON: dict[int | str, dict[str, Any]] = {
    **_SIGNED_IN,
    403: {"model": Problem, "description": "An API token may not do this."},
}

_MEDIA_TYPES = {
    ExportFormat.JSON: "application/json",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.ICS: "text/calendar; charset=utf-8",
}
_WRITERS: dict[ExportFormat, Callable[[Database, User], AsyncIterator[bytes]]] = {
    ExportFormat.JSON: exports.as_json,
    ExportFormat.CSV: exports.as_csv,
    ExportFormat.ICS: exports.as_ics,
}
_TEXT = {"schema": {"type": "string"}}
_EXPORTED: dict[int | str, dict[str, Any]] = {
    **_LIMITED,
    200: {"content": {"application/json": {}, "text/csv": _TEXT, "text/calendar": _TEXT}},
}
_FILE = {
    "requestBody": {
        "required": True,
        "description": f"The file, up to {MAX_BYTES // 1024 // 1024} MiB of UTF-8.",
        "content": {"application/json": {"schema": {"type": "string"}}, "text/csv": _TEXT},
    }
}


def _limit(purpose: str, per_minute: int) -> Any:
    async def limit(request: Request, user: CurrentUser) -> None:
        await ratelimit.require(request.app.state.database, (purpose, str(user.user_id)), per_minute=per_minute)

    return Depends(limit)


@router.get(
    "/export",
    summary="All your data as a file to keep",
    response_class=StreamingResponse,
    responses=_EXPORTED,
    dependencies=[_limit("export", EXPORTS_PER_MINUTE)],
)
async def export(
    request: Request, user: CurrentUser, format_: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSON
) -> StreamingResponse:
    """JSON has everything but secrets, and can be imported; CSV and iCalendar have the tasks."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        found = await users.get_user(session, user.user_id)
    if found is None:
        raise NotAuthenticated("The account no longer exists.")
    name = f"todo-chat-{utc_now():%Y-%m-%d}.{format_.value}"
    return StreamingResponse(
        _WRITERS[format_](database, found),
        media_type=_MEDIA_TYPES[format_],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _uploaded(request: Request) -> bytes:
    return await read_body(request, MAX_BYTES)


@router.post(
    "/import",
    summary="Take tasks over from an export of this platform (JSON) or of Todoist (CSV)",
    responses={**_LIMITED, 413: {"model": Problem, "description": "The file is too large."}},
    dependencies=[_limit("import", IMPORTS_PER_MINUTE)],
    openapi_extra=_FILE,
)
async def import_(
    content: Annotated[bytes, Depends(_uploaded)],
    user: CurrentUser,
    session: Session,
    mode: Annotated[ImportMode, Query()] = ImportMode.CHECK,
) -> ImportReport:
    """A task that you have already stays as it is, so the same file can be imported twice; a deleted one comes back."""
    return await service.import_file(session, user, content, mode)


@router.get("/calendar-feed", summary="Whether there is a calendar feed", responses=_SIGNED_IN)
async def read_calendar_feed(user: CurrentUser, session: Session) -> CalendarFeedState:
    feed = await service.get_feed(session, user.user_id)
    return CalendarFeedState(feed=CalendarFeedRead.model_validate(feed) if feed else None)


@router.post(
    "/calendar-feed",
    status_code=status.HTTP_201_CREATED,
    summary="Make an address for calendar programs; an earlier one ends",
    responses=_IN_PERSON,
)
async def open_calendar_feed(request: Request, user: InPerson, session: Session) -> CalendarFeedCreated:
    settings: Settings = request.app.state.settings
    feed, token = await service.open_feed(session, user.user_id)
    url = f"{str(settings.public_url).rstrip('/')}{router.prefix}/calendar.ics?token={token}"
    return CalendarFeedCreated(**CalendarFeedRead.model_validate(feed).model_dump(), url=url)


@router.delete(
    "/calendar-feed",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="End the calendar feed's address",
    responses={**_IN_PERSON, 404: {"model": Problem, "description": "There is none."}},
)
async def close_calendar_feed(user: InPerson, session: Session) -> None:
    await service.close_feed(session, user.user_id)


@router.get(
    "/calendar.ics",
    summary="The calendar feed: open tasks with a due date, as events",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": _TEXT}},
        404: {"model": Problem, "description": "The address has ended, or never was."},
    },
)
async def calendar_feed(
    session: Session, token: Annotated[str, Query(max_length=200, description="The secret of the address.")]
) -> Response:
    """For programs that cannot sign in. The secret is in the query, not in the path, which the log may show."""
    return Response(await service.read_feed(session, token), media_type=_MEDIA_TYPES[ExportFormat.ICS])
