"""Liveness and readiness, for the backend and every consumer; needs `database` and `settings` on `app.state`."""

import asyncio
import ssl
from collections.abc import Awaitable
from typing import Literal

import httpx
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text

from app.core.database import Database
from app.core.settings import Settings

_TIMEOUT_SECONDS = 2

router = APIRouter(tags=["health"])


class Check(BaseModel):
    """Whether one dependency answers."""

    state: Literal["up", "down"]
    reason: str | None = Field(default=None, examples=["no answer within 2 s"])


class Readiness(BaseModel):
    ready: bool
    version: str
    checks: dict[str, Check]


class Liveness(BaseModel):
    alive: Literal[True] = True


@router.get("/healthz", summary="Whether the process is alive, whatever its dependencies do")
async def healthz() -> Liveness:
    return Liveness()


@router.get(
    "/readyz",
    summary="Whether PostgreSQL and the Dapr sidecar answer",
    responses={503: {"model": Readiness, "description": "One of them does not."}},
)
async def readyz(request: Request, response: Response) -> Readiness:
    state = request.app.state
    postgresql, sidecar = await asyncio.gather(
        _outcome(_query(state.database)), _outcome(_probe_sidecar(state.settings))
    )
    checks = {"postgresql": postgresql, "sidecar": sidecar}
    ready = all(check.state == "up" for check in checks.values())
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, version=state.settings.version, checks=checks)


async def _query(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))


async def _probe_sidecar(settings: Settings) -> None:
    # "outbound" does not wait for this application to be healthy, which would be a circle.
    url = f"http://127.0.0.1:{settings.dapr_http_port}/v1.0/healthz/outbound"
    # Neither proxies nor authorities, whose loading takes longer than the request, matter on loopback.
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx.AsyncClient(trust_env=False, verify=plain) as client:
        (await client.get(url)).raise_for_status()


async def _outcome(check: Awaitable[None]) -> Check:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await check
    except TimeoutError:
        return Check(state="down", reason=f"no answer within {_TIMEOUT_SECONDS} s")
    except Exception as error:  # whatever a driver raises: the answer is that it is down
        # The kind only: a driver's message may hold an address, a user's name or a query.
        return Check(state="down", reason=type(error).__name__)
    return Check(state="up")
