"""Object storage: the tenancy's namespace and its buckets, without what is in them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tests.oci.emulator.state import ApiError, Record, State, answer, change, page

HOST = "objectstorage.{region}"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/n")
    own = state.tenancy.namespace

    @api.get("")
    @api.get("/")
    async def namespace() -> Response:
        return JSONResponse(own)

    @api.post("/{namespace}/b")
    @api.post("/{namespace}/b/")
    async def create(namespace: str, request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        if state.alive("bucket", name=body["name"]):
            raise ApiError(409, "BucketAlreadyExists", f"There is a bucket {body['name']}.")
        return answer(state.add("bucket", **body, namespace=own, createdBy=state.user))

    @api.get("/{namespace}/b")
    @api.get("/{namespace}/b/")
    async def buckets(namespace: str, request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("bucket"))

    @api.get("/{namespace}/b/{name}")
    @api.get("/{namespace}/b/{name}/")
    async def bucket(namespace: str, name: str) -> Response:
        return answer(find(name))

    @api.post("/{namespace}/b/{name}")
    @api.post("/{namespace}/b/{name}/")
    async def update(namespace: str, name: str, request: Request) -> Response:
        found = find(name)
        change(request, found, await request.json())
        return answer(found)

    def find(name: str) -> Record:
        found = state.alive("bucket", name=name)
        if not found:
            raise ApiError(404, "BucketNotFound", f"There is no bucket {name} in {own}.")
        return found[0]

    return api
