"""HTTP endpoints of the sync domain: the streams to browsers, and the events that feed them."""

from collections.abc import AsyncIterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError

from app.core.dapr import FromSidecar
from app.core.database import Session
from app.core.errors import Problem
from app.events.replay import SyncEvent
from app.events.schemas import TaskSync, Topic
from app.sync import service
from app.sync.schemas import STREAM_DOCUMENTATION, Changes, Position, parse_position
from app.users.auth import CurrentUser, PresentedToken, principal_from_bearer

log = structlog.get_logger(__name__)

FANOUT_PATH = "/events/task-updates-fanout"
RECONNECT_MILLISECONDS = 1000

public = APIRouter(prefix="/api/v1", tags=["sync"], responses={401: {"model": Problem}})
internal = APIRouter(tags=["internal"], include_in_schema=False, dependencies=[FromSidecar])


@public.get(
    "/sync",
    summary="Live updates as server-sent events",
    response_class=EventSourceResponse,
    responses=STREAM_DOCUMENTATION,
)
async def stream(
    request: Request,
    user: CurrentUser,
    token: PresentedToken,
    last_event_id: Annotated[str | None, Header(description="Resume after this event.")] = None,
    cursor: Annotated[str | None, Query(description="The same, for a client that cannot set the header.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    state = request.app.state
    position = parse_position(cursor if last_event_id is None else last_event_id)
    messages = service.stream(
        state.hub,
        state.database,
        user.user_id,
        position,
        lambda: principal_from_bearer(state.access_tokens, state.database, token),
    )
    async for name, content in messages:
        if isinstance(content, SyncEvent):
            yield ServerSentEvent(event=name, id=str(content.position), raw_data=content.data)
        elif content is not None:
            yield ServerSentEvent(event=name, id=str(content.cursor), data=content, retry=RECONNECT_MILLISECONDS)
        else:
            yield ServerSentEvent(event=name, data={})


@public.get("/sync/changes", summary="Changes since a cursor, for clients that poll")
async def changes(
    user: CurrentUser,
    session: Session,
    cursor: Annotated[Position | None, Query(description="Of the last answer; none to learn where to start.")] = None,
) -> Changes:
    return await service.changes_since(session, user.user_id, cursor)


@internal.get("/dapr/subscribe")
async def subscriptions(request: Request) -> list[dict[str, str]]:
    # No dead-letter topic: every replica would add its copy of a hint that is of no use later.
    pubsub = request.app.state.settings.fanout_pubsub
    return [{"pubsubname": pubsub, "topic": Topic.TASK_UPDATES, "route": FANOUT_PATH}]


@internal.post(FANOUT_PATH)
async def on_task_update(request: Request) -> dict[str, str]:
    try:
        event = TaskSync.model_validate_json(await request.body())
        position = int(event.sequence or "")
    except (ValidationError, ValueError) as error:
        log.warning("a task.sync event is not understood", error=str(error))
        return {"status": "SUCCESS"}
    request.app.state.hub.deliver(SyncEvent(event.data.user_id, position, event.data.model_dump_json()))
    return {"status": "SUCCESS"}


router = APIRouter()
for part in (public, internal):
    router.include_router(part)
