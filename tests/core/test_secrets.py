"""Secrets are asked for by name, from the sidecar, a file or a directory."""

import json
from pathlib import Path

import pytest

from app.core.secrets import DATABASE, JWT, LLM, SMTP, load_secrets
from app.core.settings import Settings
from tests.support.sidecar import fake_sidecar

STORED = {
    DATABASE: {"connection-string": "postgresql://somewhere/db", "host": "somewhere"},
    JWT: {"private-key": "PEM"},
}


async def test_the_sidecar_is_asked_for_the_named_secrets() -> None:
    async with fake_sidecar() as sidecar:
        sidecar.secrets = STORED
        secrets = await load_secrets(Settings(DAPR_HTTP_PORT=sidecar.port), [DATABASE, JWT])
    assert secrets.database_url == "postgresql://somewhere/db"
    assert secrets.jwt_private_key == "PEM"


async def test_an_optional_secret_may_be_missing() -> None:
    async with fake_sidecar() as sidecar:
        sidecar.secrets = STORED
        secrets = await load_secrets(Settings(DAPR_HTTP_PORT=sidecar.port), [DATABASE, LLM, SMTP])
    assert (secrets.llm_api_key, secrets.smtp_username, secrets.jwt_private_key) == (None, None, "")


async def test_an_optional_secret_is_waited_for_while_the_store_is_down() -> None:
    async with fake_sidecar() as sidecar:
        sidecar.secrets = {**STORED, LLM: {"api-key": "key"}}
        sidecar.secrets_refused = 3
        secrets = await load_secrets(Settings(DAPR_HTTP_PORT=sidecar.port), [DATABASE, LLM])
    assert secrets.llm_api_key == "key"


async def test_a_directory_has_a_folder_for_each_secret(tmp_path: Path) -> None:
    folder = tmp_path / DATABASE
    folder.mkdir()
    (folder / "connection-string").write_text("postgresql://somewhere/db")
    (folder / "..data").mkdir()  # Kubernetes' own, beside the keys
    secrets = await load_secrets(Settings(secrets_dir=tmp_path), [DATABASE, LLM])
    assert secrets.database_url == "postgresql://somewhere/db"


@pytest.mark.parametrize("place", ["file", "directory"])
async def test_a_secret_that_is_needed_and_missing_is_named(tmp_path: Path, place: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({DATABASE: STORED[DATABASE]}))
    settings = Settings(secrets_file=file) if place == "file" else Settings(secrets_dir=tmp_path)
    with pytest.raises(LookupError, match=JWT):
        await load_secrets(settings, [DATABASE, JWT])
