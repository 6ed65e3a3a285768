"""What answers at /mcp: the MCP server, loaded with the first request.

The SDK's protocol models take 17 MB, which a backend that no MCP client ever calls does without.
"""

import asyncio
from importlib import import_module
from typing import Self

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.dapr import Dapr
from app.core.database import Database
from app.core.settings import Settings
from app.users.auth import AccessTokens


class McpApplication:
    """The ASGI application; use it as an async context manager, by which a loaded server ends."""

    def __init__(self, settings: Settings, access_tokens: AccessTokens, database: Database, dapr: Dapr) -> None:
        self._dependencies = (settings, access_tokens, database, dapr)
        self._loading = asyncio.Lock()
        self._server: ASGIApp | None = None
        self._stopping = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        if self._keeper:
            await self._keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._loading:
            if self._server is None:
                started: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
                self._keeper = asyncio.create_task(self._keep(started))
                self._server = await started
        await self._server(scope, receive, send)

    async def _keep(self, started: asyncio.Future[ASGIApp]) -> None:
        """Load the server and hold it open, in a task of its own: its task group must end in the task it began in."""
        try:
            module = await asyncio.to_thread(import_module, "app.mcp.server")
            async with module.mcp_server(*self._dependencies) as server:
                started.set_result(server)
                await self._stopping.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)


class _Delegate:
    """What the route calls before it is known which application that will be."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["app"].state.mcp(scope, receive, send)


MCP_ROUTE = Route("/mcp", endpoint=_Delegate(), methods=["POST"])
"""Only POST: without sessions there is neither a stream to GET nor a session to DELETE."""
