# SPDX-License-Identifier: Apache-2.0
"""The platform from end to end, as two people see it: `STEPS` tells the story, each step is a method of `Journey`."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from .user_client import HTML, ApiError, Client, LiveEvent, LiveUpdates

T = TypeVar("T")

REMINDER_SECONDS = 5
SETTLE_SECONDS = 1.5
"""How long something that must not happen twice is watched. The reminder's wait is used for all the rest."""
_POLL_SECONDS = 0.1
_SHOWN_CHARACTERS = 200
_CLOCK_SECONDS = 1.0
"""How much the clocks of the person and of the platform may differ."""


class StepFailed(Exception):
    """A step did not end as it should; `done` has those before it."""

    def __init__(self, step: Step, seconds: float, seen: str, done: list[Done]) -> None:
        super().__init__(f'"{step.title}" failed after {seconds:.1f} s: {seen}')
        self.step = step
        self.done = done


class _Unexpected(Exception):
    """What was seen instead of what should have been."""


@dataclass(frozen=True)
class Step:
    title: str
    run: Callable[[Journey], None]
    logs: tuple[str, ...]
    """The programs whose logs say more."""
    needs_pages: bool = False


@dataclass(frozen=True)
class Done:
    title: str
    seconds: float


@dataclass
class Person:
    """Somebody with an account that exists only for this journey."""

    client: Client
    email: str = field(default_factory=lambda: f"verify-{secrets.token_hex(6)}@example.com")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)

    def sign_up(self) -> None:
        account = {"email": self.email, "password": self.password, "time_zone": "UTC"}
        self.client.token = self.client.expect(201, "POST", "/api/v1/auth/sign-up", account)["access_token"]

    def sign_in(self) -> None:
        credentials = {"email": self.email, "password": self.password}
        self.client.token = self.client.expect(200, "POST", "/api/v1/auth/sign-in", credentials)["access_token"]

    def leave(self) -> None:
        """Delete the account, if there is one."""
        if self.client.token:
            self.client.expect(204, "DELETE", "/api/v1/users/me", {"password": self.password})
            self.client.token = None


class Journey:
    """Two strangers, the tasks of one of them, and what the platform tells her about them; `timeout` in seconds."""

    def __init__(self, new_client: Callable[[], Client], timeout: float) -> None:
        self.ada = Person(new_client())
        self.bob = Person(new_client())
        self.timeout = timeout
        self.errand = f"check the oven {secrets.token_hex(3)}"
        self.live: LiveUpdates | None = None
        self.conversation_id = ""
        self.task: dict[str, Any] = {}
        self.recurring: dict[str, Any] = {}
        self.completed_at = 0.0

    # --- the story -------------------------------------------------------------------------------------------------

    def the_platform_is_ready(self) -> None:
        self.ada.client.expect(200, "GET", "/readyz")

    def ada_signs_up_and_in(self) -> None:
        self.ada.sign_up()
        self.ada.sign_in()
        me = self.ada.client.expect(200, "GET", "/api/v1/users/me")
        _require(me["email"] == self.ada.email, f"she is taken for {me['email']}")

    def ada_listens_for_updates(self) -> None:
        self.live = LiveUpdates(self.ada.client, "/api/v1/sync")
        self.live.wait_for(lambda event: event.name == "hello", self.timeout)

    def ada_chats_a_reminder_into_being(self) -> None:
        message = {"text": f"remind me to {self.errand} in {REMINDER_SECONDS} seconds"}
        reply = self.ada.client.expect(200, "POST", "/api/v1/chat/messages", message)
        self.conversation_id = reply["conversation_id"]
        outcomes = {call["name"]: call["outcome"] for call in reply["message"]["tool_calls"]}
        _require(
            "success" in outcomes.values(),
            f"the assistant made no task: it called {outcomes or 'nothing'} and said {reply['message']['text']!r}",
        )

    def the_task_is_there(self) -> None:
        tasks = self.ada.client.expect(200, "GET", "/api/v1/tasks")["items"]
        titles = [task["title"] for task in tasks]
        _require(len(tasks) == 1 and self.errand in titles[0].lower(), f"her tasks are {titles}")
        self.task = self.ada.client.expect(200, "GET", f"/api/v1/tasks/{tasks[0]['id']}")
        _require(len(self.task["reminders"]) == 1, f"it has the reminders {self.task['reminders']}")

    def her_page_shows_it(self) -> None:
        page = self.ada.client.expect(200, "GET", "/tasks", accept=HTML)
        _require(self.errand in str(page).lower(), f"the page is without it: {_words(str(page))}")

    def its_event_is_counted(self) -> None:
        def counted() -> bool:
            return bool(self._created() >= 1)

        self._until(counted, lambda: f"analytics counts {self._created()} created tasks")

    def ada_completes_a_recurring_task(self) -> None:
        tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).replace(microsecond=0)  # noqa: UP017 - Python 3.9
        wanted = {"title": "Water the plants", "rrule": "FREQ=DAILY", "due_at": tomorrow.isoformat()}
        self.recurring = self.ada.client.expect(201, "POST", "/api/v1/tasks", wanted)
        self.recurring = self.ada.client.expect(200, "POST", f"/api/v1/tasks/{self.recurring['id']}/complete")
        self.completed_at = time.monotonic()
        _require(self.recurring["status"] == "completed", f"it is {self.recurring['status']}")

    def bob_sees_nothing_of_it(self) -> None:
        self.bob.sign_up()
        ask = self.bob.client.expect
        for path in (f"/api/v1/tasks/{self.task['id']}", f"/api/v1/chat/conversations/{self.conversation_id}"):
            ask(404, "GET", path)
        ask(404, "POST", f"/api/v1/tasks/{self.task['id']}/complete")
        for path in ("/api/v1/tasks", "/api/v1/notifications", "/api/v1/chat/conversations"):
            items = ask(200, "GET", path)["items"]
            _require(items == [], f"{path} shows him {len(items)} of hers")
        totals = ask(200, "GET", "/api/v1/analytics")["totals"]
        _require(not any(totals.values()), f"his counts are {totals}")

    def the_reminder_arrives(self) -> None:
        due = _instant(self.task["reminders"][0]["remind_at"])
        event = self._live.wait_for(_is_new_notification, REMINDER_SECONDS + self.timeout)
        early = due.timestamp() - event.at
        _require(early <= _CLOCK_SECONDS, f"it arrived {early:.1f} s early")

    def it_arrives_once(self) -> None:
        time.sleep(SETTLE_SECONDS)
        events = self._live.seen(_is_new_notification)
        notifications = self.ada.client.expect(200, "GET", "/api/v1/notifications")["items"]
        seen = f"{len(events)} live updates and the notifications {[item['title'] for item in notifications]}"
        _require(len(events) == 1 and [item["task_id"] for item in notifications] == [self.task["id"]], seen)
        others = self.bob.client.expect(200, "GET", "/api/v1/notifications")["items"]
        _require(others == [], f"it also came to Bob: {[item['title'] for item in others]}")

    def the_next_occurrence_follows_once(self) -> None:
        self._until(lambda: len(self._occurrences()) >= 1, lambda: "there is none")
        time.sleep(max(0.0, self.completed_at + SETTLE_SECONDS - time.monotonic()))
        occurrences = self._occurrences()
        days = [_instant(task["due_at"]) - _instant(self.recurring["due_at"]) for task in occurrences]
        _require(
            days == [timedelta(days=1)], f"there are {len(occurrences)}, due {[str(after) for after in days]} later"
        )

    def both_leave(self) -> None:
        token = self.ada.client.token
        self.ada.leave()
        self.bob.leave()
        self.ada.client.token = token
        self.ada.client.expect(401, "GET", "/api/v1/users/me")
        self.ada.client.token = None

    # --- what the steps share ----------------------------------------------------------------------------------------

    def clean_up(self) -> None:
        """Leave nothing behind, whatever happened."""
        for person in (self.ada, self.bob):
            try:
                person.leave()
            except ApiError:  # the failure that is reported says more
                continue

    @property
    def _live(self) -> LiveUpdates:
        if self.live is None:
            raise _Unexpected("nobody listens")
        return self.live

    def _created(self) -> int:
        return int(self.ada.client.expect(200, "GET", "/api/v1/analytics")["totals"]["created"])

    def _occurrences(self) -> list[dict[str, Any]]:
        query = {"series_id": self.recurring["series_id"], "status": "open"}
        tasks: list[dict[str, Any]] = self.ada.client.expect(200, "GET", "/api/v1/tasks", query=query)["items"]
        return tasks

    def _until(self, condition: Callable[[], bool], seen: Callable[[], str]) -> None:
        deadline = time.monotonic() + self.timeout
        while not condition():
            if time.monotonic() > deadline:
                raise _Unexpected(f"after {self.timeout:g} s {seen()}")
            time.sleep(_POLL_SECONDS)


STEPS = (
    Step("The platform is ready", Journey.the_platform_is_ready, ("ingress", "todo-backend")),
    Step("Ada signs up and in", Journey.ada_signs_up_and_in, ("todo-backend",)),
    Step("Ada listens for live updates", Journey.ada_listens_for_updates, ("ingress", "todo-backend")),
    Step("Ada chats a reminder into being", Journey.ada_chats_a_reminder_into_being, ("todo-backend",)),
    Step("The task is there", Journey.the_task_is_there, ("todo-backend",)),
    Step("Her page shows it", Journey.her_page_shows_it, ("todo-frontend", "todo-frontend-dapr"), needs_pages=True),
    Step("Its event is counted", Journey.its_event_is_counted, ("todo-backend", "todo-backend-dapr", "todo-analytics")),
    Step("Ada completes a recurring task", Journey.ada_completes_a_recurring_task, ("todo-backend",)),
    Step("Bob sees nothing of it", Journey.bob_sees_nothing_of_it, ("todo-backend",)),
    Step(
        "The reminder arrives", Journey.the_reminder_arrives, ("todo-worker", "todo-worker-dapr", "todo-notification")
    ),
    Step("It arrives once", Journey.it_arrives_once, ("todo-notification", "todo-backend")),
    Step(
        "The next occurrence follows once", Journey.the_next_occurrence_follows_once, ("todo-recurring", "todo-backend")
    ),
    Step("Both leave, and nothing stays", Journey.both_leave, ("todo-backend",)),
)


def travel(journey: Journey, steps: list[Step]) -> list[Done]:
    """Take the steps; raises StepFailed at the first that does not end well. Leaves no account behind."""
    done: list[Done] = []
    try:
        for step in steps:
            started = time.monotonic()
            try:
                step.run(journey)
            except (ApiError, _Unexpected) as error:
                raise StepFailed(step, time.monotonic() - started, str(error), done) from None
            except (KeyError, TypeError, IndexError, AttributeError) as error:
                seen = f"an answer of another form ({type(error).__name__}: {error})"
                raise StepFailed(step, time.monotonic() - started, seen, done) from error
            done.append(Done(step.title, time.monotonic() - started))
    finally:
        journey.clean_up()
    return done


def _require(condition: bool, seen: str) -> None:
    if not condition:
        raise _Unexpected(seen)


def _words(page: str) -> str:
    """The beginning of what a page shows."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(text.split())[:_SHOWN_CHARACTERS]


def _is_new_notification(event: LiveEvent) -> bool:
    return event.name == "task.sync" and (event.data["entity"], event.data["action"]) == ("notification", "created")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
