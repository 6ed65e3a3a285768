"""House rule: no secret is written down in the repository."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

SECRET_KEY = re.compile(
    r"(^|[_-])(password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key)$", re.I
)
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----\s*[A-Za-z0-9+/=]{20}")
HARMLESS = {"", "none", "null", "omit", "ed25519", "token"}  # the last two say what to make


class Loader(yaml.SafeLoader):
    """Reads any tag (`!vault`, `!unsafe`) as if it were not there."""


Loader.add_multi_constructor(
    "", lambda loader, suffix, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None
)


def repository_files() -> list[Path]:
    """What is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def yaml_files() -> list[Path]:
    """Helm's templates are YAML only when rendered; what comes of them is tested with the chart."""
    unreadable = {"docs", "templates"}
    return [file for file in repository_files() if file.suffix in (".yml", ".yaml") and not unreadable & {*file.parts}]


def literal_secrets(value: Any, path: str = "") -> Iterator[str]:
    """The places in a document where something that is called a secret has a value of its own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            place = f"{path}/{key}"
            if isinstance(inner, str) and SECRET_KEY.search(str(key)) and not is_reference(inner):
                yield place
            yield from literal_secrets(inner, place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from literal_secrets(inner, f"{path}/{number}")


def is_reference(text: str) -> bool:
    """Whether it is a template, a path, a vault or a statement that there is none."""
    return text.strip().lower() in HARMLESS or "{{" in text or "/" in text or text.startswith("$ANSIBLE_VAULT")


def test_the_search_finds_what_it_looks_for() -> None:
    document = {
        "vars": [{"db_password": "hunter2"}],
        "apiKey": "sk-1",
        "secrets_llm_api_key": "{{ lookup('env', 'X') }}",
        "password_file": "credentials/x",
        "token": "",
    }
    assert list(literal_secrets(document)) == ["/vars/0/db_password", "/apiKey"]


@pytest.mark.parametrize("file", yaml_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_static_secret_in_yaml(file: Path) -> None:
    found = [place for document in yaml.load_all(file.read_text(), Loader) for place in literal_secrets(document)]
    assert found == []


def test_no_private_key_anywhere() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in repository_files()
        if file.stat().st_size < 1_000_000 and PRIVATE_KEY.search(file.read_text(errors="ignore"))
    ]
    assert found == []
