"""The backend's composition root: settings and secrets in, one FastAPI application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.chat.endpoints import router as chat_router
from app.core.database import Database
from app.core.errors import install_error_handlers
from app.core.secrets import Secrets, load_secrets, read_token
from app.core.settings import Settings, get_settings
from app.core.tracing import TraceMiddleware
from app.notifications.endpoints import router as notifications_router
from app.sync.endpoints import router as sync_router
from app.tasks.endpoints import router as tasks_router
from app.users.auth import AccessTokens
from app.users.endpoints import router as users_router


def create_app(settings: Settings | None = None, secrets: Secrets | None = None) -> FastAPI:
    """Build the backend; without `secrets` they are loaded from the sidecar or file at start-up."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loaded = secrets or await load_secrets(settings)
        app.state.secrets = loaded
        app.state.access_tokens = AccessTokens(loaded.jwt_private_key, issuer=str(settings.public_url))
        app.state.database = Database(loaded.database_url, pool_size=settings.database_pool_size)
        yield
        await app.state.database.dispose()

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
    app.add_middleware(TraceMiddleware)
    install_error_handlers(app)
    for router in (users_router, tasks_router, chat_router, notifications_router, sync_router):
        app.include_router(router)
    return app
