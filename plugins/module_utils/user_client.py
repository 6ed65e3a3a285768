# SPDX-License-Identifier: Apache-2.0
"""The platform's public API as one person uses it: requests, and the stream of live updates."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .http_opener import Route

HTML = "text/html"
_SHOWN = 500  # characters of an answer that was not expected
_SILENCE_SECONDS = 120.0  # after which a stream is taken for dead; the platform sends a comment every few seconds


class ApiError(Exception):
    """The API did not answer as it should; the message says what it answered."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    """Decoded from JSON, or the text when it is none."""


@dataclass(frozen=True)
class LiveEvent:
    """A server-sent event, and when it came (`time.time()`)."""

    name: str
    data: Any
    at: float


@dataclass
class Client:
    """A user agent of one origin, such as ``https://todo.example.com``."""

    origin: str
    route: Route = field(default_factory=Route)
    timeout: float = 30.0
    token: str | None = field(default=None, repr=False)

    def open(
        self, method: str, path: str, body: object = None, *, accept: str = "application/json", timeout: float = 0
    ) -> http.client.HTTPResponse:
        """Send a request and return the open response; raises ApiError when nobody answers.

        A page is asked for as a browser does it, with the token in its cookie.
        """
        request = urllib.request.Request(  # noqa: S310 - the operator's own origin
            self.origin + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": accept},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.token and accept == HTML:
            request.add_header("Cookie", f"access_token={self.token}")
        elif self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            response: http.client.HTTPResponse = self.route.opener(self.origin).open(
                request, timeout=timeout or self.timeout
            )
        except urllib.error.HTTPError as error:
            return error  # type: ignore[return-value]  # it reads like a response
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise ApiError(f"{method} {path}: no answer from {self.origin} ({reason})") from None
        return response

    def ask(self, method: str, path: str, body: object = None, *, accept: str = "application/json") -> Answer:
        with self.open(method, path, body, accept=accept) as response:
            try:
                text = response.read().decode(errors="replace")
            except (OSError, http.client.HTTPException) as error:
                raise ApiError(f"{method} {path}: the answer broke off ({error})") from None
        try:
            return Answer(response.status, json.loads(text))
        except ValueError:
            return Answer(response.status, text)

    def expect(
        self,
        status: int,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = "application/json",
    ) -> Any:
        """The body of an answer with this status; raises ApiError for any other."""
        path = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        answer = self.ask(method, path, body, accept=accept)
        if answer.status != status:
            shown = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            raise ApiError(f"{method} {path} answered {answer.status} instead of {status}: {shown[:_SHOWN]}")
        return answer.body


class LiveUpdates:
    """What comes over a stream of server-sent events, from now on until the process ends."""

    def __init__(self, client: Client, path: str) -> None:
        response = client.open("GET", path, accept="text/event-stream", timeout=_SILENCE_SECONDS)
        if response.status != 200:
            raise ApiError(f"GET {path} answered {response.status} instead of a stream: {response.read(_SHOWN)!r}")
        self._response = response
        self._events: list[LiveEvent] = []
        self._ended: str | None = None
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def seen(self, matches: Callable[[LiveEvent], bool]) -> list[LiveEvent]:
        """All matching events so far."""
        with self._news:
            return [event for event in self._events if matches(event)]

    def wait_for(self, matches: Callable[[LiveEvent], bool], seconds: float) -> LiveEvent:
        """The first matching event, which may have come already; raises ApiError when none comes in time."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for event in self._events:
                    if matches(event):
                        return event
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    names = [event.name for event in self._events]
                    raise ApiError(
                        f"no such event within {seconds:g} s; the stream {self._ended or 'is open'} and brought {names}"
                    )
                self._news.wait(left)

    def _read(self) -> None:
        ended = "was closed by the server"
        try:
            for name, data in parse_events(line.decode() for line in self._response):
                with self._news:
                    self._events.append(LiveEvent(name, data, time.time()))
                    self._news.notify_all()
        except Exception as error:  # closed on our side, cut, or not understood: whoever waits is told
            ended = f"ended ({type(error).__name__}: {error})"
        with self._news:
            self._ended = ended
            self._news.notify_all()


def parse_events(lines: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """Name and data of each event, https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream."""
    name = "message"
    data: list[str] = []
    for line in lines:
        key, _, value = line.rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if key == "" and value == "" and not line.startswith(":"):
            if data:
                yield name, _decoded("\n".join(data))
            name, data = "message", []
        elif key == "event":
            name = value
        elif key == "data":
            data.append(value)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
