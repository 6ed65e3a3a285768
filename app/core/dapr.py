"""The Dapr sidecar of this process, and the proof that a call comes from it.

The sidecar's HTTP API through aiohttp, not the `dapr` SDK: SDK 1.19 calls the stable bulk-publish and jobs RPCs, which
runtime 1.16 does not have (and answers in a way that its fallback misses), and gRPC alone would take a consumer beyond
its memory budget. httpx needs four times the processor time per call.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from urllib.parse import quote

import aiohttp
import orjson
from fastapi import Depends, Header, Request

from app.core.errors import NotAuthenticated
from app.core.secrets import read_token
from app.core.settings import Settings
from app.core.tracing import traceparent

_CLOUD_EVENT = "application/cloudevents+json"


def _require_sidecar(request: Request, dapr_api_token: Annotated[str | None, Header()] = None) -> None:
    expected: str | None = request.app.state.app_api_token
    if expected and not hmac.compare_digest(expected.encode(), (dapr_api_token or "").encode()):
        raise NotAuthenticated("This endpoint answers the Dapr sidecar only.")


FromSidecar = Depends(_require_sidecar)
"""Put it into `dependencies=[...]` of every router that only the sidecar may call (events, jobs, invocation)."""


class DaprError(Exception):
    """The sidecar did not do what it was asked to."""


class SidecarUnavailable(DaprError):
    """The sidecar, or what it needed for the call (broker, scheduler, the other app), does not answer; try again."""


class CallRefused(DaprError):
    """The called app answered with a status from 400 to 499."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"status {status}: {detail}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Message:
    """A CloudEvent on its way to a topic; messages with the same key stay in the order of their publication."""

    id: str
    key: str
    event: Mapping[str, Any]


class Dapr:
    """The building blocks of the own sidecar. Use as an async context manager; every method raises `DaprError`."""

    def __init__(self, settings: Settings, *, timeout_seconds: float = 30) -> None:
        token = read_token(settings.dapr_api_token_file)
        self._base = f"http://127.0.0.1:{settings.dapr_http_port}"
        self._headers = {"dapr-api-token": token} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(self._base, headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http:
            await self._http.close()

    async def publish(self, pubsub: str, topic: str, messages: Sequence[Message]) -> set[str]:
        """Publish CloudEvents as they are; the ids of those that the broker refused.

        Messages of one call overtake each other, so their keys must differ where order matters. The body must stay
        below the sidecar's 4 MiB. Raises `SidecarUnavailable` when nothing was taken for certain.
        """
        entries = [
            {
                "entryId": message.id,
                "event": message.event,
                "contentType": _CLOUD_EVENT,
                "metadata": {"partitionKey": message.key},
            }
            for message in messages
        ]
        # 1.16 has bulk publish as alpha only; it takes a single event in the time of a plain publish.
        path = f"/v1.0-alpha1/publish/bulk/{pubsub}/{topic}"
        status, body = await self._request("POST", path, orjson.dumps(entries))
        if status < 300:
            return set()
        failed = {entry["entryId"] for entry in _failed_entries(body)}
        if not failed or (len(failed) == len(messages) > 1):
            raise SidecarUnavailable(f"publishing to {topic} failed with status {status}: {_excerpt(body)}")
        return failed

    async def invoke(
        self, app_id: str, method: str, path: str, *, body: object = None, query: Mapping[str, str] | None = None
    ) -> Any:
        """Call another app; its answer, decoded from JSON, or None when it is empty.

        Raises `CallRefused` for its statuses from 400 to 499, `SidecarUnavailable` when it cannot answer.
        """
        content = None if body is None else orjson.dumps(body)
        status, answer = await self._request(method, f"/v1.0/invoke/{app_id}/method{path}", content, query)
        if status in (401, 403, 429):
            # From the access control or a wrong token: the deployment is at fault, not this call.
            raise SidecarUnavailable(f"{app_id} refuses this app with status {status}: {_excerpt(answer)}")
        if 400 <= status < 500:
            raise CallRefused(status, _excerpt(answer))
        if status >= 500:
            raise SidecarUnavailable(f"{app_id} answered with status {status}: {_excerpt(answer)}")
        return orjson.loads(answer) if answer else None

    async def schedule_job(self, name: str, due: datetime) -> None:
        """Have the sidecar call `/job/<name>` at `due`, replacing an earlier job of that name."""
        job = {
            "dueTime": due.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "overwrite": True,
            # Without data runtime 1.16 takes the job but cannot deliver it ("none of the oneof fields is set").
            "data": {},
            # The app may be restarting just then; the cron sweep is behind it.
            "failurePolicy": {"constant": {"interval": "1s", "maxRetries": 20}},
        }
        await self._checked("POST", f"/v1.0-alpha1/jobs/{quote(name)}", orjson.dumps(job))

    async def delete_job(self, name: str) -> None:
        """Forget the job; one that does not exist is no error."""
        await self._checked("DELETE", f"/v1.0-alpha1/jobs/{quote(name)}")

    async def job_exists(self, name: str) -> bool:
        """Whether the scheduler has the job."""
        status, body = await self._request("GET", f"/v1.0-alpha1/jobs/{quote(name)}")
        if status < 300:
            return True
        if b"not found" in body.lower():
            return False
        raise SidecarUnavailable(f"the scheduler answered with status {status}: {_excerpt(body)}")

    async def _checked(self, method: str, path: str, content: bytes | None = None) -> None:
        status, body = await self._request(method, path, content)
        if status >= 300:
            raise SidecarUnavailable(f"{method} {path} failed with status {status}: {_excerpt(body)}")

    async def _request(
        self, method: str, path: str, content: bytes | None = None, query: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        if self._http is None:
            raise RuntimeError("use `async with Dapr(...)`")
        headers = {"content-type": "application/json"} if content is not None else {}
        if parent := traceparent.get():
            headers["traceparent"] = parent
        try:
            async with self._http.request(method, path, data=content, params=query, headers=headers) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SidecarUnavailable(f"{method} {path}: {type(error).__name__} {error}") from error


def _failed_entries(body: bytes) -> list[dict[str, str]]:
    try:
        return list(orjson.loads(body).get("failedEntries") or [])
    except (orjson.JSONDecodeError, AttributeError):
        return []


def _excerpt(body: bytes) -> str:
    return body[:500].decode(errors="replace")
