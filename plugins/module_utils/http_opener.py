# SPDX-License-Identifier: Apache-2.0
"""How the modules reach an HTTP server: without proxies, with an authority of its own, at an address unknown to DNS."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Route:
    """The way to a server; the default is the one that any client would take."""

    ca_file: str | None = None
    """PEM file of the authority that must have signed the certificate."""
    ca_data: str | None = None
    """The same as text; an intermediate authority will do."""
    connect_to: str | None = None
    """Address to connect to, whatever DNS says; the port, the TLS name and the Host header stay those of the URL."""

    def opener(self, url: str) -> urllib.request.OpenerDirector:
        """For this URL; raises OSError while the authority's file is not there yet, or when it is no certificate."""
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({}), _Handler(self.connect_to, None)]
        if url.startswith("https:"):
            handlers.append(_TLSHandler(self.connect_to, self._context()))
        return urllib.request.build_opener(*handlers)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file, cadata=self.ca_data)
        if self.ca_data:
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


class _Connection(http.client.HTTPConnection):
    """To `connect_to`, or where DNS says; with a context over TLS."""

    def __init__(self, host: str, *, connect_to: str | None, context: ssl.SSLContext | None, **rest: Any) -> None:
        if context:
            self.default_port = http.client.HTTPS_PORT
        super().__init__(host, **rest)
        self._connect_to = connect_to
        self._tls = context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._connect_to or self.host, self.port), self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


class _Handler(urllib.request.HTTPHandler):
    def __init__(self, connect_to: str | None, context: ssl.SSLContext | None) -> None:
        super().__init__()
        self._how = {"connect_to": connect_to, "context": context}

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, request, **self._how)  # type: ignore[arg-type]  # any class of connections


class _TLSHandler(urllib.request.HTTPSHandler):
    def __init__(self, connect_to: str | None, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._how = {"connect_to": connect_to, "context": context}

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, request, **self._how)  # type: ignore[arg-type]  # any class of connections
