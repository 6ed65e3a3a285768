"""Logging: log groups, the logs in them, and what the agents of the machines send there. Work requests end at once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import ApiError, Record, State, accepted, answer, change, conflict, invalid, page

HOST = "logging.{region}.oci"
# A log is kept for one to six months, of thirty days each.
RETENTIONS = {30, 60, 90, 120, 150, 180}
PARSERS = {"AUDITD", "CRI", "JSON", "NONE", "SYSLOG", "REGEXP", "MULTILINE", "GROK"}


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20200531")
    _log_groups(api, state)
    _logs(api, state)
    _agents(api, state)

    @api.get("/workRequests/{identifier}")
    async def work_request(identifier: str) -> Response:
        return answer(state.get("servicerequest", identifier))

    return api


def _log_groups(api: APIRouter, state: State) -> None:
    @api.get("/logGroups")
    async def groups(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("loggroup"))

    @api.post("/logGroups")
    async def create(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        _new_name(state, "loggroup", body["displayName"], compartmentId=body["compartmentId"])
        return accepted(state, state.add("loggroup", **body), "CREATED")

    @api.get("/logGroups/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("loggroup", identifier))

    @api.put("/logGroups/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        group = state.get("loggroup", identifier)
        change(request, group, await request.json())
        return accepted(state, group, "UPDATED")

    @api.delete("/logGroups/{identifier}")
    async def delete(identifier: str) -> Response:
        group = state.get("loggroup", identifier)
        if state.alive("log", logGroupId=identifier):
            raise conflict(f"The log group {identifier} has logs.")
        return accepted(state, group, "DELETED")


def _logs(api: APIRouter, state: State) -> None:
    @api.get("/logGroups/{group}/logs")
    async def logs(group: str, request: Request) -> Response:
        state.get("loggroup", group)
        return page(request, state.alive("log", logGroupId=group))

    @api.post("/logGroups/{group}/logs")
    async def create(group: str, request: Request) -> Response:
        body = await request.json()
        owner = state.get("loggroup", group)
        _new_name(state, "log", body["displayName"], logGroupId=group)
        if body["logType"] == "SERVICE" and not body.get("configuration"):
            raise invalid("A log of a service has a configuration.")
        _retention(body)
        fields = {"retentionDuration": 30, "isEnabled": True, **body, "logGroupId": group}
        return accepted(state, state.add("log", **fields, compartmentId=owner["compartmentId"]), "CREATED")

    @api.get("/logGroups/{group}/logs/{identifier}")
    async def read(group: str, identifier: str) -> Response:
        state.get("loggroup", group)
        return answer(state.get("log", identifier))

    @api.put("/logGroups/{group}/logs/{identifier}")
    async def update(group: str, identifier: str, request: Request) -> Response:
        found, body = state.get("log", identifier), await request.json()
        _retention(body)
        change(request, found, body)
        return accepted(state, found, "UPDATED")

    @api.delete("/logGroups/{group}/logs/{identifier}")
    async def delete(group: str, identifier: str) -> Response:
        return accepted(state, state.get("log", identifier), "DELETED")


def _agents(api: APIRouter, state: State) -> None:
    @api.get("/unifiedAgentConfigurations")
    async def configurations(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        # The list is a summary.
        short = [{**found, "serviceConfiguration": None} for found in state.alive("unifiedagentconfiguration")]
        return page(request, short, collection=True)

    @api.post("/unifiedAgentConfigurations")
    async def create(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        _check_agent(state, body)
        _new_name(state, "unifiedagentconfiguration", body["displayName"], compartmentId=body["compartmentId"])
        return accepted(state, state.add("unifiedagentconfiguration", **body, configurationState="VALID"), "CREATED")

    @api.get("/unifiedAgentConfigurations/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("unifiedagentconfiguration", identifier))

    @api.put("/unifiedAgentConfigurations/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        found, body = state.get("unifiedagentconfiguration", identifier), await request.json()
        _check_agent(state, body)
        change(request, found, body)
        return accepted(state, found, "UPDATED")

    @api.delete("/unifiedAgentConfigurations/{identifier}")
    async def delete(identifier: str) -> Response:
        return accepted(state, state.get("unifiedagentconfiguration", identifier), "DELETED")


def _check_agent(state: State, body: Record) -> None:
    """What it reads, where that goes and whose machines they are."""
    service = body["serviceConfiguration"]
    state.get("log", service["destination"]["logObjectId"])
    for group in (body.get("groupAssociation") or {}).get("groupList") or []:
        state.get("dynamicgroup", group)
    for source in service["sources"]:
        if source["sourceType"] == "LOG_TAIL" and not all(path.startswith("/") for path in source.get("paths") or [""]):
            raise invalid(f"{source['name']}: paths must be absolute.")
        parser = source.get("parser") or {"parserType": "NONE"}
        if parser["parserType"] not in PARSERS or (parser["parserType"] == "REGEXP" and not parser.get("expression")):
            raise invalid(f"{source['name']}: invalid parser.")


def _retention(body: Record) -> None:
    if body.get("retentionDuration", 30) not in RETENTIONS:
        raise invalid(f"retentionDuration must be one of {sorted(RETENTIONS)}.")


def _new_name(state: State, kind: str, name: str, **where: str) -> None:
    if state.alive(kind, displayName=name, **where):
        raise ApiError(409, "Conflict", f"There is a {kind} {name}.")
