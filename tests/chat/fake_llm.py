"""An OpenAI-compatible endpoint that says what a test has written down for it, over real HTTP."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

Completion = Callable[[], Response]


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def says(*pieces: str) -> Completion:
    """A streamed text."""

    async def stream() -> AsyncIterator[bytes]:
        yield _chunk({"role": "assistant", "content": ""})
        for piece in pieces:
            yield _chunk({"content": piece})
        yield _chunk({}, "stop")
        yield b"data: [DONE]\n\n"

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")


def calls(*tools: tuple[str, dict[str, Any] | str], ids: str = "call", saying: str = "") -> Completion:
    """Streamed tool calls, their arguments in two pieces, perhaps after some text."""

    async def stream() -> AsyncIterator[bytes]:
        if saying:
            yield _chunk({"role": "assistant", "content": ""})
            yield _chunk({"content": saying})
        for index, (name, args) in enumerate(tools):
            text = args if isinstance(args, str) else orjson.dumps(args).decode()
            call = {"index": index, "id": f"{ids}_{index}", "type": "function"}
            half = len(text) // 2
            yield _chunk({"tool_calls": [call | {"function": {"name": name, "arguments": text[:half]}}]})
            yield _chunk({"tool_calls": [{"index": index, "function": {"arguments": text[half:]}}]})
        yield _chunk({}, "tool_calls")
        yield b"data: [DONE]\n\n"

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")


def breaks_off(*pieces: str) -> Completion:
    """A streamed text whose connection is lost in the middle."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield _chunk({"content": piece})
        raise ConnectionResetError

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")


def answers(status: int, content: bytes = b"", media_type: str = "application/json") -> Completion:
    """A plain HTTP response."""
    return lambda: Response(content, status, media_type=media_type)


class FakeLanguageModel:
    """The endpoint: it plays its completions in order, the last one again and again, and keeps the requests."""

    def __init__(self, *completions: Completion) -> None:
        self.completions = list(completions)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.app = Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        self.requests.append(orjson.loads(await request.body()))
        self.keys.append(request.headers.get("authorization", ""))
        return (self.completions.pop(0) if len(self.completions) > 1 else self.completions[0])()
