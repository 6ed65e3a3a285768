"""One platform for all integration tests: a real broker, a real database, real sidecars."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import asyncpg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tests.integration.apps import TOPICS, Platform, run_platform
from tests.integration.broker import create_topics
from tests.support.kafka import start_kafka
from tests.support.postgres import free_port


class MailSink(MessageHandler):
    """Keeps every e-mail that arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@dataclass
class WebhookSink:
    """Keeps every webhook call: (headers, body)."""

    url: str
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture(scope="session")
def mail_sink() -> Iterator[tuple[int, MailSink]]:
    handler = MailSink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port, handler
    controller.stop()


@pytest.fixture(scope="session")
def webhook_sink() -> Iterator[WebhookSink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink = WebhookSink(f"http://127.0.0.1:{server.server_port}/hook")
    Thread(target=server.serve_forever, daemon=True).start()
    yield sink
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_url: str,
    migrated_template: str,
    jwt_private_key: str,
    mail_sink: tuple[int, MailSink],
) -> Iterator[Platform]:
    directory = tmp_path_factory.mktemp("platform")
    with start_kafka(directory / "kafka") as broker:
        create_topics(broker.bootstrap, TOPICS, partitions=3)
        _create_database(postgres_url, migrated_template)
        settings = {
            "TODO_SMTP_HOST": "127.0.0.1",
            "TODO_SMTP_PORT": str(mail_sink[0]),
            "TODO_WEBHOOK_ALLOW_PRIVATE": "true",
            "TODO_DATABASE_POOL_SIZE": "5",
        }
        with run_platform(
            directory,
            brokers=broker.bootstrap,
            database_url=f"{postgres_url}/integration",
            jwt_private_key=jwt_private_key,
            settings=settings,
        ) as running:
            yield running


def _create_database(url: str, template: str) -> None:
    import asyncio

    async def create() -> None:
        connection = await asyncpg.connect(f"{url}/postgres")
        await connection.execute(f'CREATE DATABASE integration TEMPLATE "{template}" STRATEGY wal_log')
        await connection.close()

    asyncio.run(create())
