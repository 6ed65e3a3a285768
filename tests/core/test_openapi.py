"""The published API contract is what the backend serves."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
_METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_document_is_current(backend: FastAPI) -> None:
    assert json.loads(DOCUMENT.read_text()) == json.loads(json.dumps(backend.openapi())), "run `make contracts`"


def test_internal_paths_are_not_published() -> None:
    paths = json.loads(DOCUMENT.read_text())["paths"]

    assert not [path for path in paths if path.startswith(("/internal", "/events", "/job", "/dapr"))]


@pytest.mark.parametrize("path", sorted(json.loads(DOCUMENT.read_text())["paths"]))
def test_every_operation_is_described(path: str) -> None:
    operations = json.loads(DOCUMENT.read_text())["paths"][path]

    for method in _METHODS & operations.keys():
        assert operations[method].get("summary"), f"{method} {path} has no summary"
