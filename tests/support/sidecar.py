"""A Dapr sidecar for tests of one app: it records what the app asks for, and answers as the test says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass
class Answer:
    """What an invocation is answered with."""

    status: int = 200
    body: Any = None


@dataclass
class FakeSidecar:
    """The sidecar's state, for assertions and for decisions."""

    port: int = 0
    token: str | None = None
    published: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)
    """(topic, entries) of each bulk publication."""
    publish_answer: Answer = field(default_factory=lambda: Answer(204))
    invocations: list[tuple[str, str, Any]] = field(default_factory=list)
    """(method, path, body or query) of each call to another app."""
    answers: list[Answer] = field(default_factory=list)
    """For the coming invocations, in turn; the last one stays."""
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of those calls, with names in lower case."""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted_jobs: list[str] = field(default_factory=list)
    scheduler_down: bool = False
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    secrets_refused: int = 0
    """How many requests for a secret are still to fail."""

    async def publish(self, request: web.Request) -> web.Response:
        entries = orjson.loads(await request.read())
        if self.publish_answer.status < 300:
            self.published.append((request.match_info["topic"], entries))
        return _response(self.publish_answer)

    async def invoke(self, request: web.Request) -> web.Response:
        raw = await request.read()
        content = orjson.loads(raw) if raw else dict(request.query)
        path = f"{request.match_info['app']}/{request.match_info['path']}"
        self.invocations.append((request.method, path, content))
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return _response(answer)

    async def job(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if self.scheduler_down:
            return _response(Answer(500, {"errorCode": "DAPR_SCHEDULER_SCHEDULE_JOB", "message": "unavailable"}))
        match request.method:
            case "POST":
                self.jobs[name] = orjson.loads(await request.read())
                return _response(Answer(204))
            case "DELETE":
                self.jobs.pop(name, None)
                self.deleted_jobs.append(name)
                return _response(Answer(204))
        if name not in self.jobs:
            return _response(Answer(500, {"errorCode": "DAPR_SCHEDULER_GET_JOB", "message": "job not found"}))
        return _response(Answer(200, self.jobs[name]))

    async def secret(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if self.secrets_refused > 0:
            self.secrets_refused -= 1
            return _response(Answer(500, {"errorCode": "ERR_SECRET_GET", "message": "connection refused"}))
        if name not in self.secrets:
            return _response(Answer(500, {"errorCode": "ERR_SECRET_GET", "message": f'secrets "{name}" not found'}))
        return _response(Answer(200, self.secrets[name]))


def _response(answer: Answer) -> web.Response:
    body = b"" if answer.body is None else orjson.dumps(answer.body)
    return web.Response(status=answer.status, body=body, content_type="application/json")


@asynccontextmanager
async def fake_sidecar() -> AsyncIterator[FakeSidecar]:
    """Run a stand-in on a free loopback port."""
    sidecar = FakeSidecar()

    @web.middleware
    async def check_token(request: web.Request, handler: Any) -> web.StreamResponse:
        if sidecar.token is not None and request.headers.get("dapr-api-token") != sidecar.token:
            return web.Response(status=401)
        response: web.StreamResponse = await handler(request)
        return response

    app = web.Application(middlewares=[check_token])
    app.router.add_post("/v1.0-alpha1/publish/bulk/{pubsub}/{topic}", sidecar.publish)
    app.router.add_route("*", "/v1.0/invoke/{app}/method/{path:.*}", sidecar.invoke)
    app.router.add_route("*", "/v1.0-alpha1/jobs/{name}", sidecar.job)
    app.router.add_get("/v1.0/secrets/secretstore/{name}", sidecar.secret)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sidecar.port = runner.addresses[0][1]
    try:
        yield sidecar
    finally:
        await runner.cleanup()
