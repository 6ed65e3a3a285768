"""Signed webhook calls to addresses that users choose."""

import asyncio
import hashlib
import hmac
import socket
import time
from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

import httpcore
import orjson

from app.core.addresses import is_public_address
from worker.deliveries import Undeliverable
from worker.models import Delivery

TIMEOUT_SECONDS = 10.0
_TIMEOUTS = {"connect": TIMEOUT_SECONDS, "read": TIMEOUT_SECONDS, "write": TIMEOUT_SECONDS, "pool": TIMEOUT_SECONDS}


class Webhooks:
    """Calls webhooks. Use as an async context manager.

    httpcore follows no redirect and reads no proxy settings, both of which could lead into the own network.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._http = httpcore.AsyncConnectionPool(
            network_backend=_Checked(allow_private=allow_private),
            max_connections=20,
            # Each address is checked when it is connected to; a kept connection is to a checked one.
            keepalive_expiry=30,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def send(self, delivery: Delivery, event_type: str = "reminder.triggered") -> None:
        """Raises `Undeliverable` when another attempt is of no use, otherwise whatever went wrong."""
        body = orjson.dumps(
            {
                "id": str(delivery.event_id),
                "type": event_type,
                "title": delivery.subject,
                "body": delivery.body,
            }
        )
        timestamp = str(int(time.time()))
        headers: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(delivery.target).netloc.rpartition("@")[2],
            "Content-Type": "application/json",
            "User-Agent": "todochat-webhook/1",
            "X-Todo-Timestamp": timestamp,
            "X-Todo-Signature": f"sha256={signature(delivery.secret or '', timestamp, body)}",
            # The same for every attempt: a receiver that has seen it has had this notice.
            "Idempotency-Key": str(delivery.event_id),
        }
        async with asyncio.timeout(TIMEOUT_SECONDS):
            request = self._http.stream(
                "POST", delivery.target, headers=headers, content=body, extensions={"timeout": _TIMEOUTS}
            )
            async with request as response:
                # Only the status counts; the body may be endless.
                status = response.status
        if status == 410:
            raise Undeliverable("the receiver is gone (410)")
        if not 200 <= status < 300:
            raise RuntimeError(f"the receiver answered with status {status}")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, of timestamp, full stop and body: the receiver can refuse old calls."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to the very address that was checked: a name that is looked up twice may change between."""

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._resolve(host, port)
        return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> str:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self._allow_private and not all(is_public_address(address) for address in addresses):
            raise Undeliverable("the address is not of the public internet")
        return addresses[0]
