"""Service limits and compartment quotas; quotas are written in the tenancy itself and are checked by the launch."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import ApiError, State, answer, change, invalid, page

HOST = "limits.{region}.oci"
# These are counted for each availability domain; the others are regional.
ZONAL = {"standard-a1-core-count", "standard-a1-memory-count", "total-storage-gb", "volume-count"}


def router(state: State) -> APIRouter:
    api = APIRouter()

    @api.get("/20190729/services/{service}/limits/{limit}/resourceAvailability")
    async def availability(service: str, limit: str, request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        domain = request.query_params.get("availabilityDomain")
        if (limit in ZONAL) != (domain is not None):
            raise invalid(f"{limit}: availabilityDomain must {'' if limit in ZONAL else 'not '}be given.")
        used = {"cluster-count": len(state.alive("cluster"))}.get(limit, 0)
        available = state.tenancy.limits.get(limit, 100) - used
        return answer(
            {"used": used, "available": available, "fractionalUsage": used, "fractionalAvailability": available}
        )

    @api.get("/20181025/quotas")
    async def quotas(request: Request) -> Response:
        root(request.query_params.get("compartmentId"))
        # The list does not show statements.
        return page(request, [{**quota, "statements": None} for quota in state.alive("quota")])

    @api.post("/20181025/quotas")
    async def create(request: Request) -> Response:
        body = await request.json()
        root(body["compartmentId"])
        check(body["statements"])
        if state.alive("quota", name=body["name"]):
            raise ApiError(409, "QuotaAlreadyExists", f"There is a quota {body['name']}.")
        return answer(state.add("quota", **body))

    @api.get("/20181025/quotas/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("quota", identifier))

    @api.put("/20181025/quotas/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        quota, body = state.get("quota", identifier), await request.json()
        check(body.get("statements") or [])
        change(request, quota, body)
        return answer(quota)

    @api.delete("/20181025/quotas/{identifier}")
    async def delete(identifier: str) -> Response:
        # It has no state but ACTIVE: what is deleted is not there any more.
        del state.tables["quota"][state.get("quota", identifier)["id"]]
        return Response(status_code=204)

    def root(compartment: str | None) -> None:
        if compartment != state.root:
            raise invalid("Quotas are kept in the root compartment.")

    def check(statements: list[str]) -> None:
        for statement in statements:
            words = statement.split()
            if words[0] not in ("set", "zero", "unset") or words[2] not in ("quota", "quotas"):
                raise invalid(f"Invalid quota statement: {statement}")

    return api
