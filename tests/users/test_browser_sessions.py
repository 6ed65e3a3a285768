"""Sessions of browsers: cookies that no script reads, and pages of other sites that get nowhere with them."""

import httpx
import pytest

from tests.support.users import PASSWORD

ME = "/api/v1/users/me"


@pytest.fixture
async def browser(alice: httpx.AsyncClient) -> httpx.AsyncClient:
    """Alice's browser: it has the cookies and nothing else."""
    del alice.headers["Authorization"]
    return alice


async def test_access_cookie_is_enough(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(ME)).json()["email"] == "alice@example.com"


async def test_bearer_token_comes_before_the_cookie(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(ME, headers={"Authorization": "Bearer nonsense"})).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost:8080"},
        {},
    ],
)
async def test_own_pages_may_change_things(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await browser.post("/api/v1/tasks", json={"title": "Buy milk"}, headers=headers)

    assert response.status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
    ],
)
async def test_other_sites_may_not(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    responses = [
        await browser.post("/api/v1/tasks", json={"title": "Buy milk"}, headers=headers),
        await browser.patch(ME, json={"time_zone": "UTC"}, headers=headers),
        await browser.post("/api/v1/auth/refresh", headers=headers),
        await browser.post("/api/v1/auth/sign-out", headers=headers),
        await browser.post(
            "/api/v1/auth/sign-in", json={"email": "alice@example.com", "password": PASSWORD}, headers=headers
        ),
    ]

    assert [response.status_code for response in responses] == [403] * 5
    assert {response.headers["Content-Type"] for response in responses} == {"application/problem+json"}


async def test_token_in_a_header_is_not_bound_to_an_origin(alice: httpx.AsyncClient) -> None:
    response = await alice.post("/api/v1/tasks", json={"title": "Buy milk"}, headers={"Origin": "https://tool.example"})

    assert response.status_code == 201


async def test_signing_out_clears_both_cookies(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v1/auth/sign-out")

    assert not dict(browser.cookies)
    assert (await browser.get(ME)).status_code == 401


class TestResuming:
    async def test_page_is_reached_with_a_new_session(self, browser: httpx.AsyncClient) -> None:
        browser.cookies.delete("access_token")
        before = browser.cookies["refresh_token"]

        response = await browser.get("/api/v1/auth/resume", params={"to": "/tasks?view=today"})

        assert (response.status_code, response.headers["Location"]) == (303, "/tasks?view=today")
        assert response.headers["Cache-Control"] == "no-store"
        assert browser.cookies["refresh_token"] != before
        assert (await browser.get(ME)).status_code == 200

    async def test_ended_session_leads_to_the_sign_in_page(self, client: httpx.AsyncClient) -> None:
        client.cookies.set("refresh_token", "unknown")

        response = await client.get("/api/v1/auth/resume", params={"to": "/tasks?view=today"})

        assert response.status_code == 303
        assert response.headers["Location"] == "/sign-in?to=%2Ftasks%3Fview%3Dtoday"
        assert not response.cookies

    @pytest.mark.parametrize(
        "to",
        ["https://evil.example", "//evil.example", "/\\evil.example", "/a\\b", "tasks", "", "/a\r\nb", "/a b", "\t/"],
    )
    async def test_it_leads_to_no_other_site(self, browser: httpx.AsyncClient, to: str) -> None:
        response = await browser.get("/api/v1/auth/resume", params={"to": to})

        assert response.status_code == 422
