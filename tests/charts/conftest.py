"""The chart, rendered by the real helm."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "todo"

Objects = list[dict[str, Any]]
Render = Callable[..., Objects]


class Refused(Exception):
    """Helm does not take the values."""


@pytest.fixture(scope="session")
def render(helm: str, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """`render({...values})` is the list of objects; raises `Refused` with helm's reason."""

    def objects(values: dict[str, Any] | None = None) -> Objects:
        file = tmp_path_factory.mktemp("values") / "values.json"
        file.write_text(json.dumps(values or {}))
        where = ["--namespace", "somewhere", "--kube-version", "1.30"]
        command = [helm, "template", "todo", CHART, *where, "--values", file]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise Refused(done.stderr)
        return [it for it in yaml.safe_load_all(done.stdout) if it]

    return objects


@pytest.fixture(scope="session")
def everything(render: Render) -> Objects:
    """What the chart is with its own values."""
    return render()
