# SPDX-License-Identifier: Apache-2.0
"""Jinja filters for clusters on Oracle Cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.todochat.platform.plugins.module_utils import oke
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import OracleError


def upgrade_path(now: str, wanted: str, offered: list[str]) -> list[str]:
    """The versions that lead from one to another, in their order."""
    try:
        return oke.upgrade_path(now, wanted, offered)
    except OracleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"upgrade_path": upgrade_path}
