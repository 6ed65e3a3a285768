"""The HTTPS_PROXY of the tests: whatever Oracle host a client wants to talk to, it gets the emulator."""

from __future__ import annotations

import asyncio
import contextlib
import re

from tests.support.streams import pipe

ORACLE = re.compile(r"^[\w.-]+\.oraclecloud\.com:443$")


class Proxy:
    """Tunnels CONNECT for Oracle's hosts to one local port, where TLS ends, and refuses all others."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cut = False  # as if somebody had pulled the plug
        self.refused: list[str] = []
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._tunnel, "127.0.0.1", 0)

    def hang_up(self) -> None:
        """End the connections that there are."""
        for writer in self._open:
            writer.transport.abort()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, _ = request.split(" ", 2)
            if self.cut:
                pass
            elif method != "CONNECT" or not ORACLE.match(target):
                self.refused.append(target)
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            else:
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))
        self._open.discard(writer)
        writer.close()
