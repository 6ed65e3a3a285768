"""The Dapr sidecar of this process, and the proof that a call comes from it."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request

from app.core.errors import NotAuthenticated


def _require_sidecar(request: Request, dapr_api_token: Annotated[str | None, Header()] = None) -> None:
    expected: str | None = request.app.state.app_api_token
    if expected and not hmac.compare_digest(expected.encode(), (dapr_api_token or "").encode()):
        raise NotAuthenticated("This endpoint answers the Dapr sidecar only.")


FromSidecar = Depends(_require_sidecar)
"""Put it into `dependencies=[...]` of every router that only the sidecar may call (events, jobs, invocation)."""
