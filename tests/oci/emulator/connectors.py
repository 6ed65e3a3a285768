"""Connector Hub: from a log, through a filter, to a metric. Work requests end at once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import Record, State, accepted, answer, change, invalid, page

HOST = "service-connector-hub.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20200909")

    @api.get("/serviceConnectors")
    async def connectors(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        # The list is a summary.
        short = [{**found, "source": None, "target": None, "tasks": None} for found in state.alive("serviceconnector")]
        return page(request, short, collection=True)

    @api.post("/serviceConnectors")
    async def create(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        check(body)
        return accepted(state, state.add("serviceconnector", **body), "CREATED")

    @api.get("/serviceConnectors/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("serviceconnector", identifier))

    @api.put("/serviceConnectors/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        found, body = state.get("serviceconnector", identifier), await request.json()
        check({**found, **body})
        change(request, found, body)
        return accepted(state, found, "UPDATED")

    @api.delete("/serviceConnectors/{identifier}")
    async def delete(identifier: str) -> Response:
        return accepted(state, state.get("serviceconnector", identifier), "DELETED")

    @api.get("/workRequests/{identifier}")
    async def work_request(identifier: str) -> Response:
        return answer(state.get("servicerequest", identifier))

    def check(body: Record) -> None:
        for source in body["source"].get("logSources") or []:
            state.get("loggroup", source["logGroupId"])
            state.get("log", source["logId"])
        for task in body.get("tasks") or []:
            if task["kind"] == "logRule" and not task.get("condition"):
                raise invalid("A logRule has a condition.")
        target = body["target"]
        if target["kind"] == "monitoring" and target["metricNamespace"].startswith(("oci_", "oracle_")):
            raise invalid(f"The namespace {target['metricNamespace']} is Oracle's.")

    return api
