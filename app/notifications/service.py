"""Rules of notifications."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.dapr import Dapr, DaprError
from app.core.database import utc_now
from app.core.errors import Conflict, NotAuthenticated, NotFound, Unavailable
from app.events import outbox
from app.events.schemas import SyncData, Topic
from app.notifications import repository
from app.notifications.models import Notification
from app.notifications.schemas import (
    Cursor,
    NotificationChannel,
    NotificationPage,
    NotificationRead,
    NotificationTestResult,
    SampleNotice,
)
from app.users import service as users

log = structlog.get_logger(__name__)

NOTIFICATION = "todo-notification"


@dataclass(frozen=True, slots=True)
class Channels:
    """Where else than in the app a user wants to be notified."""

    email: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None


async def notify(
    session: AsyncSession, *, user_id: UUID, event_id: UUID, task_id: UUID | None, title: str, body: str
) -> Channels:
    """Put a notification into the user's list, once per event, and say where else they want it.

    A repeated call only says where, so that a caller that failed half-way may start again. A user who deleted the
    account meanwhile gets nothing, anywhere.
    """
    user = await users.get_user(session, user_id)
    if user is None:
        return Channels()
    notification = Notification(user_id=user_id, event_id=event_id, task_id=task_id, title=title, body=body)
    if await repository.insert_once(session, notification):
        hint = SyncData(
            user_id=user_id,
            task_id=task_id,
            title=title,
            status="unread",
            entity="notification",
            entity_id=notification.id,
            action="created",
        )
        await outbox.record(session, Topic.TASK_UPDATES, "task.sync", hint)
    return Channels(
        email=user.email if user.notify_by_email else None,
        webhook_url=user.webhook_url,
        webhook_secret=user.webhook_secret,
    )


async def list_notifications(
    session: AsyncSession, user_id: UUID, *, unread: bool, before: Cursor | None, limit: int
) -> NotificationPage:
    """A page of the user's notifications, newest first, that starts after `before`."""
    position = (before.created_at, before.id) if before else None
    found = await repository.list_newest(session, user_id, unread=unread, before=position, limit=limit + 1)
    page = found[:limit]
    return NotificationPage(
        items=[NotificationRead.model_validate(notification) for notification in page],
        next_cursor=Cursor(page[-1].created_at, page[-1].id).encode() if len(found) > limit else None,
        unread_count=await repository.count_unread(session, user_id),
    )


async def mark_read(session: AsyncSession, user_id: UUID, notification_id: UUID) -> Notification:
    """The notification, now read. Raises `NotFound` when the user has no such one."""
    notification = await repository.mark_read(session, user_id, notification_id, utc_now())
    if notification is None:
        raise NotFound("There is no such notification.")
    return notification


async def mark_all_read(session: AsyncSession, user_id: UUID) -> None:
    """Mark everything in the user's list as read."""
    await repository.mark_all_read(session, user_id, utc_now())


async def find_test_target(session: AsyncSession, user_id: UUID, channel: NotificationChannel) -> SampleNotice:
    """A test notice for the user's channel. Raises `Conflict` when the user has not set the channel up."""
    user = await users.get_user(session, user_id)
    if user is None:
        raise NotAuthenticated("The account no longer exists.")
    if channel is NotificationChannel.EMAIL:
        return SampleNotice(channel=channel, target=user.email)
    if user.webhook_url is None:
        raise Conflict("There is no webhook; save its URL first.")
    return SampleNotice(channel=channel, target=user.webhook_url, secret=user.webhook_secret)


async def send_test(dapr: Dapr, notice: SampleNotice) -> NotificationTestResult:
    """Have todo-notification, which alone may reach other networks, send it. Raises `Unavailable` when it is down."""
    try:
        answer = await dapr.invoke(NOTIFICATION, "POST", "/internal/test-notices", body=notice.model_dump())
    except DaprError as error:
        log.warning("notifications do not answer", error=str(error))
        raise Unavailable("The notification service does not answer at the moment.") from error
    return NotificationTestResult.model_validate(answer)
