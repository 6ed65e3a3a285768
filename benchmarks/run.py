"""Measures a running platform over its public origin and prints each figure beside its budget."""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx


def spread(milliseconds: list[float]) -> str:
    """p50, p99 and the largest of a sample of durations in milliseconds."""
    ordered = sorted(milliseconds)
    at_99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):.1f} ms, p99 {at_99:.1f} ms, max {ordered[-1]:.1f} ms, n={len(ordered)}"


@asynccontextmanager
async def user(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in client of a fresh user, who is deleted in the end."""
    credentials = {"email": f"{uuid4().hex}@example.com", "password": uuid4().hex}
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=60, limits=limits) as client:
        answer = await client.post("/auth/sign-up", json=credentials)
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        try:
            yield client
        finally:
            await client.request("DELETE", "/users/me", json={"password": credentials["password"]})


async def create(url: str) -> str:
    """Create 2,000 tasks, 8 at a time."""
    async with user(url) as client:
        durations: list[float] = []
        numbers = iter(range(2000))

        async def work() -> None:
            for number in numbers:
                start = time.perf_counter()
                (await client.post("/tasks", json={"title": f"task {number}"})).raise_for_status()
                durations.append((time.perf_counter() - start) * 1000)

        start = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(8)))
        rate = 2000 / (time.perf_counter() - start)
    return f"{rate:.0f} requests/s, {spread(durations)} (budget: 2 x the FastAPI template's create)"


async def sync(url: str) -> str:
    """From the request that changes a task to another connection's server-sent event, 50 events/s for 10 s."""
    async with user(url) as client:
        seen: dict[str, float] = {}
        ready = asyncio.Event()

        async def listen() -> None:
            async with client.stream("GET", "/sync", timeout=None) as stream:
                async for line in stream.aiter_lines():
                    ready.set()
                    if line.startswith("data:"):
                        data = json.loads(line[5:])
                        if data.get("entity") == "task":
                            seen.setdefault(data["entity_id"], time.perf_counter())

        listener = asyncio.create_task(listen())
        await ready.wait()
        sent: dict[str, float] = {}
        for number in range(500):
            start = time.perf_counter()
            answer = await client.post("/tasks", json={"title": f"task {number}"})
            sent[answer.json()["id"]] = time.perf_counter()
            await asyncio.sleep(max(0.0, 0.02 - (time.perf_counter() - start)))
        await asyncio.sleep(2)
        listener.cancel()
        durations = [max(0.0, (seen[task] - at) * 1000) for task, at in sent.items() if task in seen]
    return f"{spread(durations)}, {len(sent) - len(durations)} missing (budget: p50 <= 20 ms, p99 <= 100 ms)"


async def chat(url: str) -> str:
    """100 chat messages that each make the offline model create a task."""
    async with user(url) as client:
        first: list[float] = []
        whole: list[float] = []
        for number in range(50):
            start = time.perf_counter()
            text = {"text": f"add task number {number} tomorrow at 5pm #bench"}
            async with client.stream(
                "POST", "/chat/messages", json=text, headers={"Accept": "text/event-stream"}
            ) as reply:
                reply.raise_for_status()
                async for _ in reply.aiter_raw():
                    if len(first) == number:
                        first.append((time.perf_counter() - start) * 1000)
            whole.append((time.perf_counter() - start) * 1000)
    return f"first byte {spread(first)}; whole {spread(whole)} (budget: first p50 <= 30 ms, whole p99 <= 300 ms)"


async def reminders(url: str) -> str:
    """1,000 reminders due within 10 s, from the due time to the notification's creation."""
    async with user(url) as client:
        due = datetime.now(UTC) + timedelta(seconds=25)

        async def plan(number: int) -> None:
            at = due + timedelta(seconds=number * 0.01)
            task = {"title": f"task {number}", "due_at": at.isoformat(), "reminders": [{"remind_at": at.isoformat()}]}
            (await client.post("/tasks", json=task)).raise_for_status()

        for start in range(0, 1000, 10):
            await asyncio.gather(*(plan(number) for number in range(start, start + 10)))
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 15))
        late: list[float] = []
        cursor: str | None = None
        while True:
            page = (
                await client.get("/notifications", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
            ).json()
            for item in page["items"]:
                wanted = due + timedelta(seconds=int(item["title"].split()[-1]) * 0.01)
                late.append((datetime.fromisoformat(item["created_at"]) - wanted).total_seconds() * 1000)
            cursor = page.get("next_cursor")
            if not cursor:
                break
    early = sum(value < 0 for value in late)
    return f"{spread(late)} late, {early} early, {1000 - len(late)} missing (budget: p99 <= 1000 ms, 0 early)"


BENCHMARKS: dict[str, Callable[[str], Awaitable[str]]] = {
    "create": create,
    "sync": sync,
    "chat": chat,
    "reminders": reminders,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which ones; all without a name")
    parser.add_argument("--url", default="http://localhost:8080", help="the platform's public origin")
    arguments = parser.parse_args()
    for name in arguments.names or BENCHMARKS:
        print(f"{name}: {asyncio.run(BENCHMARKS[name](arguments.url))}", flush=True)


if __name__ == "__main__":
    main()
