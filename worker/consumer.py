"""What every event consumer is made of: a FastAPI application that its Dapr sidecar delivers events to.

An event has its effect and enters the inbox in one transaction. What can go wrong, and who decides:

- The event is malformed, or handling it fails again and again for no outside reason: it is poison. The app says DROP,
  and the sidecar puts it into the dead-letter topic, so that the other events of its partition go on.
- Something that the handler needs is down: the app keeps trying for a while, then answers 503, and the sidecar's
  Resiliency policy goes on. Only a long outage makes dead letters, which `playbooks/` can replay.
- The type is one of a later version: not ours, so it is a success.

Not by bulk subscription: it waits for a batch to fill, and one failure repeats the whole batch.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.backoff import delay
from app.core.dapr import Dapr, FromSidecar
from app.core.database import Database
from app.core.errors import install_error_handlers
from app.core.health import router as health_router
from app.core.secrets import DATABASE, Secrets, load_secrets, read_token
from app.core.settings import Settings
from app.core.tracing import TraceMiddleware, bind_trace
from app.events.inbox import first_delivery
from app.events.relay import Relay
from app.events.schemas import CloudEvent, Topic
from worker.outages import is_outage

log = structlog.get_logger(__name__)

POISON_ATTEMPTS = 3
OUTAGE_SECONDS = 20.0
"""How long a delivery waits for a dependency, below the 30 s that the sidecar waits for the delivery."""
FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a running consumer works with."""

    settings: Settings
    secrets: Secrets
    database: Database
    dapr: Dapr


Handler = Callable[[AsyncSession, Any], Awaitable[None]]
"""Has the effect of one event in the session's transaction; may raise what `is_outage` knows to be tried later."""

Start = Callable[[FastAPI, Runtime], AbstractAsyncContextManager[Mapping[Topic, Handler]]]
"""Starts a consumer's background activities, yields its handlers, and stops the activities in the end."""


def create_consumer(
    settings: Settings,
    secrets: Secrets | None,
    *,
    events: Mapping[Topic, TypeAdapter[Any]],
    start: Start,
    routers: Sequence[APIRouter] = (),
    more_secrets: Sequence[str] = (),
) -> FastAPI:
    """Build a consumer; without `secrets` they are loaded from the sidecar or file at start-up.

    `events` has the topics to subscribe to, each with the events in it that matter; other types are ignored. Only the
    sidecar may call the `routers`. `more_secrets` are those beside the database's.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loaded = secrets or await load_secrets(settings, [DATABASE, *more_secrets])
        database = Database(loaded.database_url, pool_size=settings.database_pool_size)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.dispose)
            runtime = Runtime(settings, loaded, database, await stack.enter_async_context(Dapr(settings)))
            app.state.database = database
            app.state.runtime = runtime
            app.state.handlers = await stack.enter_async_context(start(app, runtime))
            yield

    app = FastAPI(title=settings.app_id, lifespan=lifespan, openapi_url=None)
    app.state.settings = settings
    app.state.app_api_token = read_token(settings.app_api_token_file)
    app.add_middleware(TraceMiddleware)
    install_error_handlers(app)
    app.include_router(health_router)
    for router in (_event_router(settings, events), *routers):
        app.include_router(router, dependencies=[FromSidecar])
    return app


def relay(runtime: Runtime) -> AbstractAsyncContextManager[object]:
    """The background activity of a consumer that records events itself."""
    settings = runtime.settings
    if not settings.relay_enabled:
        return nullcontext()
    return Relay(runtime.database, runtime.dapr, source=settings.app_id, pubsub=settings.pubsub)


def after_commit(session: AsyncSession, action: Callable[[], None]) -> None:
    """Do this when the session's transaction has committed, and never if it does not."""
    sqlalchemy_event.listen(session.sync_session, "after_commit", lambda _: action(), once=True)


def _event_router(settings: Settings, events: Mapping[Topic, TypeAdapter[Any]]) -> APIRouter:
    router = APIRouter()

    @router.get("/dapr/subscribe")
    async def subscribe() -> list[Mapping[str, str]]:
        return [
            {
                "pubsubname": settings.pubsub,
                "topic": topic,
                "route": f"/events/{topic}",
                "deadLetterTopic": settings.dead_letter_topic,
            }
            for topic in events
        ]

    for topic, adapter in events.items():
        router.add_api_route(f"/events/{topic}", _endpoint(topic, adapter), methods=["POST"])
    return router


def _endpoint(topic: Topic, adapter: TypeAdapter[Any]) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def deliver(request: Request) -> JSONResponse:
        try:
            event = adapter.validate_json(await request.body())
        except ValidationError as error:
            return _not_understood(error)
        bind_trace(event.traceparent)
        structlog.contextvars.bind_contextvars(event_id=str(event.id), event_type=event.type)
        state = request.app.state
        return await _have_effect(state.runtime, state.handlers[topic], event)

    return deliver


def _not_understood(error: ValidationError) -> JSONResponse:
    problems = error.errors(include_url=False, include_input=False)
    if any(problem["type"] == "union_tag_invalid" or problem["loc"] == ("type",) for problem in problems):
        return _answer("SUCCESS")
    log.error("a malformed event goes to the dead letters", problems=problems[:3])
    return _answer("DROP")


async def _have_effect(runtime: Runtime, handler: Handler, event: CloudEvent) -> JSONResponse:
    loop = asyncio.get_running_loop()
    started = loop.time()
    failures = outages = 0
    while True:
        try:
            async with runtime.database.transaction() as session:
                if await first_delivery(session, runtime.settings.app_id, event.id):
                    await handler(session, event)
            return _answer("SUCCESS")
        except Exception as error:
            if is_outage(error):
                outages += 1
                pause = delay(outages, FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS)
                if loop.time() + pause > started + OUTAGE_SECONDS:
                    log.warning("an event waits for something that is down", error=repr(error))
                    return _answer("RETRY", status=503)
            else:
                failures += 1
                pause = delay(failures, FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS)
                if failures == POISON_ATTEMPTS:
                    log.error("an event cannot be handled and goes to the dead letters", exc_info=error)
                    return _answer("DROP")
        await asyncio.sleep(pause)


def _answer(status_of_event: str, *, status: int = 200) -> JSONResponse:
    return JSONResponse({"status": status_of_event}, status)
