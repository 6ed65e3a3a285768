"""The module user_journey: what it reports. That the platform passes it is tested by deploying the platform."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.plugins.support import Result, run_module

Answer = tuple[int, Any]


class Platform(ThreadingHTTPServer):
    """A platform that answers what it is told to, and 404 otherwise."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer | Callable[[Any], Answer]] = {
            "GET /readyz": (200, {"ready": True}),
            "POST /api/v1/auth/sign-up": (201, {"access_token": "t"}),
            "POST /api/v1/auth/sign-in": (200, {"access_token": "t"}),
            "DELETE /api/v1/users/me": (204, None),
        }
        self.pages: dict[str, str] = {}
        self.requests: list[tuple[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def bodies(self, request: str) -> list[Any]:
        return [body for made, body in self.requests if made == request]


class Handler(BaseHTTPRequestHandler):
    server: Platform

    def answer(self) -> None:
        if self.path in self.server.pages:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.server.pages[self.path].encode())
            return
        request = f"{self.command} {self.path}"
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"null")
        self.server.requests.append((request, body))
        answer = self.server.answers.get(request, (404, {"title": "Not found"}))
        status, content = answer(body) if callable(answer) else answer
        self.send_response(status)
        self.end_headers()
        if status != 204:
            self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_DELETE(self) -> None:
        self.answer()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def travel(url: str, **modes: Any) -> Result:
    return run_module("user_journey", url=url, timeout=0.3, log_hint="/log/%s.log", **modes)


def test_a_failure_names_the_step_what_was_seen_and_the_logs(platform: Platform) -> None:
    platform.answers["GET /readyz"] = (503, {"ready": False, "checks": {"postgresql": "down"}})

    result = travel(platform.url, fails=True)

    assert '"The platform is ready" failed after' in result["msg"]
    assert "GET /readyz answered 503 instead of 200" in result["msg"]
    assert "postgresql" in result["msg"]
    assert "Read: /log/ingress.log, /log/todo-backend.log" in result["msg"]
    assert result["lines"] == ["The platform is ready FAILED"]


def test_a_program_whose_log_is_elsewhere(platform: Platform) -> None:
    platform.answers["GET /readyz"] = (503, {"ready": False})

    result = run_module("user_journey", url=platform.url, timeout=0.3, logs={"ingress": "over there"}, fails=True)

    assert "Read: over there, todo-backend" in result["msg"]


def test_the_steps_before_a_failure_are_told_with_their_times(platform: Platform) -> None:
    platform.answers["GET /api/v1/users/me"] = (200, {"email": "somebody@else.example"})

    result = travel(platform.url, fails=True)

    assert [step["title"] for step in result["steps"]] == ["The platform is ready"]
    assert "somebody@else.example" in result["msg"]


def test_the_account_is_deleted_after_a_failure(platform: Platform) -> None:
    travel(platform.url, fails=True)

    [account] = platform.bodies("POST /api/v1/auth/sign-up")
    assert platform.bodies("DELETE /api/v1/users/me") == [{"password": account["password"]}]


def test_no_password_is_told(platform: Platform) -> None:
    result = travel(platform.url, fails=True)

    [account] = platform.bodies("POST /api/v1/auth/sign-up")
    assert account["password"] not in json.dumps(result)


def test_an_answer_of_another_form_is_a_failure_and_no_crash(platform: Platform) -> None:
    platform.answers["POST /api/v1/auth/sign-up"] = (201, [])

    assert "another form" in travel(platform.url, fails=True)["msg"]


def test_a_stream_that_says_nothing(platform: Platform) -> None:
    email = ""

    def remember(body: Any) -> Answer:
        nonlocal email
        email = body["email"]
        return 201, {"access_token": "t"}

    platform.answers["POST /api/v1/auth/sign-up"] = remember
    platform.answers["GET /api/v1/users/me"] = lambda _: (200, {"email": email})
    platform.answers["GET /api/v1/sync"] = (200, b": nothing yet\n\n")

    message = travel(platform.url, fails=True)["msg"]

    assert "Ada listens for live updates" in message
    assert "the stream was closed by the server and brought []" in message


def test_nobody_there() -> None:
    assert "no answer from http://127.0.0.1:9" in travel("http://127.0.0.1:9", fails=True)["msg"]


def test_check_mode_says_what_it_would_do(platform: Platform) -> None:
    result = travel(platform.url, check=True)

    assert not result["changed"]
    assert result["lines"][0] == "The platform is ready"
    assert result["lines"][-1] == "Both leave, and nothing stays"
    assert platform.requests == []


def test_without_a_front_end_no_page_is_asked_for(platform: Platform) -> None:
    steps = travel(platform.url, check=True)["lines"]

    assert set(steps) - set(travel(platform.url, check=True, pages=False)["lines"]) == {"Her page shows it"}


def test_a_page_without_the_task_is_told(platform: Platform) -> None:
    """With the words that it has, and asked for with the cookie of the session."""
    from ansible_collections.todochat.platform.plugins.module_utils.user_client import Client
    from ansible_collections.todochat.platform.plugins.module_utils.user_journey import STEPS, Journey, StepFailed
    from ansible_collections.todochat.platform.plugins.module_utils.user_journey import travel as take

    [step] = [step for step in STEPS if step.needs_pages]
    journey = Journey(lambda: Client(platform.url), 0.3)
    platform.pages["/tasks"] = f"<style>p{{}}</style><p>To do: {journey.errand}</p>"
    assert [done.title for done in take(journey, [step])] == [step.title]

    platform.pages["/tasks"] = "<script>1</script><p>Nothing to do</p>"
    with pytest.raises(StepFailed, match="without it: Nothing to do"):
        take(journey, [step])


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        ("data: 1\n\n", [("message", 1)]),
        ('event: hello\nid: 7\nretry: 1000\ndata: {"cursor": 7}\n\n', [("hello", {"cursor": 7})]),
        ("event: a\r\ndata:x\r\n\r\nevent: b\r\ndata: y\r\n\r\n", [("a", "x"), ("b", "y")]),
        (": keep-alive\n\n", []),
        (": comment\nevent: a\n: comment\ndata: x\n\n", [("a", "x")]),
        ("data: one\ndata: two\n\n", [("message", "one\ntwo")]),
        ("event: nothing\n\n", []),
        ("event: unfinished\ndata: x\n", []),
    ],
)
def test_reading_server_sent_events(stream: str, events: list[tuple[str, Any]]) -> None:
    from ansible_collections.todochat.platform.plugins.module_utils.user_client import parse_events

    assert list(parse_events(stream.splitlines(keepends=True))) == events
