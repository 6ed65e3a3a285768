"""Places outside the application that notices go to: a mail server and a webhook receiver."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port


class MailSink(MessageHandler):
    """Keeps every e-mail that arrives; `replies` are given to the coming recipients first."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self.messages: list[Message] = []
        self.replies: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.replies:
            return self.replies.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    handler = MailSink()
    handler.port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


@dataclass
class WebhookSink:
    """Keeps every webhook call: (headers in lower case, body); answers with `statuses` in turn, then with 204."""

    url: str
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str | None = None


@contextmanager
def webhook_sink() -> Iterator[WebhookSink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(sink.statuses.pop(0) if sink.statuses else 204)
            if sink.location:
                self.send_header("Location", sink.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink = WebhookSink(f"http://127.0.0.1:{server.server_port}/hook")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
