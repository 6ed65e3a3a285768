"""A person who uses the platform over its public origin."""

import time
from contextlib import suppress
from typing import Any, Self
from uuid import uuid4

import httpx


class Person:
    """A user of the platform, over the public origin. Use as a context manager."""

    def __init__(self, url: str) -> None:
        self.password = f"pw-{uuid4().hex}"
        self.email = f"{uuid4().hex}@example.com"
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=10)
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
        """The titles of the newest 200 tasks; asks until the platform answers."""
        while True:
            with suppress(httpx.HTTPError):
                answer = self.http.get("/tasks", params={"limit": 200})
                if answer.status_code == httpx.codes.OK:
                    return [item["title"] for item in answer.json()["items"]]
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
