"""Events for tests: task data, CloudEvents, and the two ends of a relay."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any
from uuid import UUID, uuid4

import orjson

from app.core.dapr import Message, SidecarUnavailable
from app.core.database import Database
from app.events import outbox
from app.events.schemas import ReminderRef, SyncData, TaskData, Topic

CREATED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def task_data(**changes: Any) -> TaskData:
    """An open task of nobody in particular, Europe/Berlin, created on 2 March 2026 at 10:00 there."""
    defaults: dict[str, Any] = {
        "user_id": uuid4(),
        "task_id": uuid4(),
        "title": "Call the dentist",
        "status": "open",
        "notes": "",
        "priority": "medium",
        "tags": [],
        "due_at": None,
        "due_has_time": False,
        "time_zone": "Europe/Berlin",
        "reminders": [],
        "rrule": None,
        "recurrence_mode": "due",
        "series_id": None,
        "occurrence": 0,
        "completed_at": None,
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
        "version": 1,
    }
    return TaskData(**(defaults | changes))


def reminder_at(instant: datetime) -> ReminderRef:
    return ReminderRef(id=uuid4(), remind_at=instant)


def sync_data(user_id: UUID, **changes: Any) -> SyncData:
    defaults: dict[str, Any] = {
        "user_id": user_id,
        "task_id": uuid4(),
        "title": "Call the dentist",
        "status": "open",
        "entity": "task",
        "entity_id": uuid4(),
        "action": "updated",
    }
    return SyncData(**(defaults | changes))


def cloud_event(type_: str, data: Any, **changes: Any) -> dict[str, Any]:
    """An event as the sidecar delivers it, with the attributes that Dapr adds."""
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "todo-backend",
        "type": type_,
        "time": CREATED_AT.isoformat(),
        "datacontenttype": "application/json",
        "sequence": "1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "topic": "task-events",
        "pubsubname": "pubsub-kafka",
        "traceid": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": "",
        "data": data.model_dump(mode="json") if hasattr(data, "model_dump") else data,
    }
    return event | changes


async def record_sync(database: Database, *user_ids: UUID) -> None:
    """One `task.sync` event for each of the users, in order, each in a transaction of its own."""
    for user_id in user_ids:
        async with database.transaction() as session:
            await outbox.record(session, Topic.TASK_UPDATES, "task.sync", sync_data(user_id))


class Broker:
    """Takes what a relay publishes; a test decides what is refused, when it is down, and how long it takes."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Message]]] = []
        self.down = False
        self.refuses: Callable[[Message], bool] = lambda _: False
        self.attempts = 0
        self.gate: asyncio.Event | None = None
        """While it is there and not set, publishing waits for it."""

    async def publish(self, pubsub: str, topic: str, messages: Sequence[Message]) -> set[str]:
        self.attempts += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise SidecarUnavailable("the broker is down")
        refused = {message.id for message in messages if self.refuses(message)}
        self.calls.append((topic, [message for message in messages if message.id not in refused]))
        return refused

    def events(self, user_id: UUID | None = None) -> list[dict[str, Any]]:
        """What was taken, in order, as it is on the wire."""
        messages = [message for _, messages in self.calls for message in messages]
        return [
            orjson.loads(orjson.dumps(message.event))
            for message in messages
            if user_id is None or message.key == str(user_id)
        ]


async def until(condition: Callable[[], Any], what: str, seconds: float = 10) -> None:
    """Wait for a condition, asynchronous or not, that something running in this loop brings about."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                result = condition()
                if await result if isawaitable(result) else result:
                    return
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None
