"""The Model Context Protocol server at /mcp: streamable HTTP without sessions, so any replica can answer.

A bearer token (access token or API token) says whose tasks the tools see. Clients confirm destructive calls with their
own user, by the tools' annotations; an empty filter is refused here too.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import HttpUrl, ValidationError
from pydantic_ai import RunContext, ToolFailed
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.usage import RunUsage
from pydantic_core import to_jsonable_python
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp

from app.chat.offline import offline_model
from app.chat.tools import TOOLSET, Actor
from app.core.dapr import Dapr
from app.core.database import Database
from app.core.errors import NotAuthenticated, field_errors
from app.core.settings import Settings
from app.users.auth import AccessTokens, Principal, principal_from_bearer

_INSTRUCTIONS = "The tasks of one user. Look up a task's id with list_tasks before you change the task."

RequestContext = ServerRequestContext[Any, Request]


class UserToken(AccessToken):
    """A verified bearer token and the user that it stands for."""

    principal: Principal


class UserTokenVerifier:
    """Our own tokens, for the SDK's bearer authentication."""

    def __init__(self, access_tokens: AccessTokens, database: Database) -> None:
        self._access_tokens = access_tokens
        self._database = database

    async def verify_token(self, token: str) -> UserToken | None:
        try:
            principal = await principal_from_bearer(self._access_tokens, self._database, token)
        except NotAuthenticated:
            return None
        user_id = str(principal.user_id)
        return UserToken(token=token, client_id=user_id, subject=user_id, scopes=[], principal=principal)


class ToolHandlers:
    """The protocol's two methods for tools, on the assistant's toolset."""

    def __init__(self, database: Database, dapr: Dapr) -> None:
        self._database = database
        self._dapr = dapr

    async def list_tools(self, context: RequestContext, _: PaginatedRequestParams | None) -> ListToolsResult:
        tools = await TOOLSET.get_tools(self._run_context(context))
        return ListToolsResult(tools=[_describe(tool.tool_def) for tool in tools.values()])

    async def call_tool(self, context: RequestContext, params: CallToolRequestParams) -> CallToolResult:
        """Call a tool as the request's user; a refusal is a result too, so that the client's model can read it."""
        run_context = self._run_context(context)
        tool = (await TOOLSET.get_tools(run_context)).get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool “{params.name}”.")
        try:
            arguments = tool.args_validator.validate_python(params.arguments or {})
            returned = await TOOLSET.call_tool(params.name, arguments, run_context, tool)
        except ValidationError as error:
            return _refusal("; ".join(f"{wrong.field}: {wrong.reason}" for wrong in field_errors(error.errors())))
        except ToolFailed as error:
            return _refusal(error.message)
        result = to_jsonable_python(returned)
        text = TextContent(text=orjson.dumps(result).decode())
        return CallToolResult(content=[text], structured_content=result)

    def _run_context(self, context: RequestContext) -> RunContext[Actor]:
        if context.request is None:
            raise MCPError(INVALID_REQUEST, "This server is reached by HTTP only.")
        principal: Principal = context.request.user.access_token.principal
        return RunContext(
            deps=Actor(principal, self._database, self._dapr),
            # No model runs here, but the context wants one.
            model=offline_model(principal.time_zone),
            usage=RunUsage(),
            tool_call_approved=True,
        )


def _describe(tool: ToolDefinition) -> Tool:
    hints = tool.metadata or {}
    return Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.parameters_json_schema,
        output_schema=tool.return_schema,
        annotations=ToolAnnotations(
            read_only_hint=hints["read_only"],
            destructive_hint=hints["destructive"],
            idempotent_hint=hints["idempotent"],
            open_world_hint=False,
        ),
    )


def _refusal(reason: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=reason)], is_error=True)


def _transport_security(public_url: HttpUrl) -> TransportSecuritySettings:
    """Requests must name this site: else a page of another one could reach it by rebinding its own DNS name to us.

    Loopback names cannot be rebound; scripts on this machine may use them at any port.
    """
    authority = str(public_url).split("//")[1].split("/")[0]
    return TransportSecuritySettings(
        allowed_hosts=[authority, "localhost", "127.0.0.1", "localhost:*", "127.0.0.1:*", "[::1]:*"],
        allowed_origins=[f"{public_url.scheme}://{authority}"],
    )


@asynccontextmanager
async def mcp_server(
    settings: Settings, access_tokens: AccessTokens, database: Database, dapr: Dapr
) -> AsyncIterator[ASGIApp]:
    """The server behind its bearer authentication; it serves until the context ends."""
    handlers = ToolHandlers(database, dapr)
    server = Server(
        "todochat",
        title="Todo Chat",
        instructions=_INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
    )
    manager = StreamableHTTPSessionManager(
        server, stateless=True, json_response=True, security_settings=_transport_security(settings.public_url)
    )
    protected = RequireAuthMiddleware(StreamableHTTPASGIApp(manager), required_scopes=[])
    backend = BearerAuthBackend(UserTokenVerifier(access_tokens, database))
    async with manager.run():
        yield AuthenticationMiddleware(protected, backend=backend)
