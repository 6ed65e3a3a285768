"""Run a module of the collection in this process: real arguments in, the JSON that Ansible would read out."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ansible.module_utils.testing import patch_module_args

Result = dict[str, Any]


def run_module(name: str, *, check: bool = False, diff: bool = False, fails: bool = False, **parameters: Any) -> Result:
    """A run must succeed, or with `fails` must not."""
    main = import_module(f"ansible_collections.todochat.platform.plugins.modules.{name}").main
    arguments = {**parameters, "_ansible_check_mode": check, "_ansible_diff": diff}
    with warnings.catch_warnings():
        # kafka-python leaves sockets of failed connections to the collector; a module's process ends there.
        warnings.simplefilter("ignore", ResourceWarning)
        result = _run(main, arguments)
        gc.collect()
    assert bool(result.get("failed")) == fails, result
    return result


def _run(main: Callable[[], None], arguments: dict[str, Any]) -> Result:
    output = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    result: Result = json.loads(output.getvalue())
    return result
