"""The module http_ready against a real server on loopback."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.support import Result, run_module
from tests.support.certificates import Authority


class Service(ThreadingHTTPServer):
    """Answers `answers` one after the other, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, str]] = [(200, "{}")]
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/readyz"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        status, body = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def wait(*checks: dict[str, Any], seconds: float = 0.3, **modes: Any) -> Result:
    return run_module("http_ready", checks=list(checks), timeout=seconds, **modes)


def test_a_service_that_becomes_ready(service: Service) -> None:
    service.answers = [(503, "starting"), (200, json.dumps({"version": "1"})), (200, json.dumps({"version": "2"}))]

    result = wait({"name": "backend", "url": service.url, "values": {"version": "2"}}, seconds=30)

    assert result["ready"] == ["backend"]
    assert not result["changed"]
    assert len(service.headers) == 3


def test_one_that_never_does_is_named_with_its_answer_and_log(service: Service) -> None:
    service.answers = [(503, "no database")]
    gone = {"name": "gone", "url": "http://127.0.0.1:9/readyz", "log": "/log/gone.log"}

    message = wait({"name": "backend", "url": service.url}, gone, fails=True)["msg"]

    assert "backend: status 503 instead of 200: no database" in message
    assert "gone: no answer" in message
    assert "(log: /log/gone.log)" in message


@pytest.mark.parametrize(
    ("check", "answer", "wrong"),
    [
        ({"values": {"version": "2"}}, '{"version": "1"}', "version is '1' instead of '2'"),
        ({"values": {"version": "2"}}, "hello", "not JSON"),
        ({"names": {"components": ["a", "b"]}}, '{"components": [{"name": "a"}]}', "components lacks b"),
        ({"names": {"components": ["a"]}}, "{}", "components lacks a"),
        ({"contains": "Todo"}, "hello", "does not contain 'Todo'"),
        ({"status": 404}, "hello", "status 200 instead of 404"),
    ],
)
def test_what_is_wrong_is_said(service: Service, check: dict[str, Any], answer: str, wrong: str) -> None:
    service.answers = [(200, answer)]

    assert wrong in wait({"name": "x", "url": service.url, **check}, fails=True)["msg"]


def test_headers_come_from_files_and_are_not_shown(service: Service, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret-token\n")

    result = wait({"name": "x", "url": service.url, "header_files": {"dapr-api-token": str(token)}})

    assert service.headers[0]["dapr-api-token"] == "secret-token"
    assert "secret-token" not in json.dumps(result)


def test_a_header_file_that_is_not_there(service: Service, tmp_path: Path) -> None:
    check = {"name": "x", "url": service.url, "header_files": {"a": str(tmp_path / "absent")}}

    assert "absent" in wait(check, fails=True)["msg"]


def test_an_authority_that_is_not_there_yet(tmp_path: Path) -> None:
    check = {"name": "x", "url": "https://127.0.0.1:9/", "ca_file": str(tmp_path / "absent")}

    assert "no answer" in wait(check, fails=True)["msg"]


def test_an_address_that_dns_does_not_know(service: Service) -> None:
    url = f"http://todo.invalid:{service.server_port}/"

    wait({"name": "x", "url": url, "connect_to": "127.0.0.1"})

    assert service.headers[0]["host"] == f"todo.invalid:{service.server_port}"


def test_tls_verifies_the_name_of_the_url_and_not_the_address(service: Service, tmp_path: Path) -> None:
    authority = Authority.create(tmp_path / "authority")
    identity = authority.issue("todo", tmp_path / "todo", host="todo.invalid")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    service.socket = context.wrap_socket(service.socket, server_side=True)
    check = {"name": "x", "connect_to": "127.0.0.1", "ca_data": authority.certificate.read_text()}

    wait({**check, "url": f"https://todo.invalid:{service.server_port}/"})
    other = wait({**check, "url": f"https://other.invalid:{service.server_port}/"}, fails=True)

    assert "not valid for 'other.invalid'" in other["msg"]


def test_check_mode_asks_nobody(service: Service) -> None:
    wait({"name": "x", "url": service.url}, check=True)

    assert service.headers == []
