"""Load balancers and network load balancers: Kubernetes makes them, and here tests do."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import State, answer, page

HOST = "iaas.{region}"
NETWORK_HOST = "network-load-balancer-api.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20170115")

    @api.get("/loadBalancers")
    async def load_balancers(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("loadbalancer"))

    @api.get("/loadBalancers/{identifier}")
    async def load_balancer(identifier: str) -> Response:
        return answer(state.get("loadbalancer", identifier))

    @api.delete("/loadBalancers/{identifier}")
    async def delete(identifier: str) -> Response:
        state.get("loadbalancer", identifier)["lifecycleState"] = "DELETED"
        done = {"loadBalancerId": identifier, "type": "DeleteLoadBalancer", "message": "OK", "errorDetails": []}
        request = state.add("loadbalancerworkrequest", **done, lifecycleState="SUCCEEDED", timeAccepted=state.now())
        return Response(status_code=204, headers={"opc-work-request-id": request["id"]})

    @api.get("/loadBalancerWorkRequests/{identifier}")
    async def work_request(identifier: str) -> Response:
        return answer(state.get("loadbalancerworkrequest", identifier))

    return api


def network_router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20200501")

    @api.get("/networkLoadBalancers")
    async def network_load_balancers(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("networkloadbalancer"), collection=True)

    @api.get("/networkLoadBalancers/{identifier}")
    async def network_load_balancer(identifier: str) -> Response:
        return answer(state.get("networkloadbalancer", identifier))

    @api.delete("/networkLoadBalancers/{identifier}")
    async def delete(identifier: str) -> Response:
        balancer = state.get("networkloadbalancer", identifier)
        balancer["lifecycleState"] = "DELETED"
        resource = {"entityType": "NetworkLoadBalancer", "actionType": "DELETED", "identifier": identifier}
        request = state.add(
            "nlbworkrequest", compartmentId=balancer["compartmentId"], operationType="DELETE_NETWORK_LOAD_BALANCER",
            status="SUCCEEDED", resources=[resource], percentComplete=100.0, timeAccepted=state.now(),
        )  # fmt: skip
        return Response(status_code=202, headers={"opc-work-request-id": request["id"]})

    @api.get("/workRequests/{identifier}")
    async def work_request(identifier: str) -> Response:
        return answer(state.get("nlbworkrequest", identifier))

    return api
