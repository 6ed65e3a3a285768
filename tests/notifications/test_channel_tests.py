"""A user tries a channel: the backend asks todo-notification, which sends."""

import httpx
import pytest

from app.core.settings import Settings
from tests.support.sidecar import Answer, FakeSidecar

URL = "/api/v1/notifications/test"
HOOK = "https://hooks.example.com/todo"


@pytest.fixture
def settings(sidecar: FakeSidecar) -> Settings:
    return Settings(app_id="todo-backend", database_pool_size=5, relay_enabled=False, DAPR_HTTP_PORT=sidecar.port)


async def test_own_webhook_is_tried_with_its_secret(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    secret = (await alice.patch("/api/v1/users/me", json={"webhook_url": HOOK})).json()["webhook_secret"]
    sidecar.answers = [Answer(200, {"delivered": False, "reason": "the receiver answered with status 500"})]

    response = await alice.post(URL, json={"channel": "webhook"})

    assert response.json() == {"delivered": False, "reason": "the receiver answered with status 500"}
    assert sidecar.invocations == [
        ("POST", "todo-notification/internal/test-notices", {"channel": "webhook", "target": HOOK, "secret": secret})
    ]


async def test_mail_goes_to_the_own_address(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(200, {"delivered": True})]

    response = await alice.post(URL, json={"channel": "email"})

    assert response.json()["delivered"] is True
    assert sidecar.invocations[0][2] == {"channel": "email", "target": "alice@example.com", "secret": None}


async def test_channel_that_is_not_set_up(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    assert (await alice.post(URL, json={"channel": "webhook"})).status_code == 409
    assert (await alice.post(URL, json={"channel": "pigeon"})).status_code == 422
    assert sidecar.invocations == []


async def test_service_that_is_down_is_503(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(500, {"errorCode": "ERR_DIRECT_INVOKE"})]
    assert (await alice.post(URL, json={"channel": "email"})).status_code == 503


async def test_tests_are_limited_and_in_person(
    client: httpx.AsyncClient, alice: httpx.AsyncClient, sidecar: FakeSidecar
) -> None:
    token = (await alice.post("/api/v1/tokens", json={"name": "laptop"})).json()["token"]
    refused = await client.post(URL, json={"channel": "email"}, headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403

    sidecar.answers = [Answer(200, {"delivered": True})]
    statuses = [(await alice.post(URL, json={"channel": "email"})).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]
