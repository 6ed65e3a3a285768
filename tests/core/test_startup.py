"""The backend starts on a migrated database and answers."""

import httpx


async def test_unknown_path_is_problem_details(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/v1/nothing-here")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["title"] == "Not Found"
