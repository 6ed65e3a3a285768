"""A person who uses the platform over its public origin."""

import ssl
import time
from contextlib import suppress
from typing import Any, Self
from uuid import uuid4

import httpx


def client_of(url: str, *, address: str | None = None, authority: str | None = None) -> httpx.Client:
    """A client of the origin at `url`.

    With `address` it connects there, whatever DNS says of the URL's host, which stays the name that TLS and HTTP tell;
    `authority` (PEM) is whom it trusts instead of the system's authorities.
    """
    origin = httpx.URL(url)
    verify = ssl.create_default_context(cadata=authority) if authority else True
    if address is None:
        return httpx.Client(base_url=origin, verify=verify, timeout=10)

    def name_the_host(request: httpx.Request) -> None:
        request.extensions["sni_hostname"] = origin.host

    return httpx.Client(
        base_url=origin.copy_with(host=address),
        headers={"Host": origin.netloc.decode()},
        event_hooks={"request": [name_the_host]},
        verify=verify,
        timeout=10,
    )


class Person:
    """A user of the platform, over the public origin. Use as a context manager."""

    def __init__(self, url: str, *, address: str | None = None, authority: str | None = None) -> None:
        self.password = f"pw-{uuid4().hex}"
        self.email = f"{uuid4().hex}@example.com"
        self.http = client_of(f"{url}/api/v1", address=address, authority=authority)
        answer = self.http.post("/auth/sign-up", json={"email": self.email, "password": self.password})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def create_task(self, title: str, **fields: Any) -> dict[str, Any] | None:
        """The new task, or None when the platform did not acknowledge it."""
        try:
            answer = self.http.post("/tasks", json={"title": title, **fields})
        except httpx.HTTPError:
            return None
        if answer.status_code != httpx.codes.CREATED:
            return None
        task: dict[str, Any] = answer.json()
        return task

    def create_task_surely(self, title: str) -> None:
        """Have exactly one task of this title in the end, whatever happens to the platform meanwhile."""
        while self.create_task(title) is None and title not in self.titles():
            time.sleep(0.2)

    def titles(self) -> list[str]:
        """The titles of all tasks; asks until the platform answers."""
        titles: list[str] = []
        cursor: str | None = None
        while True:
            with suppress(httpx.HTTPError):
                answer = self.http.get("/tasks", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
                if answer.status_code == httpx.codes.OK:
                    page = answer.json()
                    titles += [item["title"] for item in page["items"]]
                    cursor = page["next_cursor"]
                    if cursor is None:
                        return titles
                    continue
            time.sleep(0.2)

    def created_count(self) -> int:
        """How many creations analytics has counted; -1 while it does not answer."""
        try:
            answer = self.http.get("/analytics")
        except httpx.HTTPError:
            return -1
        if answer.status_code != httpx.codes.OK:
            return -1
        return int(answer.json()["totals"]["created"])

    def wait_for_created(self, wanted: int, *, attempts: int = 240) -> int:
        """Ask every half second until analytics has counted `wanted` creations; the last count seen."""
        count = -1
        for _ in range(attempts):
            count = self.created_count()
            if count >= wanted:
                break
            time.sleep(0.5)
        return count
