"""Secrets from the Dapr secret store of the sidecar, or from a file for one-shot commands and tests."""

from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from app.core.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """All secrets of a process; never printed."""

    database_url: str
    jwt_private_key: str
    """PEM of an Ed25519 private key."""
    llm_api_key: str | None = None
    smtp_username: str | None = None
    smtp_password: str | None = None


def read_token(path: Path | None) -> str | None:
    """A token from its 0600 file; None when no file is configured."""
    return path.read_text().strip() if path else None


async def load_secrets(settings: Settings) -> Secrets:
    """Load every secret once, at start-up.

    Raises `httpx.HTTPError` when the sidecar does not answer within 60 s.
    """
    if settings.secrets_file:
        stored = orjson.loads(settings.secrets_file.read_bytes())
    else:
        stored = await _from_sidecar(settings)
    optional = {**stored.get("llm-secrets", {}), **stored.get("smtp-secrets", {})}
    return Secrets(
        database_url=stored["postgres-secrets"]["connection-string"],
        jwt_private_key=stored["jwt-secrets"]["private-key"],
        llm_api_key=optional.get("api-key") or None,
        smtp_username=optional.get("username") or None,
        smtp_password=optional.get("password") or None,
    )


@retry(
    retry=retry_if_exception_type(httpx.HTTPError),
    stop=stop_after_delay(60),
    wait=wait_fixed(0.1),
    reraise=True,
)
async def _from_sidecar(settings: Settings) -> dict[str, dict[str, str]]:
    token = read_token(settings.dapr_api_token_file)
    headers = {"dapr-api-token": token} if token else {}
    base = f"http://127.0.0.1:{settings.dapr_http_port}/v1.0/secrets/{settings.secret_store}/bulk"
    async with httpx.AsyncClient(headers=headers, timeout=5, trust_env=False) as client:
        response = await client.get(base)
        response.raise_for_status()
        secrets: dict[str, dict[str, str]] = response.json()
        return secrets
