"""A triggered reminder becomes one notice in each place, with retries where it can be tried again."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlmodel import select

from app.core.database import Database, utc_now
from app.core.secrets import Secrets
from app.core.settings import Settings
from app.events.schemas import ReminderData, Topic
from tests.support.events import cloud_event, until
from tests.support.sidecar import Answer, FakeSidecar
from tests.support.sinks import MailSink, WebhookSink, mail_sink, webhook_sink
from tests.worker.conftest import Consumer, Start
from worker import consumer, deliveries, notifications
from worker.deliveries import Deliverer, Undeliverable
from worker.mail import Mailer
from worker.models import Channel, Delivery
from worker.webhook import Webhooks

SECRET = "the webhook's secret"
REMINDER = ReminderData(
    user_id=uuid4(),
    task_id=uuid4(),
    title="Call\nthe dentist ☎",
    status="triggered",
    reminder_id=uuid4(),
    remind_at=datetime(2026, 3, 2, 15, 50, tzinfo=UTC),
    due_at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC),
    due_has_time=True,
    time_zone="Europe/Berlin",
    triggered_at=datetime(2026, 3, 2, 15, 50, tzinfo=UTC),
)


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def hook() -> Iterator[WebhookSink]:
    with webhook_sink() as sink:
        yield sink


@pytest.fixture
async def running(start_consumer: Start, mail: MailSink, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Consumer]:
    monkeypatch.setattr(consumer, "FIRST_RETRY_SECONDS", 0.001)
    monkeypatch.setattr(deliveries, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(deliveries, "POLL_SECONDS", 0.02)
    options = {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "webhook_allow_private": True}
    async with start_consumer("todo-notification", notifications, **options) as started:
        yield started


async def stored(database: Database) -> dict[str, Delivery]:
    async with database.transaction() as session:
        return {row.channel: row for row in (await session.execute(select(Delivery))).scalars()}


async def until_settled(database: Database) -> dict[str, Delivery]:
    async def settled() -> bool:
        found = await stored(database)
        return bool(found) and all(it.state != "pending" for it in found.values())

    await until(settled, "every delivery is sent or given up")
    return await stored(database)


def channels(email: str | None = None, hook: WebhookSink | None = None) -> Answer:
    return Answer(200, {"email": email, "webhook": {"url": hook.url, "secret": SECRET} if hook else None})


class TestEvents:
    async def test_notice_goes_to_the_list_by_mail_and_by_webhook(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, mail: MailSink, hook: WebhookSink
    ) -> None:
        sidecar.answers = [channels("ada@example.com", hook)]
        event = await running.handle("reminder.triggered", REMINDER)
        await until_settled(database)

        [(method, path, request)] = sidecar.invocations
        assert (method, path) == ("POST", "todo-backend/internal/notifications")
        assert request == {
            "event_id": event["id"],
            "user_id": str(REMINDER.user_id),
            "task_id": str(REMINDER.task_id),
            "title": REMINDER.title,
            "body": "Due Mon 2 Mar 2026, 17:00",
        }
        [message] = mail.messages
        assert message["To"] == "ada@example.com"
        assert message["From"] == "todo@localhost"
        assert message["Message-ID"] == f"<{event['id']}@localhost>"
        assert "Due Mon 2 Mar 2026, 17:00" in message.get_payload()
        [(headers, body)] = hook.calls
        expected = hmac.new(
            SECRET.encode(), headers["x-todo-timestamp"].encode() + b"." + body, hashlib.sha256
        ).hexdigest()
        assert headers["x-todo-signature"] == f"sha256={expected}"
        assert headers["idempotency-key"] == event["id"]
        assert abs(int(headers["x-todo-timestamp"]) - utc_now().timestamp()) < 60
        assert orjson.loads(body) == {
            "id": event["id"],
            "type": "reminder.triggered",
            "title": REMINDER.title,
            "body": "Due Mon 2 Mar 2026, 17:00",
        }

    async def test_user_who_wants_nothing_more(
        self, running: Consumer, sidecar: FakeSidecar, database: Database
    ) -> None:
        sidecar.answers = [channels()]
        await running.handle("reminder.triggered", REMINDER)
        assert await stored(database) == {}

    @pytest.mark.parametrize("type_", ["reminder.scheduled", "reminder.cancelled"])
    async def test_other_reminder_events_tell_nobody(self, running: Consumer, sidecar: FakeSidecar, type_: str) -> None:
        await running.handle(type_, REMINDER)
        assert sidecar.invocations == []

    async def test_repeated_event_is_one_notice(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, mail: MailSink
    ) -> None:
        sidecar.answers = [channels("ada@example.com")]
        event = cloud_event("reminder.triggered", REMINDER)
        await asyncio.gather(*(running.deliver(Topic.REMINDERS, event) for _ in range(4)))
        await until_settled(database)
        assert len(mail.messages) == 1

    async def test_backend_that_is_down_is_asked_again(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, mail: MailSink
    ) -> None:
        sidecar.answers = [Answer(500, {"errorCode": "ERR_DIRECT_INVOKE"}), channels("ada@example.com")]
        await running.handle("reminder.triggered", REMINDER)
        await until_settled(database)
        assert len(sidecar.invocations) == 2
        assert len(mail.messages) == 1


class TestRetries:
    async def test_failed_attempts_are_repeated(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, mail: MailSink, hook: WebhookSink
    ) -> None:
        mail.replies = ["451 try again later"]
        hook.statuses = [500, 429]
        sidecar.answers = [channels("ada@example.com", hook)]
        await running.handle("reminder.triggered", REMINDER)

        found = await until_settled(database)
        assert {channel: (it.state, it.attempts) for channel, it in found.items()} == {
            "email": ("sent", 2),
            "webhook": ("sent", 3),
        }
        assert len(mail.messages) == 1
        assert len(hook.calls) == 3
        assert len({headers["idempotency-key"] for headers, _ in hook.calls}) == 1

    async def test_secret_is_not_kept_after_the_delivery(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, hook: WebhookSink
    ) -> None:
        sidecar.answers = [channels(hook=hook)]
        await running.handle("reminder.triggered", REMINDER)
        assert (await until_settled(database))["webhook"].secret is None

    @pytest.mark.parametrize("reply", ["550 no such user", "553 not here"])
    async def test_refused_recipient_is_not_tried_again(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, mail: MailSink, reply: str
    ) -> None:
        mail.replies = [reply]
        sidecar.answers = [channels("nobody@example.com")]
        await running.handle("reminder.triggered", REMINDER)
        failed = (await until_settled(database))["email"]
        assert (failed.state, failed.attempts) == ("failed", 1)
        assert reply[:3] in (failed.last_error or "")

    async def test_receiver_that_is_gone_is_not_called_again(
        self, running: Consumer, sidecar: FakeSidecar, database: Database, hook: WebhookSink
    ) -> None:
        hook.statuses = [410]
        sidecar.answers = [channels(hook=hook)]
        await running.handle("reminder.triggered", REMINDER)
        assert (await until_settled(database))["webhook"].state == "failed"
        assert len(hook.calls) == 1

    async def test_attempts_are_bounded(
        self,
        running: Consumer,
        sidecar: FakeSidecar,
        database: Database,
        hook: WebhookSink,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(deliveries, "MAX_ATTEMPTS", 3)
        hook.statuses = [500] * 10
        sidecar.answers = [channels(hook=hook)]
        await running.handle("reminder.triggered", REMINDER)
        assert (await until_settled(database))["webhook"].state == "failed"
        assert len(hook.calls) == 3

    async def test_waiting_grows_and_two_replicas_share_the_work(self, database: Database) -> None:
        now = utc_now()
        for _ in range(30):
            async with database.transaction() as session:
                session.add(_delivery(next_attempt_at=now - timedelta(seconds=1)))
        calls: list[Any] = []

        async def fail(delivery: Delivery) -> None:
            calls.append(delivery.event_id)
            raise OSError("no route")

        replicas = [Deliverer(database, {Channel.WEBHOOK: fail}) for _ in range(2)]
        counts = await asyncio.gather(*(replica.deliver_due(now) for replica in replicas))
        rest = await replicas[0].deliver_due(now)
        assert sum(counts) + rest == 30
        assert len(set(calls)) == 30
        assert await replicas[0].deliver_due(now + timedelta(seconds=4.9)) == 0
        assert await replicas[0].deliver_due(now + timedelta(seconds=5)) == deliveries.BATCH

    async def test_lease_of_a_crashed_replica_ends(self, database: Database) -> None:
        now = utc_now()
        async with database.transaction() as session:
            session.add(_delivery(next_attempt_at=now))

        async def crash(_: Delivery) -> None:
            raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await Deliverer(database, {Channel.WEBHOOK: crash}).deliver_due(now)

        sent: list[Delivery] = []

        async def send(delivery: Delivery) -> None:
            sent.append(delivery)

        survivor = Deliverer(database, {Channel.WEBHOOK: send})
        assert await survivor.deliver_due(now + deliveries.LEASE - timedelta(seconds=1)) == 0
        assert await survivor.deliver_due(now + deliveries.LEASE) == 1
        assert sent[0].attempts == 2


def _delivery(**changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "event_id": uuid4(),
        "channel": Channel.WEBHOOK,
        "user_id": uuid4(),
        "target": "http://127.0.0.1:1/hook",
        "secret": SECRET,
        "subject": "Call",
        "body": "Due",
    }
    return Delivery(**(values | changes))


class TestWebhooks:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]"])
    async def test_own_network_is_not_called(self, hook: WebhookSink, host: str) -> None:
        target = hook.url.replace("127.0.0.1", host)
        async with Webhooks(allow_private=False) as webhooks:
            with pytest.raises(Undeliverable):
                await webhooks.send(_delivery(target=target))
        assert hook.calls == []

    async def test_name_that_resolves_into_the_own_network_is_not_called(
        self, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def resolve(*_: object, **__: object) -> list[Any]:
            return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        async with Webhooks(allow_private=False) as webhooks:
            with pytest.raises(Undeliverable):
                await webhooks.send(_delivery(target="http://rebinding.example.com/hook"))

    async def test_connects_to_the_address_that_was_checked(
        self, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = int(hook.url.split(":")[2].split("/")[0])

        async def resolve(*_: object, **__: object) -> list[Any]:
            return [(0, 0, 0, "", ("127.0.0.1", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        async with Webhooks(allow_private=True) as webhooks:
            await webhooks.send(_delivery(target=f"http://hooks.example.com:{port}/hook?a=1"))
        [(headers, _)] = hook.calls
        assert headers["host"] == f"hooks.example.com:{port}"

    async def test_redirect_is_not_followed(self, hook: WebhookSink) -> None:
        hook.statuses = [307]
        hook.location = hook.url
        async with Webhooks(allow_private=True) as webhooks:
            with pytest.raises(RuntimeError, match="307"):
                await webhooks.send(_delivery(target=hook.url))
        assert len(hook.calls) == 1

    async def test_proxy_of_the_environment_is_not_used(
        self, hook: WebhookSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        async with Webhooks(allow_private=True) as webhooks:
            await webhooks.send(_delivery(target=hook.url))
        assert len(hook.calls) == 1


class TestMail:
    @pytest.fixture
    def mailer(self, mail: MailSink) -> Mailer:
        settings = Settings(smtp_host="127.0.0.1", smtp_port=mail.port, smtp_from="Todo <todo@example.org>")
        return Mailer(settings, Secrets(database_url="", jwt_private_key=""))

    async def test_title_cannot_add_headers(self, mailer: Mailer, mail: MailSink) -> None:
        await mailer.send(_delivery(target="ada@example.com", subject="Call\r\nBcc: eve@example.com", body="x"))
        [message] = mail.messages
        assert message["Bcc"] is None
        assert "Bcc: eve@example.com" in message["Subject"]
        assert message["Message-ID"].endswith("@example.org>")

    async def test_no_server_is_not_tried_again(self) -> None:
        mailer = Mailer(Settings(), Secrets(database_url="", jwt_private_key=""))
        with pytest.raises(Undeliverable):
            await mailer.send(_delivery(target="ada@example.com"))

    async def test_server_that_is_down_may_come_back(self) -> None:
        mailer = Mailer(Settings(smtp_host="127.0.0.1", smtp_port=1), Secrets(database_url="", jwt_private_key=""))
        with pytest.raises(OSError, match="refused"):
            await mailer.send(_delivery(target="ada@example.com"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Due Mon 2 Mar 2026, 17:00"),
        ({"time_zone": "Asia/Tokyo"}, "Due Tue 3 Mar 2026, 01:00"),
        ({"due_has_time": False}, "Due Mon 2 Mar 2026"),
        ({"due_at": None}, "Reminder"),
    ],
)
def test_body_says_when_the_task_is_due(changes: dict[str, Any], text: str) -> None:
    assert notifications.describe(REMINDER.model_copy(update=changes)) == text


async def test_wake_delivers_without_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "POLL_SECONDS", 3600)
    sent: list[Delivery] = []

    async def send(delivery: Delivery) -> None:
        sent.append(delivery)

    async with Deliverer(database, {Channel.WEBHOOK: send}) as deliverer:
        await asyncio.sleep(0.05)
        async with database.transaction() as session:
            session.add(_delivery(next_attempt_at=utc_now()))
        deliverer.wake()
        await until(lambda: sent, "it is delivered")


class TestSamples:
    @staticmethod
    async def send(running: Consumer, **sample: object) -> dict[str, Any]:
        response = await running.http.post("/internal/test-notices", json=sample)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    async def test_webhook_is_called_at_once_and_nothing_is_kept(
        self, running: Consumer, hook: WebhookSink, database: Database
    ) -> None:
        result = await self.send(running, channel="webhook", target=hook.url, secret=SECRET)

        assert result == {"delivered": True, "reason": None}
        [(headers, body)] = hook.calls
        assert headers["x-todo-signature"].startswith("sha256=")
        assert orjson.loads(body)["type"] == "notification.test", "a receiver must not take it for a reminder"
        assert await stored(database) == {}

    async def test_mail_is_sent(self, running: Consumer, mail: MailSink) -> None:
        assert (await self.send(running, channel="email", target="ada@example.com"))["delivered"] is True
        assert [message["To"] for message in mail.messages] == ["ada@example.com"]

    async def test_failure_is_told_and_not_tried_again(self, running: Consumer, hook: WebhookSink) -> None:
        hook.statuses = [500]

        result = await self.send(running, channel="webhook", target=hook.url, secret=SECRET)

        assert result == {"delivered": False, "reason": "the receiver answered with status 500"}
        assert len(hook.calls) == 1

    async def test_private_address_is_refused(self, start_consumer: Start, hook: WebhookSink) -> None:
        async with start_consumer("todo-notification", notifications) as started:
            result = await self.send(started, channel="webhook", target=hook.url, secret=SECRET)

        assert result == {"delivered": False, "reason": "the address is not of the public internet"}
        assert hook.calls == []

    async def test_mail_without_a_server_says_so(self, start_consumer: Start) -> None:
        async with start_consumer("todo-notification", notifications) as started:
            result = await self.send(started, channel="email", target="ada@example.com")

        assert result == {"delivered": False, "reason": "no SMTP server is configured"}

    async def test_only_the_sidecar_may_ask(self, running: Consumer) -> None:
        response = await running.http.post(
            "/internal/test-notices",
            json={"channel": "email", "target": "ada@example.com"},
            headers={"dapr-api-token": "guessed"},
        )
        assert response.status_code == 401
