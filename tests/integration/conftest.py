"""One platform for all integration tests: a real broker, a real database, real sidecars."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from tests.integration.apps import TOPICS, Platform, run_platform
from tests.integration.broker import create_topics
from tests.support.kafka import start_kafka
from tests.support.sinks import MailSink, WebhookSink, mail_sink, webhook_sink


@pytest.fixture(scope="session")
def mail() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def hook() -> Iterator[WebhookSink]:
    with webhook_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_url: str,
    migrated_template: str,
    jwt_private_key: str,
    mail: MailSink,
) -> Iterator[Platform]:
    directory = tmp_path_factory.mktemp("platform")
    with start_kafka(directory / "kafka") as broker:
        create_topics(broker.bootstrap, TOPICS, partitions=3)
        _create_database(postgres_url, migrated_template)
        settings = {
            "TODO_SMTP_HOST": "127.0.0.1",
            "TODO_SMTP_PORT": str(mail.port),
            "TODO_WEBHOOK_ALLOW_PRIVATE": "true",
            "TODO_DATABASE_POOL_SIZE": "5",
        }
        with run_platform(
            directory,
            broker=broker,
            database_url=f"{postgres_url}/integration",
            jwt_private_key=jwt_private_key,
            settings=settings,
        ) as running:
            yield running


def _create_database(url: str, template: str) -> None:
    async def create() -> None:
        connection = await asyncpg.connect(f"{url}/postgres")
        await connection.execute(f'CREATE DATABASE integration TEMPLATE "{template}" STRATEGY wal_log')
        await connection.close()

    asyncio.run(create())
