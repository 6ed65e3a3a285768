"""Notifications: topics and their subscriptions, which wait until somebody clicks the link in the e-mail."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tests.oci.emulator.state import ApiError, Record, State, answer, page

HOST = "notification.{region}"


def router(state: State) -> APIRouter:
    api = APIRouter(prefix="/20181201")

    @api.get("/topics")
    async def topics(request: Request) -> Response:
        state.compartment(request.query_params.get("compartmentId"))
        return page(request, state.alive("onstopic"))

    @api.post("/topics")
    async def create(request: Request) -> Response:
        body = await request.json()
        if state.alive("onstopic", name=body["name"]):
            raise ApiError(409, "TopicNameAlreadyExist", f"There is a topic {body['name']}.")
        topic = state.add("onstopic", **body, apiEndpoint="https://cell1.notification.example")
        topic["topicId"] = topic["id"]
        return answer(topic)

    @api.get("/topics/{identifier}")
    async def topic(identifier: str) -> Response:
        return answer(state.get("onstopic", identifier))

    @api.delete("/topics/{identifier}")
    async def delete(identifier: str) -> Response:
        del state.tables["onstopic"][state.get("onstopic", identifier)["id"]]
        for subscription in state.alive("onssubscription", topicId=identifier):
            subscription["lifecycleState"] = "DELETED"
        return Response(status_code=204)

    @api.get("/subscriptions")
    async def subscriptions(request: Request) -> Response:
        return page(request, state.alive("onssubscription"))

    @api.post("/subscriptions")
    async def subscribe(request: Request) -> Response:
        body: Record = await request.json()
        state.get("onstopic", body["topicId"])
        return answer(state.add("onssubscription", **body, lifecycleState="PENDING"))

    @api.get("/subscriptions/{identifier}")
    async def subscription(identifier: str) -> Response:
        return answer(state.get("onssubscription", identifier))

    return api
