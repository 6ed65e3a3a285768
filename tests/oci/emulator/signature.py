"""Oracle's request signatures, version 1: docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.requests import Request

from tests.oci.emulator.state import ApiError

SKEW_SECONDS = 300
_WITH_BODY = {"POST", "PUT", "PATCH"}


def check(request: Request, body: bytes, key_id: str, key: rsa.RSAPublicKey) -> None:
    """Raises ApiError as Oracle does, which does not tell what exactly is wrong with a key."""
    header = request.headers.get("authorization", "")
    fields = dict(re.findall(r'(\w+)="([^"]*)"', header.removeprefix("Signature ")))
    names = fields.get("headers", "").split()
    required = {"(request-target)", "host"} | ({"x-content-sha256"} if request.method in _WITH_BODY else set())
    if fields.get("keyId") != key_id or not required <= set(names):
        raise _refused("The required information to complete authentication was not provided or was incorrect.")
    sent = parsedate_to_datetime(request.headers.get("date") or request.headers["x-date"])
    if abs((datetime.now(UTC) - sent).total_seconds()) > SKEW_SECONDS:
        raise _refused("The request's date is not within the allowed clock skew of five minutes.")
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if request.method in _WITH_BODY and digest != request.headers["x-content-sha256"]:
        raise _refused("The body is not the one that was signed.")
    target = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
    values = {"(request-target)": f"{request.method.lower()} {target}"}
    signed = "\n".join(f"{name}: {values.get(name) or request.headers[name]}" for name in names)
    try:
        key.verify(base64.b64decode(fields["signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise _refused("Failed to verify the HTTP(S) Signature") from None


def _refused(message: str) -> ApiError:
    return ApiError(401, "NotAuthenticated", message)
