"""The module secrets_file: what is made stays, what is given counts, and nothing is shown."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.plugins.support import Result, run_module

DATABASE = {"secret_name": "postgres-secrets", "host": "127.0.0.1", "port": 5432, "name": "tododb", "user": "todouser"}


@pytest.fixture
def parameters(tmp_path: Path) -> dict[str, Any]:
    password_file = tmp_path / "password"
    password_file.write_text("p@ss/w:rd\n")
    return {
        "path": str(tmp_path / "secrets.json"),
        "values": {"llm-secrets": {"api-key": "sk-given"}, "smtp-secrets": {"username": "", "password": ""}},
        "generate": {"jwt-secrets": {"private-key": "ed25519"}},
        "database": DATABASE,
        "database_password_file": str(password_file),
        "token_files": [str(tmp_path / "token")],
    }


def keep(parameters: dict[str, Any], **modes: Any) -> Result:
    return run_module("secrets_file", **parameters, **modes)


def stored(parameters: dict[str, Any]) -> Any:
    return json.loads(Path(parameters["path"]).read_text())


def contents(directory: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in directory.iterdir()}


def test_the_first_run_makes_everything(parameters: dict[str, Any], tmp_path: Path) -> None:
    result = keep(parameters)

    assert result["changed"]
    assert result["names"] == {
        "jwt-secrets": ["private-key"],
        "llm-secrets": ["api-key"],
        "postgres-secrets": ["connection-string", "database", "host", "password", "port", "username"],
    }
    secrets = stored(parameters)
    assert isinstance(load_pem_private_key(secrets["jwt-secrets"]["private-key"].encode(), None), Ed25519PrivateKey)
    assert secrets["postgres-secrets"]["connection-string"] == (
        "postgresql://todouser:p%40ss%2Fw%3Ard@127.0.0.1:5432/tododb?sslmode=disable"
    )
    assert len((tmp_path / "token").read_text()) >= 43


def test_the_files_are_private(parameters: dict[str, Any], tmp_path: Path) -> None:
    keep(parameters)

    assert {oct(file.stat().st_mode & 0o777) for file in (tmp_path / "secrets.json", tmp_path / "token")} == {"0o600"}


def test_the_second_run_touches_nothing(parameters: dict[str, Any], tmp_path: Path) -> None:
    keep(parameters)
    before = contents(tmp_path)

    assert not keep(parameters)["changed"]
    assert contents(tmp_path) == before


def test_another_password_changes_the_url_and_nothing_else(parameters: dict[str, Any], tmp_path: Path) -> None:
    keep(parameters)
    before = stored(parameters)
    (tmp_path / "password").write_text("another")

    result = keep(parameters, diff=True)

    assert result["changed"]
    after = stored(parameters)
    assert after["jwt-secrets"] == before["jwt-secrets"]
    assert after["postgres-secrets"]["password"] == "another"
    assert "postgres-secrets/password: (secret)" in result["diff"][0]["after"]
    assert "jwt-secrets/private-key: (unchanged)" in result["diff"][0]["after"]


def test_a_secret_that_is_no_longer_given_goes(parameters: dict[str, Any]) -> None:
    keep(parameters)
    del parameters["values"]["llm-secrets"]

    assert keep(parameters)["changed"]
    assert "llm-secrets" not in stored(parameters)


def test_wrong_permissions_are_mended(parameters: dict[str, Any]) -> None:
    keep(parameters)
    os.chmod(parameters["path"], 0o644)

    assert keep(parameters)["changed"]
    assert os.stat(parameters["path"]).st_mode & 0o777 == 0o600


def test_check_mode_writes_nothing(parameters: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "password").unlink()  # as on a host where the database is still to be made

    assert keep(parameters, check=True)["changed"]
    assert list(tmp_path.iterdir()) == []


def test_check_mode_on_a_finished_host(parameters: dict[str, Any]) -> None:
    keep(parameters)

    assert not keep(parameters, check=True)["changed"]


def test_no_value_is_shown(parameters: dict[str, Any], tmp_path: Path) -> None:
    shown = json.dumps(keep(parameters, diff=True)["diff"])

    secrets = stored(parameters)
    values = [value for name, keys in secrets.items() for key, value in keys.items() if key not in DATABASE]
    assert not [value for value in values if value in shown and value not in ("tododb", "todouser")]
    assert (tmp_path / "token").read_text() not in shown


def test_a_required_secret_that_nobody_gave(parameters: dict[str, Any], tmp_path: Path) -> None:
    result = keep({**parameters, "required": ["kafka-secrets"]}, fails=True)

    assert "kafka-secrets" in result["msg"]
    assert not (tmp_path / "secrets.json").exists()


@pytest.mark.parametrize("content", ["not json", "[]", '{"name": "value"}'])
def test_a_file_of_another_form_is_left_alone(parameters: dict[str, Any], content: str) -> None:
    Path(parameters["path"]).write_text(content)

    assert parameters["path"] in keep(parameters, fails=True)["msg"]
    assert Path(parameters["path"]).read_text() == content


def test_a_kind_that_cannot_be_made(parameters: dict[str, Any]) -> None:
    assert "ed25519" in keep({**parameters, "generate": {"a": {"b": "rsa"}}}, fails=True)["msg"]


def test_no_password_file(parameters: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "password").unlink()

    assert str(tmp_path / "password") in keep(parameters, fails=True)["msg"]


def test_a_rotated_secret_is_made_anew_and_no_other(parameters: dict[str, Any], tmp_path: Path) -> None:
    keep(parameters)
    before, token = stored(parameters), (tmp_path / "token").read_text()

    assert keep({**parameters, "rotate": ["jwt-secrets"]})["changed"]
    after = stored(parameters)
    assert after["jwt-secrets"] != before["jwt-secrets"]
    assert {**after, "jwt-secrets": before["jwt-secrets"]} == before
    assert (tmp_path / "token").read_text() == token

    assert keep({**parameters, "rotate": ["token"]})["changed"]
    assert (tmp_path / "token").read_text() != token
    assert stored(parameters) == after


def test_a_given_secret_cannot_be_rotated(parameters: dict[str, Any]) -> None:
    assert "jwt-secrets, token; not llm-secrets" in keep({**parameters, "rotate": ["llm-secrets"]}, fails=True)["msg"]


URL = "postgresql://me:p%40ss@db.example.com/todo?sslmode=require"


@pytest.mark.parametrize("url", [URL, f"{URL}&channel_binding=require", URL.replace("?", "?channel_binding=prefer&")])
def test_a_database_that_somebody_else_runs(parameters: dict[str, Any], url: str) -> None:
    keep({**parameters, "database": {"secret_name": "postgres-secrets", "url": url}})

    assert stored(parameters)["postgres-secrets"] == {
        "connection-string": URL,
        "host": "db.example.com",
        "port": "5432",
        "database": "todo",
        "username": "me",
        "password": "p@ss",
    }


@pytest.mark.parametrize("url", ["mysql://me:hush@db/todo", "postgresql://db/todo", "postgresql://me:hush@db", "hush"])
def test_a_url_of_another_form_is_refused_and_not_shown(parameters: dict[str, Any], url: str) -> None:
    result = keep({**parameters, "database": {"secret_name": "postgres-secrets", "url": url}}, fails=True)

    assert "must be postgresql://" in result["msg"]
    assert "hush" not in result["msg"]
