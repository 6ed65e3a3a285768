"""Monitoring: alarms, which send to topics that exist."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import State, answer, change, page

HOST = "telemetry.{region}"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20180401")

    @api.get("/alarms")
    async def alarms(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("alarm"))

    @api.post("/alarms")
    async def create(request: Request) -> Response:
        body = await request.json()
        for topic in body["destinations"]:
            state.get("onstopic", topic)
        return answer(state.add("alarm", **body))

    @api.get("/alarms/{identifier}")
    async def alarm(identifier: str) -> Response:
        return answer(state.get("alarm", identifier))

    @api.put("/alarms/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        found = state.get("alarm", identifier)
        change(request, found, await request.json())
        return answer(found)

    @api.delete("/alarms/{identifier}")
    async def delete(identifier: str) -> Response:
        state.get("alarm", identifier)["lifecycleState"] = "DELETED"
        return Response(status_code=204)

    return api
