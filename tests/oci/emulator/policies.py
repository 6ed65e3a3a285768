"""Who may do what: dynamic groups, which are machines by a rule, and policies."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import ApiError, Record, State, answer, change, invalid, page

HOST = "identity.{region}.oci"
_RULE = re.compile(r"(all|any) ?\{.+\}|instance\.compartment\.id ?= ?'\S+'", re.IGNORECASE)
_STATEMENT = re.compile(
    r"allow (group|dynamic-group|any-user|service) .*\bto \w+ [\w-]+ in (tenancy|compartment)\b", re.I
)


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20160918")
    _resource(api, state, "dynamicGroups", "dynamicgroup", _check_group)
    _resource(api, state, "policies", "policy", _check_policy)
    return api


def _resource(api: APIRouter, state: State, path: str, kind: str, check: Callable[[State, Record], None]) -> None:
    @api.get(f"/{path}")
    async def listing(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive(kind))

    @api.post(f"/{path}")
    async def create(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        check(state, body)
        if state.alive(kind, name=body["name"]):
            raise ApiError(409, f"{kind}AlreadyExists", f"There is a {kind} {body['name']}.")
        return answer(state.add(kind, **body))

    @api.get(f"/{path}/{{identifier}}")
    async def read(identifier: str) -> Response:
        return answer(state.get(kind, identifier))

    @api.put(f"/{path}/{{identifier}}")
    async def update(identifier: str, request: Request) -> Response:
        found, body = state.get(kind, identifier), await request.json()
        check(state, {**found, **body})
        change(request, found, body)
        return answer(found)

    @api.delete(f"/{path}/{{identifier}}")
    async def delete(identifier: str) -> Response:
        # Neither has a state that is shown after its end.
        del state.tables[kind][state.get(kind, identifier)["id"]]
        return Response(status_code=204)


def _check_group(state: State, body: Record) -> None:
    if body["compartmentId"] != state.root:
        raise invalid("Dynamic groups are kept in the root compartment.")
    if not body.get("description") or not _RULE.fullmatch(body["matchingRule"]):
        raise invalid(f"Invalid matching rule: {body['matchingRule']}")


def _check_policy(state: State, body: Record) -> None:
    for statement in body["statements"]:
        if not _STATEMENT.match(statement):
            raise invalid(f"No permissions found: {statement}")
        # A dynamic group that is not there is refused.
        for name in re.findall(r"dynamic-group (\S+)", statement):
            if not state.alive("dynamicgroup", name=name):
                raise invalid(f"The dynamic group {name} does not exist.")
