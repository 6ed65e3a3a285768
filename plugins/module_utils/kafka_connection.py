# SPDX-License-Identifier: Apache-2.0
"""Reach a Kafka cluster, or say in one sentence why that is not possible."""

from __future__ import annotations

import logging
import math
import re
import ssl
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import env_fallback

from .port_forward import PortForward, PortForwardError, forwarded

try:
    from kafka import KafkaAdminClient
    from kafka import errors as kafka_errors
    from kafka.net.manager import KafkaConnectionManager
    from kafka.net.selector import NetworkSelector
    from kafka.protocol.metadata import MetadataRequest
except ImportError:  # 2.x has no kafka.net either
    KAFKA_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    KAFKA_IMPORT_ERROR = None

KAFKA_REQUIREMENT = "kafka-python>=3.0"

CONNECTION_ARGUMENTS: dict[str, dict[str, Any]] = {
    "bootstrap_servers": {"type": "list", "elements": "str"},
    "port_forward": {
        "type": "dict",
        "options": {
            "namespace": {"required": True},
            "resource": {"required": True},
            "port": {"type": "int", "required": True},
            "local_port": {"type": "int"},
            "kubeconfig": {"type": "path", "fallback": (env_fallback, ["K8S_AUTH_KUBECONFIG"])},
            "context": {"fallback": (env_fallback, ["K8S_AUTH_CONTEXT"])},
        },
    },
    "security_protocol": {"choices": ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], "default": "PLAINTEXT"},
    "sasl_mechanism": {"choices": ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]},
    "sasl_username": {},
    "sasl_password": {"no_log": True},
    "tls_ca_file": {"type": "path"},
    "tls_cert_file": {"type": "path"},
    "tls_key_file": {"type": "path"},
    "tls_key_password": {"no_log": True},
    "tls_verify_hostname": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 30.0},
}
_SASL_ARGUMENTS = ["sasl_mechanism", "sasl_username", "sasl_password"]
CONNECTION_RULES: dict[str, Any] = {
    "required_one_of": [["bootstrap_servers", "port_forward"]],
    "mutually_exclusive": [["bootstrap_servers", "port_forward"]],
    "required_if": [
        ["security_protocol", "SASL_PLAINTEXT", _SASL_ARGUMENTS],
        ["security_protocol", "SASL_SSL", _SASL_ARGUMENTS],
    ],
    "required_by": {"tls_key_file": ["tls_cert_file"], "tls_key_password": ["tls_cert_file"]},
}

# Without a handler the interpreter would print the library's warnings to stderr.
logging.getLogger("kafka").addHandler(logging.NullHandler())


class KafkaTaskError(Exception):
    """Why the module cannot do what it was asked; the message is meant for the operator."""

    changed = False  # whether the cluster was changed before the failure


class InvalidInputError(KafkaTaskError):
    """The parameters cannot be right, whatever the cluster says."""


class UnreachableError(KafkaTaskError):
    """No server answered in time."""


class AuthenticationError(KafkaTaskError):
    """The cluster does not accept the user, the password or the mechanism."""


class TlsError(KafkaTaskError):
    """The two sides could not agree on a TLS connection."""


class RefusedError(KafkaTaskError):
    """The cluster understood the request and said no; `code` is Kafka's error code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Deadline:
    """A moment in the future, at most `seconds` away."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds, never negative."""
        return max(0.0, self._at - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.left == 0.0


@dataclass(frozen=True)
class Connection:
    """Where the cluster is and how to prove who we are; `timeout` in seconds."""

    servers: tuple[str, ...]
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    tls_ca_file: str | None = None
    tls_cert_file: str | None = None
    tls_key_file: str | None = None
    tls_key_password: str | None = field(default=None, repr=False)
    tls_verify_hostname: bool = True
    timeout: float = 30.0

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Connection:
        """Raise InvalidInputError for servers or a timeout that cannot be used."""
        servers = tuple(server.strip() for server in params["bootstrap_servers"])
        if not servers or not all(_SERVER.fullmatch(server) for server in servers):
            raise InvalidInputError(
                f"bootstrap_servers must be a list of host:port, not {params['bootstrap_servers']}."
            )
        if not (math.isfinite(params["timeout"]) and params["timeout"] > 0):
            raise InvalidInputError(f"timeout must be a number of seconds above 0, not {params['timeout']}.")
        # An empty string is how a playbook says "not set".
        rest: dict[str, Any] = {
            key: params[key] or None for key in CONNECTION_ARGUMENTS if key.startswith(("sasl_", "tls_"))
        }
        rest["tls_verify_hostname"] = params["tls_verify_hostname"]
        return cls(servers, params["security_protocol"], timeout=params["timeout"], **rest)

    @property
    def uses_tls(self) -> bool:
        return self.security_protocol in ("SSL", "SASL_SSL")

    @property
    def uses_sasl(self) -> bool:
        return self.security_protocol.startswith("SASL_")

    def __str__(self) -> str:
        return f"{', '.join(self.servers)} ({self.security_protocol})"


@contextmanager
def reach(params: Mapping[str, Any]) -> Iterator[Connection]:
    """The connection that a module's parameters ask for, with its port forwarded for as long as the block lasts.

    Raises InvalidInputError, and UnreachableError where the port cannot be forwarded.
    """
    target = params["port_forward"]
    if not target:
        yield Connection.from_params(params)
        return
    forward = PortForward(
        target["namespace"],
        target["resource"],
        target["port"],
        target.get("local_port") or target["port"],
        target.get("kubeconfig") or "",
        target.get("context") or "",
    )
    try:
        with forwarded(forward, params["timeout"]) as port:
            yield Connection.from_params({**params, "bootstrap_servers": [f"127.0.0.1:{port}"]})
    except PortForwardError as error:
        unreachable = UnreachableError(str(error))
        unreachable.changed = getattr(error.__cause__, "changed", False)
        raise unreachable from error


_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/,\[\]]+)(:\d{1,5})?")


@contextmanager
def connect(connection: Connection, deadline: Deadline) -> Iterator[Any]:
    """A KafkaAdminClient whose errors, inside the block, become KafkaTaskErrors.

    Raises UnreachableError, AuthenticationError or TlsError with what the first contact with each server said.
    """
    options = client_options(connection)
    server = _first_contact(connection, options, deadline)
    with _translated(connection):
        admin = KafkaAdminClient(
            bootstrap_servers=[server],  # all others follow from its metadata
            bootstrap_timeout_ms=max(1000, int(deadline.left * 1000)),
            **options,
        )
        try:
            yield admin
        finally:
            admin.close()


def client_options(connection: Connection) -> dict[str, Any]:
    options: dict[str, Any] = {
        "client_id": "todochat.platform",
        "security_protocol": connection.security_protocol,
        "request_timeout_ms": max(1, int(connection.timeout * 1000)),
    }
    if connection.uses_tls:
        options["ssl_context"] = _tls_context(connection)
    if connection.uses_sasl:
        options["sasl_mechanism"] = connection.sasl_mechanism
        options["sasl_plain_username"] = connection.sasl_username
        options["sasl_plain_password"] = connection.sasl_password
    return options


def _tls_context(connection: Connection) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = connection.tls_verify_hostname
    try:
        if connection.tls_ca_file:
            context.load_verify_locations(connection.tls_ca_file)
        else:
            context.load_default_certs()
    except OSError as error:  # ssl.SSLError is one
        raise InvalidInputError(f"tls_ca_file {connection.tls_ca_file} cannot be used: {error}.") from error
    if connection.tls_cert_file:
        try:
            # A password of "" for no password: OpenSSL would ask for one on the terminal.
            context.load_cert_chain(
                connection.tls_cert_file, connection.tls_key_file, password=connection.tls_key_password or ""
            )
        except OSError as error:
            raise InvalidInputError(
                f"tls_cert_file {connection.tls_cert_file} with tls_key_file {connection.tls_key_file} cannot be used"
                f" (is tls_key_password right?): {error}."
            ) from error
    return context


def _first_contact(connection: Connection, options: Mapping[str, Any], deadline: Deadline) -> str:
    """The first server that answers as a Kafka broker and accepts us.

    The client's own bootstrap repeats every failure until its timeout and then names none of them; here a wrong
    password or certificate ends the wait at once, and the reason of every server is kept for the message.
    """
    reasons: dict[str, str] = {}
    patience = 2.0
    while True:
        for tried, server in enumerate(connection.servers):
            # A silent server must not use up the time of the ones after it.
            share = min(patience, deadline.left / (len(connection.servers) - tried))
            try:
                _greet(server, options, seconds=max(share, 0.05))
                return server
            except kafka_errors.KafkaError as error:
                final = _final(connection, server, error)
                if final is not None:
                    raise final from error
                reasons[server] = _reason(error)
        if deadline.passed:
            told = "; ".join(f"{server}: {reason}" for server, reason in reasons.items())
            raise UnreachableError(
                f"No Kafka broker answered within {connection.timeout:g} s as {connection.security_protocol}: {told}. "
                "Check that the broker runs, that bootstrap_servers names the listener meant for this host, "
                "and that security_protocol is the one of that listener."
            )
        patience *= 2
        time.sleep(min(0.25, deadline.left))


def _greet(server: str, options: Mapping[str, Any], *, seconds: float) -> None:
    """Connect, authenticate and ask one question that only an authenticated client may ask."""

    async def question() -> None:
        [node] = manager.cluster.bootstrap_brokers()
        connection = manager.get_connection(node.node_id, timeout_ms=milliseconds, refresh_metadata_on_err=False)
        await manager.wait_for(connection.init_future, milliseconds)
        await manager.wait_for(connection.send_request(MetadataRequest(topics=[])), milliseconds)

    milliseconds = seconds * 1000
    net = NetworkSelector()
    manager = KafkaConnectionManager(net, bootstrap_servers=[server], **options)
    try:
        manager.run(question)
    finally:
        manager.close()
        net.close()


def _final(connection: Connection, server: str, error: Exception) -> KafkaTaskError | None:
    """The failure that waiting cannot mend, if `error` is one."""
    tls = _tls_error(error)
    if isinstance(tls, ssl.SSLCertVerificationError):
        authority = connection.tls_ca_file or "the system's certificate store"
        return TlsError(
            f"{server} presented a certificate that does not verify against {authority}: {tls.verify_message}. "
            "Set tls_ca_file to the authority that signed it"
            " (tls_verify_hostname is for certificates of another name)."
        )
    if tls is not None:
        return TlsError(
            f"TLS with {server} failed: {tls}. Check that the listener speaks TLS and, where it asks for a client "
            "certificate, tls_cert_file and tls_key_file."
        )
    if isinstance(error, (kafka_errors.UnsupportedSaslMechanismError, kafka_errors.IllegalSaslStateError)):
        return AuthenticationError(
            f"{server} does not offer SASL with {connection.sasl_mechanism}: {_reason(error)}. "
            "Check sasl_mechanism and that the listener speaks SASL."
        )
    if isinstance(error, kafka_errors.SaslAuthenticationFailedError):
        return AuthenticationError(
            f"Authentication failed: {server} does not accept {connection.sasl_username} with "
            f"{connection.sasl_mechanism}: {_reason(error)}. Check sasl_username, sasl_password and sasl_mechanism."
        )
    return None


@contextmanager
def _translated(connection: Connection) -> Iterator[None]:
    try:
        yield
    except kafka_errors.AuthorizationError as error:
        raise RefusedError(
            f"{connection.sasl_username or 'The client'} is not authorized: {_reason(error)}.", error.errno
        ) from error
    except kafka_errors.KafkaError as error:
        final = _final(connection, str(connection), error)
        if final is not None:
            raise final from error
        if not error.retriable:
            raise RefusedError(f"Kafka refused the request: {_reason(error)}.", getattr(error, "errno", -1)) from error
        raise _lost(connection, error) from error
    except RuntimeError as error:  # kafka-python: "Failed to find active controller id!"
        raise _lost(connection, error) from error


def _lost(connection: Connection, error: Exception) -> UnreachableError:
    return UnreachableError(
        f"{connection} answered at first, then no longer: {_reason(error)}. If this repeats, the brokers "
        "advertise addresses that this host cannot reach: check their advertised.listeners."
    )


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    """The TLS error below one of the library's, which keeps it as an argument or as the context."""
    seen: list[BaseException | None] = [error.__cause__, error.__context__]
    seen += [argument for argument in error.args if isinstance(argument, BaseException)]
    if isinstance(error, ssl.SSLError):
        return error
    return next((found for inner in seen if inner is not None and (found := _tls_error(inner))), None)


def _reason(error: BaseException) -> str:
    """The library's text without its own decoration, e.g. ``[Error 58] SaslAuthenticationFailedError: ...``."""
    text = bare_message(str(error))
    if isinstance(error, (kafka_errors.KafkaTimeoutError, kafka_errors.RequestTimedOutError)):
        return "it did not answer"
    if isinstance(error, kafka_errors.InvalidReceiveError):
        return "its answer is not Kafka's protocol (a TLS listener?)"
    return "it closed the connection" if text == "socket disconnected" else text


def bare_message(text: str) -> str:
    """`text` without a leading error number and class name, unless that is all there is."""
    return re.sub(r"^(\[Error -?\d+\] )?([A-Za-z]+Error: )+(?=.)", "", text).strip().rstrip(".")
