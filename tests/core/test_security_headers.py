"""Every answer of the API tells browsers to be careful."""

import httpx
import pytest


@pytest.mark.parametrize("path", ["/api/v1/users/me", "/api/v1/unknown", "/healthz", "/.well-known/jwks.json"])
async def test_headers_of_every_answer(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_one_persons_data_is_not_kept(client: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    for response in (await alice.get("/api/v1/users/me"), await alice.post("/api/v1/auth/refresh")):
        assert response.headers["Cache-Control"] == "no-store"


async def test_endpoint_may_say_otherwise(client: httpx.AsyncClient) -> None:
    response = await client.get("/.well-known/jwks.json")

    assert response.headers.get_list("Cache-Control") == ["public, max-age=300"]
