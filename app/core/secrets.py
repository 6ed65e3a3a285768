"""Secrets from the Dapr secret store of the sidecar, or from files for one-shot commands and tests.

An application asks for its own secrets by name, never for all there are: on Kubernetes its account may read no others.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from app.core.settings import Settings

DATABASE = "postgres-secrets"
JWT = "jwt-secrets"
LLM = "llm-secrets"
SMTP = "smtp-secrets"
_OPTIONAL = {LLM, SMTP}
"""Where nobody has put one, the application does without."""


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The secrets of a process; never printed."""

    database_url: str
    jwt_private_key: str = ""
    """PEM of an Ed25519 private key; the backend's alone."""
    llm_api_key: str | None = None
    smtp_username: str | None = None
    smtp_password: str | None = None


def read_token(path: Path | None) -> str | None:
    """A token from its 0600 file; None when no file is configured."""
    return path.read_text().strip() if path else None


async def load_secrets(settings: Settings, names: Iterable[str]) -> Secrets:
    """Load the named secrets, once, at start-up.

    Raises `httpx.HTTPError` when the sidecar does not give them within 60 s, `LookupError` when a file lacks one.
    """
    stored = await _stored(settings, names)
    missing = stored.keys() - _OPTIONAL - {name for name, values in stored.items() if values}
    if missing:
        raise LookupError(f"there is no secret named {', '.join(sorted(missing))}")
    optional = {**stored.get(LLM, {}), **stored.get(SMTP, {})}
    return Secrets(
        database_url=stored[DATABASE]["connection-string"],
        jwt_private_key=stored.get(JWT, {}).get("private-key", ""),
        llm_api_key=optional.get("api-key") or None,
        smtp_username=optional.get("username") or None,
        smtp_password=optional.get("password") or None,
    )


async def _stored(settings: Settings, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Each name with its keys and values; no values for a secret that does not exist."""
    if settings.secrets_dir:
        return {name: _from_directory(settings.secrets_dir / name) for name in names}
    if settings.secrets_file:
        everything = orjson.loads(settings.secrets_file.read_bytes())
        return {name: everything.get(name, {}) for name in names}
    token = read_token(settings.dapr_api_token_file)
    base = f"http://127.0.0.1:{settings.dapr_http_port}/v1.0/secrets/{settings.secret_store}/"
    headers = {"dapr-api-token": token} if token else {}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=5, trust_env=False) as sidecar:
        wanted = list(names)
        return dict(zip(wanted, await asyncio.gather(*(_from_sidecar(sidecar, name) for name in wanted)), strict=True))


def _from_directory(directory: Path) -> dict[str, str]:
    """A file for each key, as Kubernetes mounts a Secret."""
    return {file.name: file.read_text() for file in directory.glob("[!.]*")}


@retry(
    retry=retry_if_exception_type(httpx.HTTPError),
    stop=stop_after_delay(60),
    wait=wait_fixed(0.1),
    reraise=True,
)
async def _from_sidecar(sidecar: httpx.AsyncClient, name: str) -> dict[str, str]:
    response = await sidecar.get(name)
    # Dapr has no status of its own for a secret that does not exist: it is a 500 that says so.
    if name in _OPTIONAL and response.status_code == 500 and "not found" in response.text:
        return {}
    response.raise_for_status()
    secret: dict[str, str] = response.json()
    return secret
