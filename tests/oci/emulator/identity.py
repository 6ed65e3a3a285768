"""Identity: the tenancy, its compartments, availability domains and region subscriptions."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import Record, State, answer, not_found, page

HOST = "identity.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20160918")
    tenancy = state.tenancy

    def root() -> Record:
        return {
            "id": state.root, "compartmentId": None, "name": tenancy.name, "lifecycleState": "ACTIVE",
            "description": "root", "timeCreated": "2026-01-01T00:00:00Z", "isAccessible": True,
        }  # fmt: skip

    @api.get("/compartments")
    async def compartments(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("compartment"))

    @api.get("/compartments/{identifier}")
    async def compartment(identifier: str) -> Response:
        return answer(root() if identifier == state.root else state.get("compartment", identifier))

    @api.get("/tenancies/{identifier}")
    async def the_tenancy(identifier: str) -> Response:
        _own(identifier)
        return answer({"id": state.root, "name": tenancy.name, "homeRegionKey": tenancy.region_key})

    @api.get("/tenancies/{identifier}/regionSubscriptions")
    async def subscriptions(identifier: str) -> Response:
        _own(identifier)
        home = {"regionKey": tenancy.region_key, "regionName": tenancy.region, "status": "READY", "isHomeRegion": True}
        return answer([home])

    @api.get("/users/{identifier}")
    async def user(identifier: str) -> Response:
        if identifier != state.user:
            raise not_found(identifier)
        return answer({"id": identifier, "name": "ada@example.com", "compartmentId": state.root})

    @api.get("/availabilityDomains")
    async def domains(request: Request) -> Response:
        return answer([{"name": name, "id": name, "compartmentId": state.root} for name in domain_names(state)])

    def _own(identifier: str) -> None:
        if identifier != state.root:
            raise not_found(identifier)

    return api


def domain_names(state: State) -> list[str]:
    region = state.tenancy.region.upper()
    return [f"tOdo:{region}-AD-{number}" for number in range(1, state.tenancy.availability_domains + 1)]
