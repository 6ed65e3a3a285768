"""One run at a time, whatever happens to it: a second message, a crash, a client that leaves, a shutdown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.responses import Response, StreamingResponse

from app.chat import runner
from app.core.database import Database
from app.core.settings import Settings
from tests.chat.conftest import Connect
from tests.chat.fake_llm import FakeLanguageModel, calls, says
from tests.chat.talking import Talk
from tests.support.events import until
from tests.support.serving import serve


class Held:
    """A completion that says its text only after it is let go."""

    def __init__(self, answer: str) -> None:
        self.asked = asyncio.Event()
        self.release = asyncio.Event()
        self._answer = answer

    def __call__(self) -> Response:
        async def stream() -> AsyncIterator[bytes]:
            self.asked.set()
            await self.release.wait()
            whole = says(self._answer)()
            assert isinstance(whole, StreamingResponse)
            async for piece in whole.body_iterator:
                yield piece

        return StreamingResponse(stream(), media_type="text/event-stream")


async def run_in_background(talk: Talk, words: str) -> "asyncio.Task[object]":
    return asyncio.create_task(talk.say(words))


async def test_a_busy_conversation_takes_no_second_message(connect: Connect) -> None:
    held = Held("Hello!")
    async with serve(FakeLanguageModel(held).app) as url, connect(f"{url}/v1") as (_, talk):
        talk.id = UUID((await talk.client.post("/api/v1/chat/conversations")).json()["id"])
        first = await run_in_background(talk, "hello")
        await held.asked.wait()
        assert (await talk.stored())["busy"] is True
        for path, body in (("messages", {"text": "hello?"}), ("confirmation", {"approve": True})):
            refused = await talk.client.post(f"{talk.path}/{path}", json=body)
            assert refused.status_code == 409
            assert refused.headers["content-type"] == "application/problem+json"
        elsewhere = await run_in_background(Talk(talk.client), "hello")
        held.release.set()
        await first
        await elsewhere
        stored = await talk.stored()
        assert stored["busy"] is False
        assert [message["text"] for message in stored["messages"]] == ["hello", "Hello!"]


async def test_two_messages_at_once_are_answered_one_by_one(alice: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    await talk.say("hello")
    replies = await asyncio.gather(
        *(alice.post(f"{talk.path}/messages", json={"text": f"add task {n}"}) for n in range(5))
    )
    statuses = sorted(reply.status_code for reply in replies)
    assert set(statuses) <= {200, 409}
    assert statuses[0] == 200
    assert len(await talk.tasks()) == statuses.count(200)
    assert len((await talk.stored())["messages"]) == 2 + 2 * statuses.count(200)


async def test_a_crashed_run_blocks_only_until_its_lease_ends(alice: httpx.AsyncClient, database: Database) -> None:
    talk = Talk(alice)
    await talk.say("add milk")
    await talk.say("delete it")

    async def crash(lease: str) -> None:
        async with database.transaction() as session:
            statement = "UPDATE conversation SET run_id = :run, pending = NULL, busy_until = clock_timestamp() + :lease"
            await session.execute(text(statement), {"run": uuid4(), "lease": timedelta(seconds=float(lease))})

    await crash("60")
    assert (await alice.post(f"{talk.path}/messages", json={"text": "hello"})).status_code == 409
    await crash("-1")
    # The question was lost with the run; nothing is deleted, and the conversation goes on.
    assert (await talk.say("yes")).text == "There is nothing to confirm right now."
    assert (await talk.say("complete milk")).text == "Completed “milk”."


async def test_a_long_run_renews_its_lease(
    connect: Connect, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LEASE", timedelta(seconds=0.3))
    held = Held("Hello!")
    async with serve(FakeLanguageModel(held).app) as url, connect(f"{url}/v1") as (_, talk):
        talk.id = UUID((await talk.client.post("/api/v1/chat/conversations")).json()["id"])
        first = await run_in_background(talk, "hello")
        await held.asked.wait()

        async def lease_end() -> object:
            async with database.transaction() as session:
                return (await session.execute(text("SELECT busy_until FROM conversation"))).scalar_one()

        before = await lease_end()

        async def renewed() -> bool:
            return await lease_end() != before

        await until(renewed, "the lease is renewed")
        held.release.set()
        await first


async def test_a_reply_is_finished_though_its_client_has_left(connect: Connect, settings: Settings) -> None:
    held = Held("I have added it.")
    model = FakeLanguageModel(calls(("create_task", {"title": "milk"})), held)
    async with serve(model.app) as url, connect(f"{url}/v1") as (app, talk), serve(app) as backend:
        headers = {"Authorization": talk.client.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=backend, headers=headers) as leaving:
            body = {"text": "add milk"}
            async with leaving.stream("POST", "/api/v1/chat/messages", json=body) as response:
                assert response.status_code == 200
                talk.id = UUID(response.headers["location"].rsplit("/", 1)[1])
                lines = response.aiter_lines()
                assert await anext(lines) == "event: conversation"
                await held.asked.wait()
        held.release.set()

        async def finished() -> bool:
            return not (await talk.stored())["busy"]

        await until(finished, "the reply is finished")
        reply = (await talk.stored())["messages"][1]
        assert reply["text"] == "I have added it."
        assert [call["outcome"] for call in reply["tool_calls"]] == ["success"]
        assert app.state.database.engine.pool.checkedout() == 0


async def test_pieces_arrive_before_the_reply_is_finished(connect: Connect) -> None:
    held = Held("Hello!")
    model = FakeLanguageModel(calls(("list_tasks", {})), held)
    async with serve(model.app) as url, connect(f"{url}/v1") as (app, talk), serve(app) as backend:
        headers = {"Authorization": talk.client.headers["Authorization"]}
        seen = []
        async with (
            httpx.AsyncClient(base_url=backend, headers=headers) as http,
            http.stream("POST", "/api/v1/chat/messages", json={"text": "list"}) as response,
        ):
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    seen.append(line.removeprefix("event: "))
                if seen == ["conversation", "tool.call", "tool.result"]:
                    held.release.set()
        assert seen[-2:] == ["message.delta", "message.done"]


async def test_a_shutdown_stores_what_was_done_until_then(connect: Connect) -> None:
    held = Held("never said")
    model = FakeLanguageModel(calls(("create_task", {"title": "milk"})), held)
    async with serve(model.app) as url, connect(f"{url}/v1") as (app, talk):
        talk.id = UUID((await talk.client.post("/api/v1/chat/conversations")).json()["id"])
        first = await run_in_background(talk, "add milk")
        await held.asked.wait()
        await app.state.chat.close(grace=0)
        await first
        stored = await talk.stored()
        assert stored["busy"] is False
        reply = stored["messages"][1]
        assert reply["text"].startswith("I was interrupted")
        assert [call["outcome"] for call in reply["tool_calls"]] == ["success"]
        assert await talk.titles() == ["milk"]
        held.release.set()


async def test_a_conversation_deleted_while_it_is_answered(connect: Connect) -> None:
    held = Held("too late")
    async with serve(FakeLanguageModel(held).app) as url, connect(f"{url}/v1") as (_, talk):
        talk.id = UUID((await talk.client.post("/api/v1/chat/conversations")).json()["id"])
        first = await run_in_background(talk, "hello")
        await held.asked.wait()
        assert (await talk.client.delete(talk.path)).status_code == 204
        held.release.set()
        answer = await first
        assert answer.names[-1] == "error"  # type: ignore[attr-defined]
        assert answer.named("error")[0]["problem"]["status"] == 404  # type: ignore[attr-defined]


async def test_the_history_given_to_the_model_is_bounded_and_whole(connect: Connect) -> None:
    model = FakeLanguageModel(says("?"))
    async with serve(model.app) as url, connect(f"{url}/v1") as (_, talk):
        for number in range(25):
            model.completions = [calls(("list_tasks", {}), ids=f"call{number}"), says(f"Answer {number}.")]
            await talk.say(f"Question {number}")
        messages = model.requests[-1]["messages"]
        assert len(messages) <= 65
        assert [message["role"] for message in messages[:2]] == ["system", "user"]
        made = [call["id"] for message in messages for call in message.get("tool_calls") or []]
        returned = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
        assert made == returned
        assert messages[-3]["content"] == "Question 24"


async def test_an_unforeseen_error_ends_the_reply_and_not_the_conversation(
    alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(alice)
    await talk.say("hello")
    with monkeypatch.context() as patch:
        patch.setattr("app.tasks.service.create_task", None)
        answer = await talk.say("add milk")
    assert answer.names[-1] == "error"
    assert answer.named("error")[0]["problem"]["status"] == 503
    assert "NoneType" not in str(answer.events)
    assert (await talk.say("add milk")).text == "Added “milk”."


async def test_a_reply_that_cannot_be_stored_is_an_error(
    alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(alice)
    with monkeypatch.context() as patch:
        patch.setattr("app.chat.repository.get_for_run", None)
        answer = await talk.say("add milk")
    assert answer.names[-1] == "error"
    assert await talk.titles() == ["milk"]
    assert [message["role"] for message in (await talk.stored())["messages"]] == ["user"]


@pytest.fixture
def few_messages(settings: Settings) -> None:
    settings.chat_messages_per_minute = 2


async def test_messages_are_rate_limited_per_user(
    few_messages: None, alice: httpx.AsyncClient, bob: httpx.AsyncClient, backend: FastAPI
) -> None:
    talk = Talk(alice)
    await talk.say("hello")
    await talk.say("hello")
    refused = await alice.post(f"{talk.path}/messages", json={"text": "hello"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert len((await talk.stored())["messages"]) == 4
    await Talk(bob).say("hello")
