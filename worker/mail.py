"""Sending e-mail by SMTP."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from app.core.database import utc_now
from app.core.secrets import Secrets
from app.core.settings import Settings
from worker.deliveries import Undeliverable
from worker.models import Delivery

TIMEOUT_SECONDS = 10.0


class Mailer:
    """Sends notices through the configured SMTP server.

    The standard library's client in a thread: notices are few, and one dependency less is one less.
    """

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings = settings
        self._username = secrets.smtp_username
        self._password = secrets.smtp_password

    async def send(self, delivery: Delivery) -> None:
        """Raises `Undeliverable` when the server will never take it, OSError or SMTPException when it may later."""
        await asyncio.to_thread(self._send, _message(delivery, self._settings.smtp_from))

    def _send(self, message: EmailMessage) -> None:
        settings = self._settings
        if settings.smtp_host is None:
            raise Undeliverable("no SMTP server is configured")
        try:
            with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
                if settings.smtp_starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._username and self._password:
                    server.login(self._username, self._password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise _verdict(min(codes), error) from error
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code, error) from error


def _verdict(code: int, error: smtplib.SMTPException) -> Exception:
    """5yz replies are permanent, 4yz are not, <https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1>."""
    return Undeliverable(f"the SMTP server refuses with {code}") if code >= 500 else error


def _message(delivery: Delivery, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = delivery.target
    # A header cannot hold a line break, and a title may.
    message["Subject"] = " ".join(delivery.subject.split())
    message["Date"] = format_datetime(utc_now())
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    # The same for every attempt, so that mail programs show one that was sent twice only once.
    message["Message-ID"] = f"<{delivery.event_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(delivery.body)
    return message
