"""What a browser sees of its event stream."""

import asyncio
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.core.database import Database
from app.core.errors import NotAuthenticated
from app.sync import hub, service
from tests.support.events import until
from tests.sync.conftest import Open, deliver, id_of, publish


async def test_first_connection_says_hello_with_the_cursor(
    alice: httpx.AsyncClient, open_stream: Open, database: Database
) -> None:
    [position] = await publish(database, await id_of(alice))
    async with open_stream(alice) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-cache"
        hello = await stream.next()
    assert hello is not None
    assert (hello.name, hello.id, hello.data) == ("hello", str(position), {"cursor": position})


async def test_change_arrives_with_its_position(alice: httpx.AsyncClient, open_stream: Open) -> None:
    user_id = await id_of(alice)
    async with open_stream(alice) as stream:
        await stream.next()
        await deliver(alice, user_id, 7, title="Grüße\nund mehr", action="deleted")
        event = await stream.next()
    assert event is not None
    assert (event.name, event.id) == ("task.sync", "7")
    assert event.data["title"] == "Grüße\nund mehr"
    assert event.data["action"] == "deleted"


async def test_every_tab_gets_it_and_nobody_else(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, open_stream: Open
) -> None:
    async with open_stream(alice) as one, open_stream(alice) as two, open_stream(bob) as other:
        for stream in (one, two, other):
            await stream.next()
        await deliver(alice, await id_of(alice), 1)
        await deliver(alice, await id_of(bob), 2)
        assert [(await stream.next()).id for stream in (one, two, other)] == ["1", "1", "2"]  # type: ignore[union-attr]


async def test_repeated_event_arrives_once(alice: httpx.AsyncClient, open_stream: Open) -> None:
    user_id = await id_of(alice)
    async with open_stream(alice) as stream:
        await stream.next()
        for position in (1, 1, 2):
            await deliver(alice, user_id, position)
        assert [(await stream.next()).id for _ in range(2)] == ["1", "2"]  # type: ignore[union-attr]


async def test_resumes_after_the_last_event(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, open_stream: Open, database: Database
) -> None:
    me = await id_of(alice)
    positions = await publish(database, me, await id_of(bob), me, me)
    async with open_stream(alice, cursor=positions[0]) as stream:
        assert [(await stream.next()).id for _ in range(2)] == [str(positions[2]), str(positions[3])]  # type: ignore[union-attr]
        await deliver(alice, me, positions[3])
        await deliver(alice, me, positions[3] + 1)
        event = await stream.next()
    assert event is not None
    assert event.id == str(positions[3] + 1)


async def test_resumes_by_query_for_clients_without_headers(
    alice: httpx.AsyncClient, server: str, database: Database
) -> None:
    positions = await publish(database, *[await id_of(alice)] * 2)
    headers = {"Authorization": alice.headers["Authorization"]}
    async with (
        httpx.AsyncClient(timeout=10) as browser,
        browser.stream("GET", f"{server}/api/v1/sync?cursor={positions[0]}", headers=headers) as response,
    ):
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                assert line == f"id: {positions[1]}"
                break


@pytest.mark.parametrize("cursor", ["999999", "nonsense", "-1", "9" * 30, "1.5"])
async def test_unknown_cursor_means_load_everything(
    alice: httpx.AsyncClient, open_stream: Open, database: Database, cursor: str
) -> None:
    [position] = await publish(database, await id_of(alice))
    async with open_stream(alice, cursor=cursor) as stream:
        event = await stream.next()
    assert event is not None
    assert (event.name, event.data) == ("resync", {"cursor": position})


async def test_cursor_older_than_the_kept_events_means_load_everything(
    alice: httpx.AsyncClient, open_stream: Open, database: Database
) -> None:
    positions = await publish(database, *[await id_of(alice)] * 3)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM outbox WHERE position <= :last"), {"last": positions[1]})

    async with open_stream(alice, cursor=positions[0]) as stream:
        event = await stream.next()
    assert event is not None
    assert event.name == "resync"

    async with open_stream(alice, cursor=positions[1]) as stream:
        event = await stream.next()
    assert event is not None
    assert (event.name, event.id) == ("task.sync", str(positions[2]))


async def test_missing_too_much_means_load_everything(
    alice: httpx.AsyncClient, open_stream: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REPLAY_EVENTS", 2)
    positions = await publish(database, *[await id_of(alice)] * 4)
    async with open_stream(alice, cursor=positions[0]) as stream:
        event = await stream.next()
    assert event is not None
    assert (event.name, event.data) == ("resync", {"cursor": positions[-1]})


async def test_needs_a_token(server: str) -> None:
    async with httpx.AsyncClient() as browser:
        response = await browser.get(f"{server}/api/v1/sync")
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"


async def test_stream_ends_when_the_token_does(
    alice: httpx.AsyncClient, backend: FastAPI, open_stream: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECHECK_SECONDS", 0.05)
    async with open_stream(alice) as stream:
        await stream.next()

        def expired(*_: object) -> object:
            raise NotAuthenticated

        monkeypatch.setattr(backend.state.access_tokens, "verify", expired)
        event = await stream.next()
        assert event is not None
        assert event.name == "expired"
        assert await stream.next() is None


async def test_valid_token_keeps_the_stream(
    alice: httpx.AsyncClient, open_stream: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECHECK_SECONDS", 0.02)
    user_id = await id_of(alice)
    async with open_stream(alice) as stream:
        await stream.next()
        await asyncio.sleep(0.1)
        await deliver(alice, user_id, 1)
        event = await stream.next()
    assert event is not None
    assert event.name == "task.sync"


async def test_stopping_server_ends_the_streams(alice: httpx.AsyncClient, backend: FastAPI, open_stream: Open) -> None:
    async with open_stream(alice) as stream:
        await stream.next()
        backend.state.hub.close()
        assert await stream.next() is None
    async with open_stream(alice) as late:
        await late.next()
        assert await late.next() is None


async def test_sweep_delivers_what_the_broker_did_not(
    alice: httpx.AsyncClient, backend: FastAPI, open_stream: Open, database: Database
) -> None:
    user_id = await id_of(alice)
    async with open_stream(alice) as stream:
        await stream.next()
        first, second = await publish(database, user_id, user_id)
        await deliver(alice, user_id, second)
        await backend.state.hub.sweep(database)
        await backend.state.hub.sweep(database)
        await deliver(alice, user_id, first)
        await deliver(alice, user_id, second + 1)
        received = [(await stream.next()).id for _ in range(3)]  # type: ignore[union-attr]
    assert received == [str(second), str(first), str(second + 1)]


async def test_event_between_query_and_subscription_is_not_lost(
    alice: httpx.AsyncClient, backend: FastAPI, open_stream: Open, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came by the broker while the missed ones were read, and they do not contain it."""
    user_id = await id_of(alice)
    [first, second] = await publish(database, user_id, user_id)
    real = service.replay.events_after

    async def slow(*arguments: object, **options: object) -> list[object]:
        found = await real(*arguments, **options)  # type: ignore[arg-type]
        for position in (first, second, second + 1):
            await deliver(alice, user_id, position)
        return list(found)

    monkeypatch.setattr(service.replay, "events_after", slow)
    async with open_stream(alice, cursor=0) as stream:
        received = [(await stream.next()).id for _ in range(3)]  # type: ignore[union-attr]
    assert received == [str(first), str(second), str(second + 1)]


async def test_hub_forgets_a_closed_stream(alice: httpx.AsyncClient, backend: FastAPI, open_stream: Open) -> None:
    async with open_stream(alice) as stream:
        await stream.next()
        assert backend.state.hub._subscriptions
    await until(lambda: not backend.state.hub._subscriptions, "the hub forgets the stream")


async def test_slow_client_is_dropped() -> None:
    user_id = uuid4()
    streams = hub.Hub()
    with streams.subscribe(user_id, 0) as slow, streams.subscribe(user_id, 0) as quick:
        for position in range(1, hub.QUEUE_EVENTS + 2):
            streams.deliver(hub.SyncEvent(user_id, position, "{}"))
            assert await quick.next(1) is not None
        assert slow.closed
        assert not quick.closed
        assert await slow.next(1) is None


async def test_fanout_subscription_and_its_guard(client: httpx.AsyncClient, backend: FastAPI) -> None:
    response = await client.get("/dapr/subscribe")
    assert response.json() == [
        {"pubsubname": "pubsub-fanout", "topic": "task-updates", "route": "/events/task-updates-fanout"}
    ]

    backend.state.app_api_token = "secret"
    assert (await client.get("/dapr/subscribe")).status_code == 401
    assert (await client.post("/events/task-updates-fanout", json={})).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"specversion": "1.0"}', b"\xff"])
async def test_event_that_is_not_understood_is_passed_over(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/events/task-updates-fanout", content=body)
    assert response.json() == {"status": "SUCCESS"}


class TestPolling:
    async def test_first_call_tells_where_to_start(self, alice: httpx.AsyncClient, database: Database) -> None:
        [position] = await publish(database, await id_of(alice))
        answer = (await alice.get("/api/v1/sync/changes")).json()
        assert answer == {"events": [], "cursor": position, "resync": False}

    async def test_changes_since_the_cursor(
        self, alice: httpx.AsyncClient, bob: httpx.AsyncClient, database: Database
    ) -> None:
        me = await id_of(alice)
        first, _, third = await publish(database, me, await id_of(bob), me)
        answer = (await alice.get("/api/v1/sync/changes", params={"cursor": first})).json()
        assert [event["cursor"] for event in answer["events"]] == [third]
        assert answer["events"][0]["data"]["user_id"] == str(me)
        assert answer["cursor"] == third

        again = (await alice.get("/api/v1/sync/changes", params={"cursor": answer["cursor"]})).json()
        assert again == {"events": [], "cursor": third, "resync": False}

    async def test_more_than_one_page(
        self, alice: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "REPLAY_EVENTS", 2)
        positions = await publish(database, *[await id_of(alice)] * 4)
        answer = (await alice.get("/api/v1/sync/changes", params={"cursor": positions[0]})).json()
        assert answer["cursor"] == positions[2]
        answer = (await alice.get("/api/v1/sync/changes", params={"cursor": answer["cursor"]})).json()
        assert [event["cursor"] for event in answer["events"]] == [positions[3]]

    async def test_unknown_cursor(self, alice: httpx.AsyncClient) -> None:
        answer = (await alice.get("/api/v1/sync/changes", params={"cursor": 999})).json()
        assert answer == {"events": [], "cursor": 0, "resync": True}

    @pytest.mark.parametrize("cursor", ["x", "-1", str(2**63), "1.5"])
    async def test_malformed_cursor(self, alice: httpx.AsyncClient, cursor: str) -> None:
        response = await alice.get("/api/v1/sync/changes", params={"cursor": cursor})
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "cursor"

    async def test_needs_a_token(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/api/v1/sync/changes")).status_code == 401
