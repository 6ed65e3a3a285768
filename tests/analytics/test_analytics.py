"""The backend passes on what todo-analytics has counted of the signed-in user."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.core.settings import Settings
from tests.support.sidecar import Answer, FakeSidecar

COUNTS = {"created": 1, "completed": 1, "deleted": 0, "reminded": 0}
SUMMARY: dict[str, Any] = {
    "days": [{**COUNTS, "day": "2026-03-10"}],
    "totals": COUNTS,
    "by_tag": {"home": 1},
    "by_priority": {"high": 1},
    "current_streak": 1,
    "longest_streak": 3,
}


@pytest.fixture
def settings(sidecar: FakeSidecar) -> Settings:
    return Settings(app_id="todo-backend", database_pool_size=5, relay_enabled=False, DAPR_HTTP_PORT=sidecar.port)


async def test_summary_is_passed_on(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(200, SUMMARY)]
    response = await alice.get("/api/v1/analytics", params={"from": "2026-03-01", "to": "2026-03-10"})

    assert (response.status_code, response.json()) == (200, SUMMARY)
    [(method, path, query)] = sidecar.invocations
    me = (await alice.get("/api/v1/users/me")).json()["id"]
    assert (method, path) == ("GET", "todo-analytics/internal/summary")
    assert (query["user_id"], query["from"], query["to"]) == (me, "2026-03-01", "2026-03-10")


async def test_last_thirty_days_without_a_range(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(200, SUMMARY)]
    await alice.get("/api/v1/analytics")

    [(_, _, query)] = sidecar.invocations
    first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    assert last - first == timedelta(days=29)
    assert query["today"] == query["to"]


@pytest.mark.parametrize("answer", [Answer(500, {"errorCode": "ERR_DIRECT_INVOKE"}), Answer(403), Answer(404)])
async def test_analytics_that_does_not_answer_is_503(
    alice: httpx.AsyncClient, sidecar: FakeSidecar, answer: Answer
) -> None:
    sidecar.answers = [answer]
    response = await alice.get("/api/v1/analytics")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-03-11", "to": "2026-03-10"}, "from"),
        ({"from": "2020-01-01", "to": "2026-03-10"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "from"),
    ],
)
async def test_wrong_range_is_refused(
    alice: httpx.AsyncClient, sidecar: FakeSidecar, query: dict[str, str], field: str
) -> None:
    response = await alice.get("/api/v1/analytics", params=query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert sidecar.invocations == []


async def test_extreme_days_are_no_error(alice: httpx.AsyncClient, sidecar: FakeSidecar) -> None:
    sidecar.answers = [Answer(200, SUMMARY)]
    for day in ("0001-01-01", "9999-12-31"):
        assert (await alice.get("/api/v1/analytics", params={"to": day})).status_code == 200


async def test_needs_a_token(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/analytics")).status_code == 401
