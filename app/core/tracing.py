"""W3C trace context: taken from the request, kept for its whole task, sent on with each event."""

import re
import secrets
from contextvars import ContextVar

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    """A fresh, sampled trace parent, <https://www.w3.org/TR/trace-context/#traceparent-header>."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def bind_trace(header: str | None) -> None:
    """Make `header` (or a new trace, when it is missing or malformed) the current trace of logs and events."""
    value = header if header and _TRACEPARENT.fullmatch(header) else new_traceparent()
    traceparent.set(value)
    structlog.contextvars.bind_contextvars(trace_id=value[3:35])


class TraceMiddleware:
    """Binds each request's trace; pure ASGI, because BaseHTTPMiddleware would copy the context away from streams."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            header = dict(scope["headers"]).get(b"traceparent")
            bind_trace(header.decode("latin-1") if header else None)
        await self.app(scope, receive, send)
