"""HTTP endpoints of the notifications domain."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, status

from app.core import ratelimit
from app.core.dapr import FromSidecar
from app.core.database import Database, Session
from app.core.errors import Problem
from app.notifications import service
from app.notifications.schemas import (
    ChannelsRead,
    Cursor,
    NotificationPage,
    NotificationRead,
    NotificationTest,
    NotificationTestResult,
    NotifyRequest,
    WebhookRead,
)
from app.users.auth import CurrentUser, InPerson

TESTS_PER_MINUTE = 6

public = APIRouter(prefix="/api/v1/notifications", tags=["notifications"], responses={401: {"model": Problem}})
internal = APIRouter(
    prefix="/internal/notifications", tags=["internal"], include_in_schema=False, dependencies=[FromSidecar]
)


@public.get("", summary="Notifications, newest first")
async def list_notifications(
    user: CurrentUser,
    session: Session,
    unread: Annotated[bool, Query(description="Only those that are not read.")] = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=100, description="`next_cursor` of the page before.")] = None,
) -> NotificationPage:
    before = Cursor.decode(cursor) if cursor is not None else None
    return await service.list_notifications(session, user.user_id, unread=unread, before=before, limit=limit)


@public.post("/read-all", status_code=status.HTTP_204_NO_CONTENT, summary="Mark all notifications as read")
async def mark_all_read(user: CurrentUser, session: Session) -> None:
    await service.mark_all_read(session, user.user_id)


@public.post(
    "/test",
    summary="Send a test notice by e-mail or to the webhook, now",
    responses={
        403: {"model": Problem, "description": "An API token may not do this."},
        409: {"model": Problem, "description": "There is no webhook."},
        429: {"model": Problem, "description": "See Retry-After."},
        503: {"model": Problem, "description": "The notification service is down."},
    },
)
async def test_channel(body: NotificationTest, user: InPerson, request: Request) -> NotificationTestResult:
    """It is tried once; `reason` is what an operator of the receiver needs to know."""
    database: Database = request.app.state.database
    await ratelimit.require(database, ("test notice", str(user.user_id)), per_minute=TESTS_PER_MINUTE)
    # No connection is held while others answer.
    async with database.transaction() as session:
        notice = await service.find_test_target(session, user.user_id, body.channel)
    return await service.send_test(request.app.state.dapr, notice)


@public.post("/{notification_id}/read", summary="Mark a notification as read", responses={404: {"model": Problem}})
async def mark_read(notification_id: UUID, user: CurrentUser, session: Session) -> NotificationRead:
    return NotificationRead.model_validate(await service.mark_read(session, user.user_id, notification_id))


@internal.post("", summary="Notify a user in the app, once per event, and say where else they want it")
async def notify(body: NotifyRequest, session: Session) -> ChannelsRead:
    channels = await service.notify(
        session,
        user_id=body.user_id,
        event_id=body.event_id,
        task_id=body.task_id,
        title=body.title,
        body=body.body,
    )
    webhook = None
    if channels.webhook_url is not None and channels.webhook_secret is not None:
        webhook = WebhookRead(url=channels.webhook_url, secret=channels.webhook_secret)
    return ChannelsRead(email=channels.email, webhook=webhook)


router = APIRouter()
for part in (public, internal):
    router.include_router(part)
