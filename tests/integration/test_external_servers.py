"""Dapr's components against servers that somebody else runs: brokers that ask who one is, a database behind TLS."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web
from sqlalchemy import make_url, text

from app.core.database import Database
from plugins.module_utils.secret_values import url_secret
from tests.integration.broker import create_topics
from tests.support.certificates import Authority
from tests.support.dapr import render_components, start_daprd
from tests.support.events import until
from tests.support.kafka import PASSWORD, USER, Broker, start_kafka
from tests.support.ports import free_port
from tests.support.tls_front import tls_front

TOPIC = "task-events"
APP = {"app_id": "todo-analytics", "publishes": [TOPIC], "subscribes": [TOPIC]}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with start_kafka(tmp_path_factory.mktemp("kafka"), secure=True) as running:
        create_topics(running.bootstrap, [TOPIC, "dead-letter"], partitions=1)
        yield running


def _components(tmp_path: Path, secrets: dict[str, dict[str, str]], **variables: Any) -> Path:
    """The deployed components with a secret store that holds `secrets`."""
    secrets_file = tmp_path / "secrets.json"
    secrets_file.write_bytes(orjson.dumps(secrets))
    resources, _ = render_components(tmp_path / "dapr", dapr_components_secrets_file=str(secrets_file), **variables)
    return resources


@asynccontextmanager
async def _subscriber() -> AsyncIterator[tuple[int, list[Any]]]:
    """An application that takes every event of the topic: its port, and what came."""
    events: list[Any] = []

    async def subscriptions(_: web.Request) -> web.Response:
        return web.json_response([{"pubsubname": "pubsub-kafka", "topic": TOPIC, "route": "/events"}])

    async def take(request: web.Request) -> web.Response:
        events.append((await request.json())["data"])
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/dapr/subscribe", subscriptions), web.post("/events", take)])
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield port, events
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("listener", "protocol", "mechanism"),
    [
        ("sasl_ssl", "SASL_SSL", "SCRAM-SHA-256"),
        ("sasl_ssl", "SASL_SSL", "SCRAM-SHA-512"),
        ("sasl_ssl", "SASL_SSL", "PLAIN"),
        ("sasl_plaintext", "SASL_PLAINTEXT", "SCRAM-SHA-512"),
        ("ssl", "SSL", None),
        ("mutual_ssl", "SSL", None),
    ],
)
async def test_events_pass_through_brokers_that_ask_who_one_is(
    tmp_path: Path, broker: Broker, listener: str, protocol: str, mechanism: str | None
) -> None:
    secure = broker.secure
    variables: dict[str, Any] = {
        "todochat_kafka_brokers": getattr(secure, listener),
        "todochat_kafka_security_protocol": protocol,
        "todochat_kafka_ca_file": str(secure.ca) if protocol.endswith("SSL") else "",
        "dapr_components_apps": [APP],
    }
    secret = {"ca": secure.ca.read_text()}
    if mechanism:
        variables["todochat_kafka_sasl_mechanism"] = mechanism
        secret |= {"username": USER, "password": PASSWORD}
    if listener == "mutual_ssl":
        variables["dapr_components_kafka_auth"] = "mtls"
        secret["client-certificate"] = secure.client.certificate.read_text()
        secret["client-key"] = secure.client.key.read_text()
    resources = _components(tmp_path, {"kafka-secrets": secret}, **variables)

    event = {"through": f"{listener} {mechanism}"}
    async with _subscriber() as (port, events):
        with start_daprd(tmp_path / "sidecar", APP["app_id"], port, resources=resources, wait=False) as sidecar:
            publish = f"{sidecar.url}/v1.0/publish/pubsub-kafka/{TOPIC}"
            await until(lambda: _accepted(publish, event), f"the broker takes an event; see {sidecar.log}", 60)
            await until(lambda: event in events, f"the event is back; see {sidecar.log}", 60)


async def test_application_and_sidecar_take_the_url_of_a_provider(
    tmp_path: Path, broker: Broker, database_url: str
) -> None:
    identity = Authority.create(tmp_path / "ca").issue("database", tmp_path / "database")
    server = make_url(database_url)
    async with tls_front(server.port or 0, identity) as port:
        # As Neon writes them.
        given = server.set(host="127.0.0.1", port=port, password="hush").render_as_string(hide_password=False)
        secret = url_secret(f"{given}?sslmode=require&channel_binding=require")

        database = Database(secret["connection-string"], pool_size=1)
        async with database.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM task")) == 0
        await database.dispose()

        resources = _components(
            tmp_path,
            {"postgres-secrets": secret},
            todochat_kafka_brokers=broker.bootstrap,
            dapr_components_apps=[APP],
            dapr_components_state_apps=[APP["app_id"]],
        )
        with start_daprd(tmp_path / "sidecar", APP["app_id"], None, resources=resources, wait=False) as sidecar:
            store = f"{sidecar.url}/v1.0/state/statestore-postgresql"
            await until(lambda: _accepted(store, [{"key": "a", "value": 1}]), f"it is stored; see {sidecar.log}", 60)


async def _accepted(url: str, body: object) -> bool:
    """Whether the sidecar, which may be starting, takes the request."""
    async with httpx.AsyncClient() as client:
        try:
            return (await client.post(url, json=body)).is_success
        except httpx.TransportError:
            return False
