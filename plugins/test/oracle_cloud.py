# SPDX-License-Identifier: Apache-2.0
"""Jinja tests for what Oracle's API sends."""

from __future__ import annotations

from typing import Any


def as_wanted(found: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is found. Oracle adds values of its own, and its lists have no order."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(as_wanted(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        left = list(found or [])
        for item in wanted:
            match = next((other for other in left if as_wanted(other, item)), None)
            if match is None:
                return False
            left.remove(match)
        return not left
    return bool(found == wanted)


class TestModule:
    def tests(self) -> dict[str, Any]:
        return {"as_wanted": as_wanted}
