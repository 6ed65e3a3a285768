# SPDX-License-Identifier: Apache-2.0
"""Ask HTTP endpoints until each one gives the answer that is waited for."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from .http_opener import Route

_TRY_SECONDS = 10.0
_PAUSE_SECONDS = 0.2
_SHOWN = 300  # characters of an unexpected answer


@dataclass(frozen=True)
class Check:
    """One endpoint and what it must answer."""

    name: str
    url: str
    status: int = 200
    values: Mapping[str, Any] = field(default_factory=dict)
    """Keys of the JSON object in the answer and their values."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Keys of the JSON object whose value is a list of objects, and the `name`s that must be among them."""
    contains: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    route: Route = field(default_factory=Route)


class Unmet(Exception):
    """The last answer was not what was waited for; the message says what it was."""


def ask(check: Check) -> None:
    """Ask once; raises Unmet."""
    request = urllib.request.Request(check.url, headers=dict(check.headers))  # noqa: S310 - the operator's own URL
    try:
        with check.route.opener(check.url).open(request, timeout=_TRY_SECONDS) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Unmet(f"no answer: {reason}") from None
    _compare(check, status, body.decode(errors="replace"))


def _compare(check: Check, status: int, body: str) -> None:
    if status != check.status:
        raise Unmet(f"status {status} instead of {check.status}: {body[:_SHOWN]}")
    if check.contains not in body:
        raise Unmet(f"the answer does not contain {check.contains!r}: {body[:_SHOWN]}")
    if not (check.values or check.names):
        return
    try:
        answer = json.loads(body)
    except ValueError:
        raise Unmet(f"the answer is not JSON: {body[:_SHOWN]}") from None
    for key, wanted in check.values.items():
        if answer.get(key) != wanted:
            raise Unmet(f"{key} is {answer.get(key)!r} instead of {wanted!r}")
    for key, wanted_names in check.names.items():
        present = {item.get("name") for item in answer.get(key) or []}
        lacking = [name for name in wanted_names if name not in present]
        if lacking:
            raise Unmet(f"{key} lacks {', '.join(lacking)}")


def wait_for(check: Check, deadline: float) -> str | None:
    """Ask until the answer is right (then None) or time.monotonic() has passed `deadline` (then what was wrong)."""
    while True:
        try:
            ask(check)
            return None
        except Unmet as unmet:
            if time.monotonic() >= deadline:
                return str(unmet)
        time.sleep(_PAUSE_SECONDS)


def wait_for_all(checks: Sequence[Check], seconds: float) -> dict[str, str]:
    """Wait for all at once; returns check name → what was wrong, of those that did not come true in time."""
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(max_workers=max(1, min(32, len(checks)))) as pool:
        outcomes = list(pool.map(lambda check: wait_for(check, deadline), checks))
    return {check.name: wrong for check, wrong in zip(checks, outcomes, strict=True) if wrong is not None}
