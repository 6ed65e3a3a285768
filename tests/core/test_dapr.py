"""The gateway to the sidecar: what is sent, and what its answers mean."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.core.dapr import CallRefused, Dapr, Message, SidecarUnavailable
from app.core.database import utc_now
from app.core.settings import Settings
from app.core.tracing import traceparent
from tests.support.sidecar import Answer, FakeSidecar, fake_sidecar


@pytest.fixture
async def sidecar(tmp_path: Path) -> AsyncIterator[FakeSidecar]:
    async with fake_sidecar() as running:
        running.token = "the sidecar's token"
        (tmp_path / "token").write_text(running.token + "\n")
        yield running


@pytest.fixture
async def dapr(sidecar: FakeSidecar, tmp_path: Path) -> AsyncIterator[Dapr]:
    settings = Settings(DAPR_HTTP_PORT=sidecar.port, dapr_api_token_file=tmp_path / "token")
    async with Dapr(settings) as gateway:
        yield gateway


MESSAGES = [Message("a", "user 1", {"id": "a"}), Message("b", "user 2", {"id": "b"})]


def failed(*ids: str) -> Answer:
    entries = [{"entryId": id_, "error": "kafka: too large"} for id_ in ids]
    return Answer(500, {"failedEntries": entries, "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE"})


async def test_publishes_cloud_events_with_their_keys(dapr: Dapr, sidecar: FakeSidecar) -> None:
    assert await dapr.publish("pubsub-kafka", "task-events", MESSAGES) == set()
    assert sidecar.published == [
        (
            "task-events",
            [
                {
                    "entryId": message.id,
                    "event": message.event,
                    "contentType": "application/cloudevents+json",
                    "metadata": {"partitionKey": message.key},
                }
                for message in MESSAGES
            ],
        )
    ]


async def test_refused_entries_are_named(dapr: Dapr, sidecar: FakeSidecar) -> None:
    sidecar.publish_answer = failed("b")
    assert await dapr.publish("pubsub-kafka", "task-events", MESSAGES) == {"b"}
    assert await dapr.publish("pubsub-kafka", "task-events", MESSAGES[1:]) == {"b"}


@pytest.mark.parametrize(
    "answer", [failed("a", "b"), Answer(500), Answer(403, {"errorCode": "ERR_PUBSUB_FORBIDDEN"}), Answer(400, [])]
)
async def test_broker_that_takes_nothing_is_an_outage(dapr: Dapr, sidecar: FakeSidecar, answer: Answer) -> None:
    sidecar.publish_answer = answer
    with pytest.raises(SidecarUnavailable):
        await dapr.publish("pubsub-kafka", "task-events", MESSAGES)


@pytest.mark.parametrize(
    ("answer", "result"), [(Answer(200, {"a": 1}), {"a": 1}), (Answer(204), None), (Answer(201, []), [])]
)
async def test_invocation_returns_the_answer(dapr: Dapr, sidecar: FakeSidecar, answer: Answer, result: Any) -> None:
    sidecar.answers = [answer]
    assert await dapr.invoke("todo-backend", "POST", "/internal/x", body={"y": 1}) == result
    assert sidecar.invocations == [("POST", "todo-backend/internal/x", {"y": 1})]


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_refused_call(dapr: Dapr, sidecar: FakeSidecar, status: int) -> None:
    sidecar.answers = [Answer(status, {"title": "no"})]
    with pytest.raises(CallRefused) as refusal:
        await dapr.invoke("todo-backend", "POST", "/internal/x")
    assert refusal.value.status == status


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
async def test_call_that_may_succeed_later(dapr: Dapr, sidecar: FakeSidecar, status: int) -> None:
    sidecar.answers = [Answer(status)]
    with pytest.raises(SidecarUnavailable):
        await dapr.invoke("todo-backend", "GET", "/internal/x")


async def test_sidecar_that_is_not_there(tmp_path: Path) -> None:
    async with Dapr(Settings(DAPR_HTTP_PORT=1)) as gateway:
        with pytest.raises(SidecarUnavailable):
            await gateway.publish("pubsub-kafka", "task-events", MESSAGES)


async def test_wrong_token_is_an_outage(sidecar: FakeSidecar, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("something else")
    async with Dapr(Settings(DAPR_HTTP_PORT=sidecar.port, dapr_api_token_file=tmp_path / "other")) as gateway:
        with pytest.raises(SidecarUnavailable):
            await gateway.invoke("todo-backend", "GET", "/internal/x")


async def test_slow_sidecar_is_an_outage(sidecar: FakeSidecar, tmp_path: Path) -> None:
    settings = Settings(DAPR_HTTP_PORT=sidecar.port, dapr_api_token_file=tmp_path / "token")
    async with Dapr(settings, timeout_seconds=0.0001) as gateway:
        with pytest.raises(SidecarUnavailable):
            await gateway.invoke("todo-backend", "GET", "/internal/x")


async def test_trace_goes_along(dapr: Dapr, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(204)]
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    token = traceparent.set(parent)
    await dapr.invoke("todo-backend", "GET", "/internal/x")
    traceparent.reset(token)
    assert sidecar.headers[-1]["traceparent"] == parent


async def test_jobs_exist_until_they_are_deleted(dapr: Dapr, sidecar: FakeSidecar) -> None:
    assert not await dapr.job_exists("reminder-1")
    await dapr.schedule_job("reminder-1", utc_now())
    assert await dapr.job_exists("reminder-1")
    await dapr.delete_job("reminder-1")
    assert not await dapr.job_exists("reminder-1")


async def test_scheduler_that_is_down(dapr: Dapr, sidecar: FakeSidecar) -> None:
    sidecar.scheduler_down = True
    with pytest.raises(SidecarUnavailable):
        await dapr.job_exists("reminder-1")
    with pytest.raises(SidecarUnavailable):
        await dapr.delete_job("reminder-1")
