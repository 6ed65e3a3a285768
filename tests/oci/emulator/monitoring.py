"""Monitoring: alarms, whose queries can be asked and which send to topics that exist."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import Record, State, answer, change, invalid, page

HOST = "telemetry.{region}"
# metric[interval]{dimension = "value"}.statistic() > number
_QUERY = re.compile(r"\w+\[\d+[mhd]\](\{\w+ ?=~? ?\"[^\"]*\"\})?\.(max|min|mean|sum|count|rate)\(\) ?[<>]=? ?[\d.]+")


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20180401")

    @api.get("/alarms")
    async def alarms(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("alarm"))

    @api.post("/alarms")
    async def create(request: Request) -> Response:
        body = await request.json()
        check(body)
        return answer(state.add("alarm", **body))

    @api.get("/alarms/{identifier}")
    async def alarm(identifier: str) -> Response:
        return answer(state.get("alarm", identifier))

    @api.put("/alarms/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        found, body = state.get("alarm", identifier), await request.json()
        check({**found, **body})
        change(request, found, body)
        return answer(found)

    @api.delete("/alarms/{identifier}")
    async def delete(identifier: str) -> Response:
        state.get("alarm", identifier)["lifecycleState"] = "DELETED"
        return Response(status_code=204)

    def check(alarm: Record) -> None:
        if not _QUERY.fullmatch(alarm["query"]):
            raise invalid(f"Invalid query: {alarm['query']}")
        for topic in alarm["destinations"]:
            state.get("onstopic", topic)

    return api
