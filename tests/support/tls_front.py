"""TLS in front of a PostgreSQL that was built without it, as providers have it in front of theirs."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.support.certificates import Identity
from tests.support.streams import pipe

# Length and code of the message that asks for TLS: https://www.postgresql.org/docs/18/protocol-message-formats.html.
_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")


@asynccontextmanager
async def tls_front(port: int, identity: Identity) -> AsyncIterator[int]:
    """The loopback port on which the server at loopback `port` is reached with TLS and not without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(_SSL_REQUEST)) == _SSL_REQUEST:
                writer.write(b"S")
                await writer.start_tls(context)
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
