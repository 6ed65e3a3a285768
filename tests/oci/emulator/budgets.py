"""Budgets with their alert rules."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import State, answer, change, invalid, page

HOST = "usage.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20190111")

    @api.get("/budgets")
    async def budgets(request: Request) -> Response:
        root(request.query_params.get("compartmentId"))
        return page(request, state.alive("budget"))

    @api.post("/budgets")
    async def create(request: Request) -> Response:
        body = await request.json()
        root(body["compartmentId"])
        for target in body["targets"]:
            state.compartment(target)
        return answer(state.add("budget", **body, alertRuleCount=0, actualSpend=0.0, forecastedSpend=0.0))

    @api.get("/budgets/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("budget", identifier))

    @api.put("/budgets/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        budget = state.get("budget", identifier)
        change(request, budget, await request.json())
        return answer(budget)

    @api.delete("/budgets/{identifier}")
    async def delete(identifier: str) -> Response:
        del state.tables["budget"][state.get("budget", identifier)["id"]]
        for rule in state.alive("alertrule", budgetId=identifier):
            del state.tables["alertrule"][rule["id"]]
        return Response(status_code=204)

    @api.get("/budgets/{identifier}/alertRules")
    async def rules(identifier: str, request: Request) -> Response:
        return page(request, state.alive("alertrule", budgetId=identifier))

    @api.post("/budgets/{identifier}/alertRules")
    async def create_rule(identifier: str, request: Request) -> Response:
        budget = state.get("budget", identifier)
        budget["alertRuleCount"] += 1
        return answer(state.add("alertrule", **await request.json(), budgetId=identifier))

    @api.get("/budgets/{identifier}/alertRules/{rule}")
    async def read_rule(identifier: str, rule: str) -> Response:
        return answer(state.get("alertrule", rule))

    @api.put("/budgets/{identifier}/alertRules/{rule}")
    async def update_rule(identifier: str, rule: str, request: Request) -> Response:
        found = state.get("alertrule", rule)
        change(request, found, await request.json())
        return answer(found)

    @api.delete("/budgets/{identifier}/alertRules/{rule}")
    async def delete_rule(identifier: str, rule: str) -> Response:
        del state.tables["alertrule"][state.get("alertrule", rule)["id"]]
        return Response(status_code=204)

    def root(compartment: str | None) -> None:
        if compartment != state.root:
            raise invalid("Budgets are kept in the root compartment.")

    return api
