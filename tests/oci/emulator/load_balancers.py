"""Load balancers and network load balancers: Kubernetes makes them, here tests do; the guard counts them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import State, page

HOST = "iaas.{region}"
NETWORK_HOST = "network-load-balancer-api.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20170115")

    @api.get("/loadBalancers")
    async def load_balancers(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("loadbalancer"))

    return api


def network_router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20200501")

    @api.get("/networkLoadBalancers")
    async def network_load_balancers(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("networkloadbalancer"), collection=True)

    return api
