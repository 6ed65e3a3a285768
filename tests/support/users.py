"""People who use the backend under test."""

from uuid import uuid4

import httpx

PASSWORD = "correct stable battery"


async def sign_up(client: httpx.AsyncClient, email: str | None = None) -> httpx.AsyncClient:
    """A client of the same backend, signed in as a new user who has `PASSWORD`; its cookies are its own."""
    person = httpx.AsyncClient(transport=client._transport, base_url=client.base_url)
    response = await person.post(
        "/api/v1/auth/sign-up",
        json={"email": email or f"{uuid4().hex}@example.com", "password": PASSWORD, "time_zone": "Europe/Berlin"},
    )
    assert response.status_code == 201, response.text
    person.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
    return person
