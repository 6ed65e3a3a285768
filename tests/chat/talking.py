"""A person who chats over the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import orjson

Event = tuple[str, dict[str, Any]]


def parse_events(stream: str) -> list[Event]:
    """The events of a text/event-stream body; comments are left out."""
    events = []
    for block in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            events.append((fields["event"], orjson.loads(fields["data"])))
    return events


@dataclass
class Answer:
    """A streamed reply."""

    events: list[Event]

    def named(self, name: str) -> list[dict[str, Any]]:
        return [data for event, data in self.events if event == name]

    @property
    def names(self) -> list[str]:
        """The events' names, runs of the same one as one."""
        names = [name for name, _ in self.events]
        return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]

    @property
    def text(self) -> str:
        return "".join(data["text"] for data in self.named("message.delta"))

    @property
    def calls(self) -> list[str]:
        return [data["name"] for data in self.named("tool.call")]

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The calls that wait for a confirmation."""
        return [call for data in self.named("confirmation.required") for call in data["calls"]]


@dataclass
class Talk:
    """One conversation of the person whose client it is."""

    client: httpx.AsyncClient
    id: UUID | None = None

    @property
    def path(self) -> str:
        return f"/api/v1/chat/conversations/{self.id}"

    async def say(self, text: str) -> Answer:
        path = f"{self.path}/messages" if self.id else "/api/v1/chat/messages"
        return self._answer(await self.client.post(path, json={"text": text}))

    async def confirm(self, approve: bool, ids: list[str] | None = None) -> Answer:
        body = {"approve": approve} if ids is None else {"approve": approve, "ids": ids}
        return self._answer(await self.client.post(f"{self.path}/confirmation", json=body))

    async def stored(self) -> dict[str, Any]:
        response = await self.client.get(self.path)
        assert response.status_code == 200, response.text
        return response.json()

    async def tasks(self, **query: str) -> list[dict[str, Any]]:
        """The person's tasks, by the API, in the order of their creation."""
        response = await self.client.get("/api/v1/tasks", params={"sort": "created", "order": "asc", **query})
        assert response.status_code == 200, response.text
        return response.json()["items"]

    async def titles(self, **query: str) -> list[str]:
        return [task["title"] for task in await self.tasks(**query)]

    def _answer(self, response: httpx.Response) -> Answer:
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        answer = Answer(parse_events(response.text))
        assert answer.names[0] == "conversation"
        self.id = UUID(answer.events[0][1]["id"])
        return answer
