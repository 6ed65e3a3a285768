"""Replies say moments and repetitions the way a person would."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from app.chat.interpreter import CreateTask, describe_due, describe_rrule, interpret
from tests.chat.interpreter.phrases import BERLIN, NEW_YORK, NOW, PHRASES, at

RULES = {
    "FREQ=DAILY": "every day",
    "FREQ=DAILY;INTERVAL=3": "every 3 days",
    "FREQ=HOURLY;INTERVAL=2": "every 2 hours",
    "FREQ=WEEKLY": "every week",
    "FREQ=WEEKLY;BYDAY=MO": "every Monday",
    "FREQ=WEEKLY;BYDAY=MO,TH": "every Monday and Thursday",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR": "every Monday, Wednesday and Friday",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "every weekday",
    "FREQ=WEEKLY;BYDAY=SA,SU": "every weekend day",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU": "every 2 weeks on Tuesday",
    "FREQ=MONTHLY": "every month",
    "FREQ=MONTHLY;INTERVAL=3": "every 3 months",
    "FREQ=MONTHLY;BYMONTHDAY=1,15": "every month on the 1st and 15th",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "every month on the last day",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1": "every month on the 31st (or the last day)",
    "FREQ=MONTHLY;BYDAY=-1FR": "every month on the last Friday",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1": "every month on the first weekday",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": "every year on 24 Dec",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1": "every year on 29 Feb",
    "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO": "every year on the first Monday in Mar and Sep",
    "FREQ=DAILY;COUNT=10": "every day, 10 times",
    "FREQ=DAILY;BYHOUR=9": "every day, by a custom rule",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231T225959Z": "every Monday and Thursday until 31 Dec 2026",
    "FREQ=DAILY;UNTIL=20261231": "every day until 31 Dec 2026",
}


@pytest.mark.parametrize(("rule", "text"), RULES.items(), ids=RULES.keys())
def test_a_rule_is_described_in_words(rule: str, text: str) -> None:
    assert describe_rrule(rule) == text


def test_the_last_day_is_the_one_of_the_zone() -> None:
    assert describe_rrule("FREQ=DAILY;UNTIL=20270101T045959Z", tz=NEW_YORK) == "every day until 31 Dec 2026"


MOMENTS = {
    "2026-12-02": "today",
    "2026-12-02 17:00": "today at 17:00",
    "2026-12-02 10:00:05": "today at 10:00:05",
    "2026-12-03": "tomorrow",
    "2026-12-03 00:00": "tomorrow at 00:00",
    "2026-12-01 09:30": "yesterday at 09:30",
    "2026-12-04 15:00": "Fri 4 Dec at 15:00",
    "2027-01-01": "Fri 1 Jan 2027",
}


@pytest.mark.parametrize(("moment", "text"), MOMENTS.items(), ids=MOMENTS.keys())
def test_a_due_moment_is_described_from_now(moment: str, text: str) -> None:
    assert describe_due(at(moment), NOW, BERLIN) == text


def test_today_is_the_zones_today() -> None:
    now = datetime(2026, 12, 2, 23, 0, tzinfo=NEW_YORK)
    assert describe_due(at("2026-12-03 05:00"), now, BERLIN) == "today at 05:00"
    assert describe_due(at("2026-12-03 05:00"), now, NEW_YORK) == "today at 23:00"


def test_what_is_known_of_the_time_overrules_the_look_of_it() -> None:
    assert describe_due(at("2026-12-03"), NOW, BERLIN, has_time=True) == "tomorrow at 23:59:59"
    assert describe_due(at("2026-12-03 17:00"), NOW, BERLIN, has_time=False) == "tomorrow"


@pytest.mark.parametrize("text", [phrase.text for phrase in PHRASES if len(phrase.text) < 200])
def test_every_rule_the_interpreter_writes_is_valid_and_begins_with_the_due_moment(text: str) -> None:
    for command in interpret(text, now=NOW, time_zone=BERLIN).commands:
        if isinstance(command, CreateTask) and command.rrule:
            assert command.due_at is not None
            assert next(iter(rrulestr(command.rrule, dtstart=command.due_at))) == command.due_at
            assert describe_rrule(command.rrule, tz=ZoneInfo("Europe/Berlin")).startswith("every ")
            assert "custom" not in describe_rrule(command.rrule)
