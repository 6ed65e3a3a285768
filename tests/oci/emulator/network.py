"""Networking: VCNs and what is in them. What is still in use cannot be deleted."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import Record, State, answer, change, conflict, invalid, page

HOST = "iaas.{region}"
# Kind of record by path.
_IN_A_VCN = {
    "internetGateways": "internetgateway",
    "routeTables": "routetable",
    "securityLists": "securitylist",
    "subnets": "subnet",
}


def router(state: State) -> APIRouter:  # noqa: PLR0915 - one function for each call
    api = APIRouter(prefix="/20160918")

    @api.get("/vcns")
    async def vcns(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("vcn"))

    @api.post("/vcns")
    async def create_vcn(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        vcn = state.add("vcn", **body, lifecycleState="AVAILABLE", cidrBlock=body["cidrBlocks"][0])
        common = {"compartmentId": body["compartmentId"], "vcnId": vcn["id"], "lifecycleState": "AVAILABLE"}
        name = f"for {body.get('displayName')}"
        table = state.add(
            "routetable", **common, displayName=f"Default Route Table {name}", routeRules=[], _default=True
        )
        rules = {"ingressSecurityRules": [], "egressSecurityRules": []}
        listed = state.add(
            "securitylist", **common, **rules, displayName=f"Default Security List {name}", _default=True
        )
        vcn |= {"defaultRouteTableId": table["id"], "defaultSecurityListId": listed["id"]}
        return answer(vcn)

    @api.get("/{collection}")
    async def listing(collection: str, request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive(_IN_A_VCN[collection]))

    @api.post("/{collection}")
    async def create(collection: str, request: Request) -> Response:
        kind, body = _IN_A_VCN[collection], await request.json()
        state.compartment(body["compartmentId"])
        vcn = state.get("vcn", body["vcnId"])
        check_references(body)
        if kind == "internetgateway" and state.alive(kind, vcnId=vcn["id"]):
            raise invalid("A VCN has one internet gateway.")
        if kind == "subnet":
            check_range(body, vcn)
            body = {"routeTableId": vcn["defaultRouteTableId"], "prohibitPublicIpOnVnic": False, **body}
            body.setdefault("securityListIds", [vcn["defaultSecurityListId"]])
        return answer(state.add(kind, **body, lifecycleState="AVAILABLE"))

    @api.get("/{collection}/{identifier}")
    async def read(collection: str, identifier: str) -> Response:
        return answer(state.get(_kind(collection), identifier))

    @api.put("/{collection}/{identifier}")
    async def update(collection: str, identifier: str, request: Request) -> Response:
        record, body = state.get(_kind(collection), identifier), await request.json()
        check_references(body)
        change(request, record, body)
        return answer(record)

    @api.delete("/{collection}/{identifier}")
    async def delete(collection: str, identifier: str, request: Request) -> Response:
        record = state.get(_kind(collection), identifier)
        if record.get("_default"):
            raise conflict("It goes with its VCN.")
        if users := list(users_of(record)):
            raise conflict(f"The {record['_kind']} is in use by {', '.join(user['id'] for user in users)}.")
        change(request, record, {"lifecycleState": "TERMINATED"})
        for kind in ("routetable", "securitylist"):
            for own in state.alive(kind, vcnId=identifier, _default=True):
                own["lifecycleState"] = "TERMINATED"
        return Response(status_code=204)

    def _kind(collection: str) -> str:
        return {"vcns": "vcn", **_IN_A_VCN}[collection]

    def check_references(body: Record) -> None:
        for rule in body.get("routeRules") or []:
            state.get("internetgateway", rule["networkEntityId"])
        for identifier in body.get("securityListIds") or []:
            state.get("securitylist", identifier)
        if table := body.get("routeTableId"):
            state.get("routetable", table)

    def check_range(body: Record, vcn: Record) -> None:
        wanted = ip_network(body["cidrBlock"])
        if not any(wanted.subnet_of(ip_network(block)) for block in vcn["cidrBlocks"]):
            raise invalid(f"{wanted} is not within the VCN.")
        if any(wanted.overlaps(ip_network(other["cidrBlock"])) for other in state.alive("subnet", vcnId=vcn["id"])):
            raise invalid(f"{wanted} overlaps with another subnet.")

    def users_of(record: Record) -> Any:
        identifier = record["id"]
        for kind in _IN_A_VCN.values():
            for other in state.alive(kind):
                if other is record or other.get("_default"):
                    continue
                uses = [other["vcnId"], other.get("routeTableId"), *(other.get("securityListIds") or [])]
                uses += [rule["networkEntityId"] for rule in other.get("routeRules") or []]
                if identifier in uses:
                    yield other
        for cluster in state.alive("cluster"):
            options = cluster.get("options") or {}
            used = [cluster["vcnId"], cluster["endpointConfig"]["subnetId"], *(options.get("serviceLbSubnetIds") or [])]
            if identifier in used:
                yield cluster
        for kind in ("loadbalancer", "networkloadbalancer"):
            for balancer in state.alive(kind):
                if identifier in (balancer.get("subnetIds") or [balancer.get("subnetId")]):
                    yield balancer
        for instance in state.alive("instance"):
            if identifier == instance.get("_subnetId"):
                yield instance

    return api
