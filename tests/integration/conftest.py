"""One platform for all integration tests: a real broker, a real database, real sidecars."""

from collections.abc import Iterator

import pytest

from tests.integration.apps import TOPICS, Platform, run_platform
from tests.integration.broker import create_topics
from tests.support.kafka import start_kafka
from tests.support.postgres import ask
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
        ask(f"{postgres_url}/postgres", f'CREATE DATABASE integration TEMPLATE "{migrated_template}" STRATEGY wal_log')
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
