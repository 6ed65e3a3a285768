"""todo-notification: tells the user of a reminder: in the app, by e-mail and by webhook."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.secrets import SMTP, Secrets
from app.core.settings import Settings, get_settings
from app.events.schemas import ReminderData, ReminderTriggered, Topic
from app.notifications.schemas import NotificationTestResult, SampleNotice
from worker.consumer import Handler, Runtime, after_commit, create_consumer
from worker.deliveries import Deliverer
from worker.mail import Mailer
from worker.models import Channel, Delivery
from worker.webhook import Webhooks

BACKEND = "todo-backend"
TEST_SECONDS = 4.0
"""How long a test notice may take: somebody waits for it, and service invocation for no more than five seconds."""

log = structlog.get_logger(__name__)
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Notice:
    """What the backend puts into the user's list."""

    event_id: UUID
    user_id: UUID
    task_id: UUID
    title: str
    body: str


class Webhook(BaseModel):
    url: str
    secret: str


class Channels(BaseModel):
    """The backend's answer: where else than in the app the user wants the notice."""

    email: str | None
    webhook: Webhook | None


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the notification consumer."""
    events: dict[Topic, TypeAdapter[Any]] = {Topic.REMINDERS: TypeAdapter(ReminderTriggered)}
    return create_consumer(
        settings or get_settings(), secrets, events=events, start=_start, routers=[router], more_secrets=[SMTP]
    )


@asynccontextmanager
async def _start(app: FastAPI, runtime: Runtime) -> AsyncIterator[Mapping[Topic, Handler]]:
    mailer = Mailer(runtime.settings, runtime.secrets)
    async with (
        Webhooks(allow_private=runtime.settings.webhook_allow_private) as webhooks,
        Deliverer(runtime.database, {Channel.EMAIL: mailer.send, Channel.WEBHOOK: webhooks.send}) as deliverer,
    ):
        samples = partial(webhooks.send, event_type="notification.test")
        app.state.senders = {Channel.EMAIL: mailer.send, Channel.WEBHOOK: samples}

        async def notify(session: AsyncSession, event: ReminderTriggered) -> None:
            notice = Notice(event.id, event.data.user_id, event.data.task_id, event.data.title, describe(event.data))
            # One event makes one notice there, so a call whose transaction then fails here may be repeated.
            answer = await runtime.dapr.invoke(BACKEND, "POST", "/internal/notifications", body=notice)
            session.add_all(_deliveries(notice, Channels.model_validate(answer)))
            after_commit(session, deliverer.wake)

        yield {Topic.REMINDERS: notify}


def _deliveries(notice: Notice, channels: Channels) -> Iterator[Delivery]:
    targets: list[tuple[Channel, str, str | None]] = []
    if channels.email:
        targets.append((Channel.EMAIL, channels.email, None))
    if channels.webhook:
        targets.append((Channel.WEBHOOK, channels.webhook.url, channels.webhook.secret))
    for channel, target, secret in targets:
        yield Delivery(
            event_id=notice.event_id,
            user_id=notice.user_id,
            channel=channel,
            target=target,
            secret=secret,
            subject=notice.title,
            body=notice.body,
        )


def describe(reminder: ReminderData) -> str:
    """When the task is due, in its own time zone: "Due Mon 2 Mar 2026, 17:00", without the time where it has none."""
    if reminder.due_at is None:
        return "Reminder"
    due = reminder.due_at.astimezone(ZoneInfo(reminder.time_zone))
    day = f"Due {due:%a} {due.day} {due:%b %Y}"
    return f"{day}, {due:%H:%M}" if reminder.due_has_time else day


@router.post("/internal/test-notices")
async def send_test(notice: SampleNotice, request: Request) -> NotificationTestResult:
    """Called by the backend, which has checked who asks. It is tried once, and nothing of it is kept."""
    delivery = Delivery(
        event_id=uuid4(),
        user_id=uuid4(),
        channel=Channel(notice.channel),
        target=notice.target,
        secret=notice.secret,
        subject="A test notice of Todo Chat",
        body="If you can read this, reminders reach you here.",
    )
    try:
        async with asyncio.timeout(TEST_SECONDS):
            await request.app.state.senders[delivery.channel](delivery)
    except TimeoutError:
        return NotificationTestResult(delivered=False, reason=f"no answer within {TEST_SECONDS:g} seconds")
    except Exception as error:  # whatever the network and the other side come up with
        log.info("a test notice was not delivered", channel=delivery.channel, error=repr(error))
        return NotificationTestResult(delivered=False, reason=str(error) or type(error).__name__)
    return NotificationTestResult(delivered=True)
