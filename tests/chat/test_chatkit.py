"""ChatKit's protocol, spoken as its widget does, over conversations that the built-in chat shows as well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from app.core.secrets import Secrets
from app.core.settings import Settings
from app.main import create_app
from tests.support.lifespan import running
from tests.support.users import sign_up

PATH = "/api/v1/chat/chatkit"


def message(text: str) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}}


@dataclass
class Widget:
    """The widget of one person, in one thread."""

    client: httpx.AsyncClient
    thread_id: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self, type_: str, **params: Any) -> httpx.Response:
        return await self.client.post(PATH, json={"type": type_, "params": params})

    async def read(self, type_: str, **params: Any) -> dict[str, Any]:
        response = await self.ask(type_, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def stream(self, type_: str, **params: Any) -> Widget:
        response = await self.ask(type_, **params)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        self.events = [orjson.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]
        return self

    async def say(self, text: str) -> Widget:
        if self.thread_id:
            return await self.stream("threads.add_user_message", thread_id=self.thread_id, input=message(text))
        await self.stream("threads.create", input=message(text))
        self.thread_id = self.named("thread.created")[0]["thread"]["id"]
        return self

    def named(self, type_: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == type_]

    @property
    def done(self) -> list[dict[str, Any]]:
        return [event["item"] for event in self.named("thread.item.done")]

    @property
    def streamed(self) -> str:
        updates = [event["update"] for event in self.named("thread.item.updated")]
        return "".join(it["delta"] for it in updates if it["type"] == "assistant_message.content_part.text_delta")

    async def press(self, label: str, item: dict[str, Any]) -> Widget:
        buttons = {item["widget"][place]["label"]: item["widget"][place]["action"] for place in ("confirm", "cancel")}
        action = {key: buttons[label][key] for key in ("type", "payload")}
        return await self.stream("threads.custom_action", thread_id=self.thread_id, item_id=item["id"], action=action)

    async def items(self, **params: Any) -> list[dict[str, Any]]:
        page = await self.read("items.list", thread_id=self.thread_id, **{"order": "asc", "limit": 100, **params})
        items: list[dict[str, Any]] = page["data"]
        return items


@pytest.fixture
def settings() -> Settings:
    return Settings(app_id="todo-backend", database_pool_size=5, relay_enabled=False, chatkit_domain_key="domain_pk_x")


@pytest.fixture
def widget(alice: httpx.AsyncClient) -> Widget:
    return Widget(alice)


async def titles(client: httpx.AsyncClient) -> list[str]:
    return [task["title"] for task in (await client.get("/api/v1/tasks")).json()["items"]]


async def test_a_thread_begins_with_its_first_message(widget: Widget) -> None:
    await widget.say("add buy milk")

    assert await titles(widget.client) == ["buy milk"]
    user, reply = widget.done
    assert user["content"] == [{"type": "input_text", "text": "add buy milk"}]
    assert reply["content"][0]["text"] == widget.streamed != ""
    assert widget.named("progress_update")[0]["text"] == "Create task …"
    assert widget.named("thread.updated")[-1]["thread"]["title"] == "add buy milk"
    assert widget.named("error") == []


async def test_the_built_in_chat_shows_the_same(widget: Widget) -> None:
    await widget.say("add buy milk")
    await widget.say("list my tasks")

    kept = (await widget.client.get(f"/api/v1/chat/conversations/{widget.thread_id}")).json()["messages"]
    items = await widget.items()
    assert [it["text"] for it in kept] == [it["content"][0]["text"] for it in items]
    assert [datetime.fromisoformat(it["created_at"]) for it in kept] == [
        datetime.fromisoformat(it["created_at"]) for it in items
    ]
    assert [it["role"] for it in kept] == ["user", "assistant"] * 2


@pytest.mark.parametrize(("label", "left"), [("Yes", []), ("No", ["buy milk"])])
async def test_a_delete_waits_for_a_button(widget: Widget, label: str, left: list[str]) -> None:
    await widget.say("add buy milk")
    question = (await widget.say("delete buy milk")).done[-1]
    assert question["widget"]["children"][0]["value"] == "Delete “buy milk”"
    assert (await widget.items())[-1]["id"] == question["id"]
    assert await titles(widget.client) == ["buy milk"]

    await widget.press(label, question)

    assert await titles(widget.client) == left
    assert widget.named("thread.item.removed")[0]["item_id"] == question["id"]
    assert [it["type"] for it in await widget.items()] == ["user_message", "assistant_message"] * 3


async def test_a_button_that_was_pressed_already_says_so(widget: Widget) -> None:
    await widget.say("add buy milk")
    question = (await widget.say("delete buy milk")).done[-1]
    await widget.press("No", question)

    action = question["widget"]["confirm"]["action"]
    response = await widget.ask(
        "threads.custom_action", thread_id=widget.thread_id, item_id=question["id"], action=action
    )
    assert response.status_code == 404
    assert await titles(widget.client) == ["buy milk"]


async def test_items_come_in_pages_from_either_end(widget: Widget) -> None:
    for number in range(3):
        await widget.say(f"add task {number}")
    every = [it["id"] for it in await widget.items()]

    for order, wanted in (("asc", every), ("desc", every[::-1])):
        seen: list[str] = []
        after = None
        while True:
            page = await widget.read("items.list", thread_id=widget.thread_id, order=order, limit=4, after=after)
            seen += [it["id"] for it in page["data"]]
            if not page["has_more"]:
                break
            after = page["after"]
        assert seen == wanted


async def test_threads_are_listed_renamed_and_deleted(widget: Widget) -> None:
    await widget.say("add buy milk")
    await widget.read("threads.update", thread_id=widget.thread_id, title="Errands")
    [thread] = (await widget.read("threads.list", limit=10, order="desc"))["data"]
    assert (thread["id"], thread["title"]) == (widget.thread_id, "Errands")

    await widget.read("threads.delete", thread_id=widget.thread_id)
    assert (await widget.read("threads.list", limit=10, order="desc"))["data"] == []
    assert await titles(widget.client) == ["buy milk"]


async def test_a_stranger_sees_nothing(widget: Widget, client: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await widget.say("add buy milk")

    stranger = Widget(bob, widget.thread_id)
    for type_, params in (
        ("threads.get_by_id", {}),
        ("items.list", {"limit": 10, "order": "asc"}),
        ("threads.update", {"title": "Mine"}),
        ("threads.delete", {}),
        ("threads.add_user_message", {"input": message("list my tasks")}),
    ):
        assert (await stranger.ask(type_, thread_id=widget.thread_id, **params)).status_code == 404
    assert (await stranger.read("threads.list", limit=10, order="desc"))["data"] == []
    assert len(await widget.items()) == 2


@pytest.mark.parametrize("body", [b"", b"{}", b'{"type": "threads.nothing", "params": {}}', b"\xff"])
async def test_what_is_no_request_is_refused(alice: httpx.AsyncClient, body: bytes) -> None:
    assert (await alice.post(PATH, content=body)).status_code == 422


async def test_a_request_that_is_too_large_is_refused(widget: Widget) -> None:
    response = await widget.ask("threads.create", input=message("x" * 2**16))
    assert response.status_code == 413
    assert "64 KiB" in response.json()["detail"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\0b"])
async def test_a_message_that_cannot_be_one_is_told(widget: Widget, text: str) -> None:
    await widget.say(text)

    assert widget.named("error")[0]["message"]
    assert await widget.items() == []


async def test_an_unknown_thread_is_not_found(widget: Widget) -> None:
    for thread_id in (str(uuid4()), "thr_1", ""):
        response = await widget.ask("threads.add_user_message", thread_id=thread_id, input=message("hello"))
        assert response.status_code == 404


async def test_who_is_not_signed_in_is_refused(client: httpx.AsyncClient) -> None:
    assert (await Widget(client).ask("threads.list", limit=1)).status_code == 401


@pytest.fixture
async def without_key(database_url: str, jwt_private_key: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(app_id="todo-backend", database_pool_size=5, relay_enabled=False)
    app = create_app(settings, Secrets(database_url=database_url, jwt_private_key=jwt_private_key))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield await sign_up(client)


async def test_without_a_domain_key_it_is_not_there(without_key: httpx.AsyncClient) -> None:
    assert (await Widget(without_key).ask("threads.list", limit=1)).status_code == 404
