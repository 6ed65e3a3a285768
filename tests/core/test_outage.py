"""What the API answers while PostgreSQL is away."""

import httpx
from fastapi import FastAPI

from app.core.database import Database
from tests.support.ports import free_port


async def test_an_unreachable_database_is_a_503_that_asks_to_try_again(
    backend: FastAPI, alice: httpx.AsyncClient
) -> None:
    real = backend.state.database
    backend.state.database = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    try:
        answer = await alice.get("/api/v1/tasks")
    finally:
        await backend.state.database.dispose()
        backend.state.database = real

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "2"
    assert (await alice.get("/api/v1/tasks")).status_code == 200
