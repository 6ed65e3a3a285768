"""The API of the cluster itself, as far as waiting for its nodes goes. It takes the tokens that Oracle would."""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.oci.emulator.state import Record, State

BOOT_SECONDS = 90.0


def app(state: State, key_id: str, key: rsa.RSAPublicKey) -> FastAPI:
    api = FastAPI(openapi_url=None)

    @api.get("/api/v1/nodes")
    async def nodes(request: Request) -> Response:
        state.settle()
        if not _known(request.headers.get("authorization", ""), key_id, key):
            return JSONResponse({"kind": "Status", "status": "Failure", "reason": "Unauthorized", "code": 401}, 401)
        running = [
            node for pool in state.alive("nodepool") for node in pool["nodes"] if node["lifecycleState"] == "ACTIVE"
        ]
        items = [node_object(node) for node in running]
        return JSONResponse({"kind": "NodeList", "apiVersion": "v1", "metadata": {}, "items": items})

    def node_object(node: Record) -> Record:
        age = (
            state.clock.now() - datetime.fromisoformat(state.get("instance", node["id"])["timeCreated"])
        ).total_seconds()
        broken = node["id"] in state.never_ready
        ready = age > BOOT_SECONDS and not broken
        condition = {"type": "Ready", "status": str(ready), "reason": "KubeletReady" if ready else "KubeletNotReady"}
        condition["message"] = "" if ready else "container runtime network not ready"
        return {"metadata": {"name": node["name"]}, "spec": {}, "status": {"conditions": [condition]}}

    return api


def _known(header: str, key_id: str, key: rsa.RSAPublicKey) -> bool:
    """Whether the token is a request to `cluster_request` that the user has signed."""
    try:
        url = urlsplit(base64.urlsafe_b64decode(header.removeprefix("Bearer ")).decode())
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        fields = dict(part.split("=", 1) for part in query["authorization"].removeprefix("Signature ").split(","))
        fields = {name: value.strip('"') for name, value in fields.items()}
        values = {"date": query["date"], "host": url.netloc, "(request-target)": f"get {url.path}"}
        signed = "\n".join(f"{name}: {values[name]}" for name in fields["headers"].split())
        key.verify(base64.b64decode(fields["signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, KeyError, InvalidSignature):
        return False
    return fields["keyId"] == key_id and url.path.startswith("/cluster_request/ocid1.cluster.")
