"""The MCP server, by the SDK's own client over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import httpx2
import orjson
import pytest
from fastapi import FastAPI
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from tests.support.serving import serve

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
async def url(backend: FastAPI) -> AsyncIterator[str]:
    async with serve(backend) as base:
        yield f"{base}/mcp"


@asynccontextmanager
async def connected(url: str, authorization: str, mode: str = "auto") -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": authorization}, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


def as_user(url: str, user: httpx.AsyncClient, mode: str = "auto") -> AbstractAsyncContextManager[Client]:
    return connected(url, user.headers["Authorization"], mode)


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    (text,) = result.content
    assert isinstance(text, TextContent)
    assert orjson.loads(text.text) == result.structured_content
    return result.structured_content


async def refusal(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    (text,) = result.content
    assert isinstance(text, TextContent)
    return text.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_tools_are_described(url: str, alice: httpx.AsyncClient, mode: str) -> None:
    async with as_user(url, alice, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "create_task",
            "list_tasks",
            "get_task",
            "update_task",
            "complete_tasks",
            "reopen_tasks",
            "delete_tasks",
            "bulk_update_tasks",
            "undo_last_change",
            "analytics_summary",
        }
        hints = {name: tool.annotations for name, tool in tools.items()}
        read_only = {name for name, hint in hints.items() if hint and hint.read_only_hint}
        assert read_only == {"list_tasks", "get_task", "analytics_summary"}
        destructive = {name for name, hint in hints.items() if hint and hint.destructive_hint}
        assert {"delete_tasks", "bulk_update_tasks"} <= destructive
        assert not destructive & (read_only | {"create_task"})
        for tool in tools.values():
            assert tool.description
            assert tool.input_schema["type"] == "object"
            assert tool.output_schema
            assert "user_id" not in orjson.dumps(tool.input_schema).decode()
        assert tools["create_task"].input_schema["required"] == ["title"]


async def test_each_tool_works(url: str, alice: httpx.AsyncClient) -> None:
    async with as_user(url, alice) as client:
        created = await call(
            client, "create_task", title="Buy milk", due_at="2030-05-01T09:00", tags=["Errands"], priority="high"
        )
        assert created["due_at"] == "2030-05-01T09:00+02:00"
        assert created["tags"] == ["errands"]
        id_ = created["id"]
        assert (await call(client, "get_task", id=id_)) == created
        assert (await call(client, "list_tasks", q="milk", priority=["high"]))["tasks"] == [created]
        assert (await call(client, "list_tasks", q="bread"))["tasks"] == []
        updated = await call(client, "update_task", id=id_, changes={"title": "Buy oat milk", "due_at": None})
        assert updated["title"] == "Buy oat milk"
        assert "due_at" not in updated
        assert (await call(client, "complete_tasks", ids=[id_]))["done"] == 1
        assert (await call(client, "reopen_tasks", ids=[id_]))["tasks"][0]["status"] == "open"
        tagged = {"action": "update", "filter": {"tag": ["errands"]}, "changes": {"priority": "low"}}
        assert (await call(client, "bulk_update_tasks", **tagged))["tasks"][0]["priority"] == "low"
        assert (await call(client, "delete_tasks", ids=[id_]))["done"] == 1
        assert (await call(client, "list_tasks"))["tasks"] == []
        assert (await call(client, "undo_last_change"))["tasks"][0]["title"] == "Buy oat milk"
    assert [task["title"] for task in (await alice.get("/api/v1/tasks")).json()["items"]] == ["Buy oat milk"]


async def test_analytics_that_do_not_answer_are_a_refusal(url: str, alice: httpx.AsyncClient) -> None:
    async with as_user(url, alice) as client:
        assert await refusal(client, "analytics_summary") == "Analytics does not answer at the moment."


async def test_an_empty_filter_is_refused(url: str, alice: httpx.AsyncClient) -> None:
    async with as_user(url, alice) as client:
        await call(client, "create_task", title="Buy milk")
        for arguments in (
            {"action": "delete", "filter": {}},
            {"action": "delete", "filter": {"priority": []}},
            {"action": "delete"},
            {"action": "delete", "ids": []},
            {"action": "delete", "all": False},
        ):
            assert await refusal(client, "bulk_update_tasks", **arguments)
        assert await refusal(client, "delete_tasks", ids=[])
        assert await refusal(client, "delete_tasks")
        assert len((await call(client, "list_tasks"))["tasks"]) == 1
        assert (await call(client, "bulk_update_tasks", action="delete", all=True))["done"] == 1


async def test_bad_arguments_are_refused_with_field_and_reason(url: str, alice: httpx.AsyncClient) -> None:
    async with as_user(url, alice) as client:
        assert "title" in await refusal(client, "create_task", title="x" * 10_000)
        assert "NUL" in await refusal(client, "create_task", title="a\0b")
        assert "due_at" in await refusal(client, "create_task", title="x", due_at="9999-12-31")
        assert "rrule" in await refusal(client, "create_task", title="x", rrule="FREQ=SECONDLY")
        assert "titel" in await refusal(client, "create_task", titel="x", title="y")
        assert "id" in await refusal(client, "get_task", id="1")
        with pytest.raises(MCPError):
            await client.call_tool("drop_tables", {})


async def test_other_peoples_tasks_do_not_exist(url: str, alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    hers = (await alice.post("/api/v1/tasks", json={"title": "Buy milk"})).json()["id"]
    async with as_user(url, bob) as client:
        assert (await call(client, "list_tasks"))["tasks"] == []
        unknown = str(uuid4())
        for name, arguments in (("get_task", {}), ("update_task", {"changes": {"title": "mine"}})):
            assert await refusal(client, name, id=hers, **arguments) == await refusal(
                client, name, id=unknown, **arguments
            )
        for name in ("complete_tasks", "reopen_tasks", "delete_tasks"):
            assert (await call(client, name, ids=[hers]))["done"] == 0
        assert (await call(client, "bulk_update_tasks", action="delete", ids=[hers]))["done"] == 0
        assert await refusal(client, "undo_last_change") == "There is nothing to undo."
    (task,) = (await alice.get("/api/v1/tasks")).json()["items"]
    assert (task["title"], task["status"], task["version"]) == ("Buy milk", "open", 1)


async def test_an_api_token_is_as_good_as_an_access_token(url: str, alice: httpx.AsyncClient) -> None:
    created = await alice.post("/api/v1/tokens", json={"name": "my editor"})
    assert created.status_code == 201, created.text
    token = created.json()
    async with connected(url, f"Bearer {token['token']}") as client:
        await call(client, "create_task", title="Buy milk")
    assert (await alice.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
    async with httpx.AsyncClient(timeout=60) as http:
        headers = {"Authorization": f"Bearer {token['token']}", **ACCEPT}
        assert (await http.post(url, json=INITIALIZE, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}],
)
async def test_without_a_valid_token(url: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        response = await http.post(url, json=INITIALIZE, headers=headers | ACCEPT)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")


async def test_a_rebound_host_and_a_foreign_origin_are_refused(url: str, alice: httpx.AsyncClient) -> None:
    headers = {"Authorization": alice.headers["Authorization"], **ACCEPT}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        assert (await http.post(url, json=INITIALIZE)).status_code == 200
        assert (await http.post(url, json=INITIALIZE, headers={"Host": "localhost:8080"})).status_code == 200
        assert (await http.post(url, json=INITIALIZE, headers={"Host": "evil.example"})).status_code == 421
        assert (await http.post(url, json=INITIALIZE, headers={"Origin": "https://evil.example"})).status_code == 403
        same = {"Origin": "http://localhost:8080"}
        assert (await http.post(url, json=INITIALIZE, headers=same)).status_code == 200


async def test_there_are_no_sessions(url: str, alice: httpx.AsyncClient) -> None:
    headers = {"Authorization": alice.headers["Authorization"], **ACCEPT}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        assert (await http.get(url)).status_code == 405
        assert (await http.delete(url)).status_code == 405
        listed = await http.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert listed.status_code == 200
        assert "mcp-session-id" not in listed.headers
        assert len(listed.json()["result"]["tools"]) == 10


async def test_a_server_that_cannot_be_loaded_is_loaded_by_a_later_request(
    url: str, alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": alice.headers["Authorization"], **ACCEPT}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        with monkeypatch.context() as patch:
            patch.setattr("app.mcp.server.mcp_server", None)
            assert (await http.post(url, json=INITIALIZE)).status_code == 500
        assert (await http.post(url, json=INITIALIZE)).status_code == 200


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"jsonrpc": "2.0"}', b'{"a": "\\u0000"}'])
async def test_malformed_messages_are_client_errors(url: str, alice: httpx.AsyncClient, content: bytes) -> None:
    headers = {"Authorization": alice.headers["Authorization"], "Content-Type": "application/json", **ACCEPT}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        assert 400 <= (await http.post(url, content=content)).status_code < 500
