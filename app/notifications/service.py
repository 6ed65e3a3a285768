"""Rules of notifications."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import utc_now
from app.core.errors import NotFound
from app.events import outbox
from app.events.schemas import SyncData, Topic
from app.notifications import repository
from app.notifications.models import Notification
from app.notifications.schemas import Cursor, NotificationPage, NotificationRead
from app.users import service as users


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
