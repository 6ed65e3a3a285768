# SPDX-License-Identifier: Apache-2.0
"""Repeats the module `oke_work_request` until the work request has ended, and shows its log meanwhile."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

_ENDED = {None, "SUCCEEDED", "FAILED", "CANCELED"}


class ActionModule(ActionBase):  # type: ignore[misc]
    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002
        begun, shown = time.monotonic(), 0
        while True:
            result: dict[str, Any] = self._execute_module(task_vars=task_vars)
            if result.get("failed"):
                return result
            request, options = result["work_request"], result["invocation"]["module_args"]
            seconds = time.monotonic() - begun
            for line in request.get("log", [])[shown:]:
                Display().display(f"  {seconds:5.0f} s  {line}")
            shown = len(request.get("log", []))
            if request.get("status") in _ENDED:
                break
            if seconds > options["timeout"]:
                late = f"{request['operation']} has not ended within {options['timeout']:g} s; Oracle goes on with it."
                return _failed(result, late)
            time.sleep(options["interval"])
        if request.get("status") in ("FAILED", "CANCELED") and options["errors_are_fatal"]:
            why = "; ".join(request["errors"]) or "Oracle does not say why"
            return _failed(result, f"{request['operation']} has failed: {why}")
        return result


def _failed(result: dict[str, Any], message: str) -> dict[str, Any]:
    return {**result, "failed": True, "msg": message}
