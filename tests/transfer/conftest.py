"""What the tests of the transfer domain share."""

import json
from typing import Any

import httpx

Json = dict[str, Any]


async def export(user: httpx.AsyncClient) -> Json:
    """The user's export."""
    response = await user.get("/api/v1/export")
    assert response.status_code == 200, response.text
    document: Json = response.json()
    return document


async def import_(user: httpx.AsyncClient, file: str | bytes | Json, mode: str = "all") -> Json:
    """The report of an import."""
    content = json.dumps(file) if isinstance(file, dict) else file
    response = await user.post("/api/v1/import", content=content, params={"mode": mode})
    assert response.status_code == 200, response.text
    report: Json = response.json()
    return report


def outcomes(report: Json) -> list[str]:
    return [row["outcome"] for row in report["rows"]]


def document(*tasks: Any) -> Json:
    """A file of these tasks; what they do not say is filled in."""
    filled = [
        {"time_zone": "Europe/Berlin", "created_at": "2026-01-01T00:00:00Z", **task} if isinstance(task, dict) else task
        for task in tasks
    ]
    return {"format": "todochat", "version": 1, "tasks": filled}
