"""Container registry: repositories and the images in them. Images are put there by tests: `add_image`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import ApiError, Record, State, answer, change, page

HOST = "artifacts.{region}.oci"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20160918/container")

    @api.get("/configuration")
    async def configuration() -> Response:
        return answer({"isRepositoryCreatedOnFirstPush": False, "namespace": state.tenancy.namespace})

    @api.get("/repositories")
    async def repositories(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("containerrepo"), collection=True)

    @api.post("/repositories")
    async def create(request: Request) -> Response:
        body = await request.json()
        state.compartment(body["compartmentId"])
        if state.alive("containerrepo", displayName=body["displayName"]):
            raise ApiError(409, "NAMESPACE_CONFLICT", f"There is a repository {body['displayName']}.")
        empty = {"imageCount": 0, "layerCount": 0, "layersSizeInBytes": 0, "billableSizeInGBs": 0}
        owner = {"namespace": state.tenancy.namespace, "createdBy": state.user, "lifecycleState": "AVAILABLE"}
        return answer(state.add("containerrepo", **{"isPublic": False, "isImmutable": False, **body}, **empty, **owner))

    @api.get("/repositories/{identifier}")
    async def read(identifier: str) -> Response:
        return answer(state.get("containerrepo", identifier))

    @api.put("/repositories/{identifier}")
    async def update(identifier: str, request: Request) -> Response:
        repository = state.get("containerrepo", identifier)
        change(request, repository, await request.json())
        return answer(repository)

    @api.delete("/repositories/{identifier}")
    async def delete(identifier: str) -> Response:
        state.get("containerrepo", identifier)["lifecycleState"] = "DELETED"
        for image in state.alive("containerimage", repositoryId=identifier):
            image["lifecycleState"] = "DELETED"
        return Response(status_code=204)

    @api.get("/images")
    async def images(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("containerimage"), collection=True)

    @api.get("/images/{identifier}")
    async def image(identifier: str) -> Response:
        return answer(state.get("containerimage", identifier))

    @api.delete("/images/{identifier}")
    async def delete_image(identifier: str) -> Response:
        found = state.get("containerimage", identifier)
        found["lifecycleState"] = "DELETED"
        repository = state.get("containerrepo", found["repositoryId"])
        repository["imageCount"] -= 1
        repository["layersSizeInBytes"] -= found["layersSizeInBytes"]
        return Response(status_code=204)

    return api


def add_image(state: State, repository: Record, version: str, *, size: int, digest: str = "") -> Record:
    """An image as a push leaves it; `size` is in bytes."""
    repository["imageCount"] += 1
    repository["layersSizeInBytes"] += size
    name = repository["displayName"]
    digest = digest or f"sha256:{len(state.tables['containerimage']):064x}"
    return state.add(
        "containerimage", compartmentId=repository["compartmentId"], repositoryId=repository["id"], repositoryName=name,
        displayName=f"{name}:{version}", version=version, digest=digest, layersSizeInBytes=size,
        lifecycleState="AVAILABLE",
    )  # fmt: skip
