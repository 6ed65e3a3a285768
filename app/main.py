"""The backend's composition root: settings and secrets in, one FastAPI application out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.analytics.endpoints import router as analytics_router
from app.chat.agent import Assistant, language_model
from app.chat.endpoints import router as chat_router
from app.chat.runner import Chat
from app.core.dapr import Dapr
from app.core.database import Database
from app.core.errors import install_error_handlers
from app.core.health import router as health_router
from app.core.secrets import DATABASE, JWT, LLM, Secrets, load_secrets, read_token
from app.core.security_headers import SecurityHeadersMiddleware
from app.core.settings import Settings, get_settings
from app.core.tracing import TraceMiddleware
from app.events.relay import Relay
from app.events.retention import Retention
from app.mcp.application import MCP_ROUTE, McpApplication
from app.notifications.endpoints import router as notifications_router
from app.sync.endpoints import router as sync_router
from app.sync.hub import Hub
from app.tasks.endpoints import router as tasks_router
from app.transfer.endpoints import router as transfer_router
from app.users.auth import AccessTokens
from app.users.endpoints import router as users_router


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the backend; without `secrets` they are loaded from the sidecar or file at start-up."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loaded = secrets or await load_secrets(settings, [DATABASE, JWT, LLM])
        app.state.secrets = loaded
        app.state.access_tokens = AccessTokens(loaded.jwt_private_key, issuer=str(settings.public_url))
        database = app.state.database = Database(loaded.database_url, pool_size=settings.database_pool_size)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.dispose)
            dapr = app.state.dapr = await stack.enter_async_context(Dapr(settings))
            app.state.hub = Hub()
            await stack.enter_async_context(app.state.hub.sweeping(database))
            retention = Retention(database, outbox=settings.outbox_retention, inbox=settings.inbox_retention)
            await stack.enter_async_context(retention)
            if settings.relay_enabled:
                relay = Relay(database, dapr, source=settings.app_id, pubsub=settings.pubsub)
                await stack.enter_async_context(relay)
            model = await stack.enter_async_context(language_model(settings, loaded))
            app.state.chat = Chat(database, Assistant(model, database, dapr))
            stack.push_async_callback(app.state.chat.close)
            mcp = McpApplication(settings, app.state.access_tokens, database, dapr)
            app.state.mcp = await stack.enter_async_context(mcp)
            yield

    app = FastAPI(
        title="Todo Chat",
        version="1.0.0",
        summary="Tasks, chat, live updates and MCP tools of the todochat platform.",
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.app_api_token = read_token(settings.app_api_token_file)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(TraceMiddleware)
    install_error_handlers(app)
    for router in (
        health_router,
        users_router,
        tasks_router,
        chat_router,
        notifications_router,
        sync_router,
        analytics_router,
        transfer_router,
    ):
        app.include_router(router)
    if settings.chatkit_domain_key:
        from app.chat.chatkit.server import router as chatkit_router  # noqa: PLC0415 - it costs 60 MB

        app.include_router(chatkit_router)
    app.router.routes.append(MCP_ROUTE)
    return app
