# SPDX-License-Identifier: Apache-2.0
"""Secrets of one deployment: those that were given, those that are made once, and the file that keeps them.

A file has the form of Dapr's local.file store with several values per secret, which is also that of Kubernetes'
Secrets: ``{"name": {"key": "value"}}``. What changed is told by name, never by value. The modules secrets_file and
secrets_kubernetes differ only in where they read and write.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

Secrets = dict[str, dict[str, str]]

TOKEN_BYTES = 32


class SecretsError(Exception):
    """Why the secrets cannot be put together; the message is meant for the operator and holds no secret."""


def ed25519_private_key() -> str:
    """A new Ed25519 private key as PEM.

    Any 32 random bytes are one; the prefix is the DER of PKCS #8 around them (RFC 8410, section 7).
    """
    der = bytes.fromhex("302e020100300506032b657004220420") + secrets.token_bytes(32)
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n"


def token() -> str:
    """A new random token, URL-safe."""
    return secrets.token_urlsafe(TOKEN_BYTES)


KINDS: dict[str, Callable[[], str]] = {"ed25519": ed25519_private_key, "token": token}
"""What can be made."""


SECRET_ARGUMENTS: dict[str, dict[str, Any]] = {
    "values": {"type": "dict", "default": {}, "no_log": True},
    "generate": {"type": "dict", "default": {}},
    "rotate": {"type": "list", "elements": "str", "default": []},
    "database": {
        "type": "dict",
        "options": {
            "secret_name": {"required": True, "no_log": False},
            "url": {"no_log": True},
            "host": {},
            "port": {"type": "int"},
            "name": {},
            "user": {},
            "sslmode": {"default": "disable"},
        },
        "required_together": [["host", "port", "name", "user"]],
        "required_one_of": [["url", "host"]],
        "mutually_exclusive": [["url", "host"]],
    },
    "required": {"type": "list", "elements": "str", "default": []},
}
"""What both modules take; plugins/doc_fragments/secrets.py describes it."""


def wanted_secrets(
    stored: Secrets, params: Mapping[str, Any], password: Callable[[], str], elsewhere: Collection[str] = ()
) -> Secrets:
    """What shall be kept, by the parameters of a module; `password` is asked for where the database is given in parts.

    `elsewhere` are generated secrets that `params["rotate"]` may name although they are kept in another place.
    Raises SecretsError.
    """
    generated: Mapping[str, Mapping[str, str]] = params["generate"]
    for name, kinds in generated.items():
        for key, kind in kinds.items():
            if kind not in KINDS:
                raise SecretsError(f"generate: {name}/{key} must be one of {', '.join(KINDS)}, not {kind}.")
    given: Secrets = {name: dict(keys) for name, keys in params["values"].items()}
    if params["database"]:
        given[params["database"]["secret_name"]] = database_secret(params["database"], password)
    return merge(without(stored, params["rotate"], {*generated, *elsewhere}), given, generated)


def require(present: Collection[str], required: Collection[str]) -> None:
    """Raise SecretsError where a required secret is not there."""
    lacking = [name for name in required if name not in present]
    if lacking:
        raise SecretsError(f"These secrets are required but neither given nor generated: {', '.join(lacking)}.")


def without(stored: Secrets, rotated: Collection[str], generated: Collection[str]) -> Secrets:
    """The stored secrets but for the rotated ones, which must be among the generated ones."""
    unknown = [name for name in rotated if name not in generated]
    if unknown:
        raise SecretsError(
            f"Only what is made here can be rotated, {', '.join(sorted(generated))}; not {', '.join(unknown)}: "
            "give another value instead."
        )
    return {name: values for name, values in stored.items() if name not in rotated}


def database_secret(database: Mapping[str, Any], password: Callable[[], str]) -> dict[str, str]:
    """The secret of the database, from a whole URL or from its parts."""
    return url_secret(database["url"]) if database.get("url") else postgresql_secret(database, password())


def url_secret(url: str) -> dict[str, str]:
    """The secret of a PostgreSQL database that somebody else runs. Raises SecretsError, without the URL in it.

    Its clients negotiate channel binding by themselves. Neon's URLs ask for it by a parameter that only libpq knows,
    and Dapr's driver hands to the server as a setting, which refuses it.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or 5432
    except ValueError:
        port = 0
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not (parts.hostname and parts.username and name and port):
        raise SecretsError("The database's URL must be postgresql://user:password@host:port/database?sslmode=require.")
    query = "&".join(item for item in parts.query.split("&") if not item.startswith("channel_binding="))
    return {
        "connection-string": parts._replace(query=query).geturl(),
        "host": parts.hostname,
        "port": str(port),
        "database": name,
        "username": unquote(parts.username),
        "password": unquote(parts.password or ""),
    }


def postgresql_secret(database: Mapping[str, Any], password: str) -> dict[str, str]:
    """The secret of a PostgreSQL database, as a URL and in its parts."""
    user, host, port, name = (str(database[key]) for key in ("user", "host", "port", "name"))
    url = (
        f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{port}/{quote(name, safe='')}"
        f"?sslmode={database.get('sslmode', 'disable')}"
    )
    return {
        "connection-string": url,
        "host": host,
        "port": port,
        "database": name,
        "username": user,
        "password": password,
    }


def read_secrets(path: str) -> Secrets:
    """The secrets in a file; none when it does not exist.

    Raises SecretsError for a file of another form.
    """
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
        return {name: {key: str(value) for key, value in values.items()} for name, values in stored.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, ValueError, TypeError):
        raise SecretsError(f'{path} is not JSON of the form {{"name": {{"key": "value"}}}}.') from None
    except OSError as error:
        raise SecretsError(f"{path} cannot be read: {error.strerror}.") from None


def read_text(path: str) -> str:
    """The text of a file of one secret, without the newline at its end; raises SecretsError."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SecretsError(f"{path} cannot be read: {reason}.") from None


def merge(
    stored: Secrets, given: Mapping[str, Mapping[str, str]], generated: Mapping[str, Mapping[str, str]]
) -> Secrets:
    """What the file shall hold: every given value, and of every generated one the stored or else a new one.

    `generated` maps name to key to one of KINDS. A given value that is empty is not kept.
    """
    merged: Secrets = {}
    for name, values in given.items():
        present = {key: value for key, value in values.items() if value}
        if present:
            merged[name] = present
    for name, kinds in generated.items():
        for key, kind in kinds.items():
            value = stored.get(name, {}).get(key) or KINDS[kind]()
            merged.setdefault(name, {}).setdefault(key, value)
    return merged


def describe(secrets_: Secrets, other: Secrets) -> str:
    """One line per value, saying how it stands to that of `other` without showing it."""
    lines = []
    for name, values in sorted(secrets_.items()):
        for key, value in sorted(values.items()):
            same = other.get(name, {}).get(key) == value
            lines.append(f"{name}/{key}: {'(unchanged)' if same else '(secret)'}\n")
    return "".join(lines)


def serialize(secrets_: Secrets) -> str:
    return json.dumps(secrets_, indent=2, sort_keys=True) + "\n"


def write_private(path: str, content: str) -> None:
    """Replace a file by one of mode 0600 in one step; it is never readable by others, not even for a moment."""
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
