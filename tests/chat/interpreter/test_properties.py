"""What holds for every message, understood or not."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chat.interpreter import CompleteTask, CreateTask, DeleteTask, Reference, UpdateTask, interpret
from tests.chat.interpreter.phrases import BERLIN, NOW, PHRASES

# Hypothesis draws naive moments, which the tests make aware.
EARLIEST, LATEST = datetime(1975, 1, 1), datetime(2150, 1, 1)  # noqa: DTZ001
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]).map(
    ZoneInfo
)
MOMENTS = st.datetimes(EARLIEST, LATEST).map(lambda naive: naive.replace(tzinfo=UTC))
# Words the grammar knows, and the table's phrases, reach far deeper than random characters do.
VOCABULARY = sorted({word for phrase in PHRASES if len(phrase.text) < 200 for word in phrase.text.split()})
SALADS = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)
MESSAGES = st.one_of(st.text(max_size=300), SALADS, st.tuples(SALADS, st.text(max_size=20), SALADS).map("".join))


@settings(max_examples=400, deadline=None)
@given(text=MESSAGES, now=MOMENTS, zone=ZONES)
def test_no_message_raises_or_stays_without_an_answer(text: str, now: datetime, zone: ZoneInfo) -> None:
    assert interpret(text, now=now, time_zone=zone).commands


@settings(max_examples=400, deadline=None)
@given(text=SALADS)
def test_more_than_one_task_is_only_changed_when_many_are_named(text: str) -> None:
    many = (
        "all",
        "every",
        "any",
        "tasks",
        "todos",
        "items",
        "reminders",
        "them",
        "those",
        "these",
        "completed",
        "done",
    )
    for command in interpret(text, now=NOW, time_zone=BERLIN).commands:
        if isinstance(command, DeleteTask | CompleteTask | UpdateTask) and command.reference.is_bulk:
            named = command.reference.filter
            assert (
                named is None
                or named.narrows
                or "all" in text.lower()
                or "every" in text.lower()
                or "any" in text.lower()
            )
            assert named is None or named.narrows or named.all
            assert any(word in text.lower() for word in (*many, "overdue", "task", "aufgabe", "both"))


@settings(max_examples=300, deadline=None)
@given(
    amount=st.integers(1, 500),
    unit=st.sampled_from(["seconds", "minutes", "hours", "days", "weeks", "months"]),
    now=MOMENTS,
    zone=ZONES,
)
def test_a_distance_from_now_is_never_in_the_past(amount: int, unit: str, now: datetime, zone: ZoneInfo) -> None:
    (command,) = interpret(f"remind me to call mom in {amount} {unit}", now=now, time_zone=zone).commands
    assert isinstance(command, CreateTask)
    assert command.title == "call mom"
    assert command.due_at is not None
    assert command.due_at > now
    assert all(ring > now for ring in command.remind_at)


@settings(max_examples=300, deadline=None)
@given(
    phrase=st.sampled_from(
        ["at 5pm", "at 2:30am", "at noon", "at midnight", "at 8", "tonight", "tomorrow", "Monday", "in the evening",
         "every day at 7am", "every Monday at noon", "every month on the 31st", "every 2 hours", "next week", "today"]
    ),
    now=MOMENTS,
    zone=ZONES,
)  # fmt: skip
def test_a_moment_that_is_not_named_by_its_date_is_never_in_the_past(
    phrase: str, now: datetime, zone: ZoneInfo
) -> None:
    (command,) = interpret(f"add call mom {phrase}", now=now, time_zone=zone).commands
    assert isinstance(command, CreateTask)
    assert command.due_at is not None
    assert command.due_at.astimezone(UTC) >= now.replace(microsecond=0)


@pytest.mark.parametrize("reference", [{}, {"words": ""}, {"words": "milk", "number": 2}])
def test_a_reference_names_tasks_in_one_way(reference: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one way"):
        Reference(**reference)


def test_now_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        interpret("add milk", now=NOW.replace(tzinfo=None), time_zone=BERLIN)


ADVERSARIAL: dict[str, Callable[[int], str]] = {
    "words": lambda n: "a " * (n // 2),
    "weekdays": lambda n: "mon " * (n // 4),
    "recurrence": lambda n: "every mon and " * (n // 14),
    "quotes": lambda n: "'a " * (n // 3),
    "open quotes": lambda n: "“" * n,
    "digits": lambda n: "1" * n,
    "dates": lambda n: "1/1 " * (n // 4),
    "clocks": lambda n: "1:00-" * (n // 5),
    "durations": lambda n: "1 day and " * (n // 10),
    "commands": lambda n: "complete a and " * (n // 15),
    "moves": lambda n: "move " + "to " * (n // 3),
    "moments": lambda n: "move a " + "to monday " * (n // 10),
    "renames": lambda n: "rename " + "a to " * (n // 5),
    "tags": lambda n: "tagged a and " * (n // 13),
    "commas": lambda n: "," * n,
    "spaces": lambda n: "a" + " " * (n - 2) + "b",
    "exclamations": lambda n: "!" * n,
    "leads": lambda n: "remind me 1 day before " * (n // 23),
    "sentences": lambda n: "add a. " * (n // 7),
    "links": lambda n: "and then " * (n // 9),
    "courtesies": lambda n: "please can you " * (n // 15),
    "addresses": lambda n: "a1." * (n // 3),
    "lists": lambda n: "delete " + "1, " * (n // 3),
    "lines": lambda n: "x\n" * (n // 2),
    "searches": lambda n: "show tasks about " * (n // 17),
}


@pytest.mark.parametrize("shape", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_the_work_grows_in_line_with_the_length(shape: Callable[[int], str]) -> None:
    def calls(length: int) -> int:
        count = 0

        def counting(_frame: FrameType, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counting)
        try:
            interpret(shape(length), now=NOW, time_zone=BERLIN)
        finally:
            sys.setprofile(None)
        return count

    calls(100)  # whatever is built on first use
    short, long = calls(1900), calls(3800)
    assert long <= 3 * short + 2000


def test_relative_moments_are_real_time_across_a_change_of_clocks() -> None:
    now = datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BERLIN)
    (command,) = interpret("add x in 45 minutes", now=now, time_zone=BERLIN).commands
    assert isinstance(command, CreateTask)
    assert command.due_at is not None
    assert command.due_at.astimezone(UTC) - now.astimezone(UTC) == timedelta(minutes=45)


def test_of_a_repeated_hour_the_first_is_meant() -> None:
    now = datetime(2027, 10, 30, 12, tzinfo=BERLIN)
    (command,) = interpret("add x tomorrow at 2:30 am", now=now, time_zone=BERLIN).commands
    assert isinstance(command, CreateTask)
    assert command.due_at is not None
    assert command.due_at.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
