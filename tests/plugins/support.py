"""Run a module of the collection: real arguments in, the JSON that Ansible would read out."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.module_utils.testing import patch_module_args

COLLECTIONS = Path(__file__).parents[2] / ".ansible" / "collections"
PACKAGE = "ansible_collections.todochat.platform.plugins.modules"

Result = dict[str, Any]


def run_module(name: str, *, check: bool = False, diff: bool = False, fails: bool = False, **parameters: Any) -> Result:
    """Run it in this process; it must succeed, or with `fails` must not."""
    main = import_module(f"{PACKAGE}.{name}").main
    arguments = {**parameters, "_ansible_check_mode": check, "_ansible_diff": diff}
    output = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    return _checked(output.getvalue(), fails)


def run_module_apart(name: str, *, fails: bool = False, **parameters: Any) -> Result:
    """Run it in a process of its own, for libraries that leave something behind when they fail."""
    finished = subprocess.run(
        [sys.executable, "-m", f"{PACKAGE}.{name}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": parameters}),
        env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
        capture_output=True,
        text=True,
        check=False,
    )
    return _checked(finished.stdout, fails)


def _checked(output: str, fails: bool) -> Result:
    result: Result = json.loads(output)
    assert bool(result.get("failed")) == fails, result
    return result
