"""Changes that depend on the task are carried out as the person would expect."""

from datetime import datetime, time

import pytest

from app.chat.interpreter import Changes, Lead, Offset
from app.chat.interpreter.apply import changed_due, lead_time
from tests.chat.interpreter.phrases import BERLIN, NOW, at

DAY = Offset(days=1)
HOUR = Offset(seconds=3600)
FIVE = Changes(due_at=at("2026-12-02 17:00"), due_has_time=True, due_has_date=False)
FRIDAY = Changes(due_at=at("2026-12-04"))
FRIDAY_AT_THREE = Changes(due_at=at("2026-12-04 15:00"), due_has_time=True)

CASES = [
    pytest.param(Changes(), "2026-12-09 09:00", "2026-12-09 09:00", id="nothing said, nothing changed"),
    pytest.param(Changes(clear_due=True), "2026-12-09 09:00", None, id="cleared"),
    pytest.param(FIVE, "2026-12-09 09:00", "2026-12-09 17:00", id="a bare time keeps the task's day"),
    pytest.param(FIVE, "2026-12-09", "2026-12-09 17:00", id="a bare time is added to a bare day"),
    pytest.param(FIVE, "2026-11-09 09:00", "2026-12-02 17:00", id="but not to a day that is past"),
    pytest.param(FIVE, None, "2026-12-02 17:00", id="a bare time for a task without a day"),
    pytest.param(FRIDAY, "2026-12-09 09:00", "2026-12-04 09:00", id="a bare day keeps the task's time"),
    pytest.param(FRIDAY, "2026-12-09", "2026-12-04", id="a bare day for a bare day"),
    pytest.param(FRIDAY_AT_THREE, "2026-12-09 09:00", "2026-12-04 15:00", id="both said, both changed"),
    pytest.param(Changes(shift_due=DAY), "2026-12-09 09:00", "2026-12-10 09:00", id="a day later"),
    pytest.param(Changes(shift_due=-DAY), "2026-12-09 09:00", "2026-12-08 09:00", id="a day earlier"),
    pytest.param(Changes(shift_due=DAY), "2026-12-09", "2026-12-10", id="a bare day later"),
    pytest.param(Changes(shift_due=DAY), "2026-11-09 09:00", "2026-12-03 09:00", id="overdue: a day from today"),
    pytest.param(Changes(shift_due=DAY), None, "2026-12-03", id="no due moment: a day from today"),
    pytest.param(Changes(shift_due=HOUR), "2026-12-09 09:00", "2026-12-09 10:00", id="an hour later"),
    pytest.param(Changes(shift_due=HOUR), "2026-12-02 09:00", "2026-12-02 11:00", id="overdue: an hour from now"),
    pytest.param(Changes(shift_due=HOUR), "2026-12-02", "2026-12-02 11:00", id="a bare day: an hour from now"),
    pytest.param(Changes(shift_due=Offset(months=1)), "2027-01-31 09:00", "2027-02-28 09:00", id="to a shorter month"),
    pytest.param(Changes(shift_due=DAY), "2027-03-27 02:30", "2027-03-28 03:30", id="into the gap of summer time"),
]


@pytest.mark.parametrize(("changes", "due", "expected"), CASES)
def test_the_due_moment_changes_as_said(changes: Changes, due: str | None, expected: str | None) -> None:
    due_at = at(due) if due else None
    has_time = due is not None and ":" in due
    found, found_has_time = changed_due(changes, due_at, has_time, now=NOW, time_zone=BERLIN)
    assert found == (at(expected) if expected else None)
    assert found_has_time == (expected is not None and ":" in expected)


@pytest.mark.parametrize(
    ("lead", "due", "expected"),
    [
        (Lead(HOUR), "2026-12-09 09:00", "2026-12-09 08:00"),
        (Lead(DAY), "2026-12-09 09:00", "2026-12-08 09:00"),
        (Lead(DAY, time(18)), "2026-12-09 09:00", "2026-12-08 18:00"),
        (Lead(HOUR), "2026-12-09", "2026-12-09 08:00"),  # a day without a time counts from 9:00
        (Lead(Offset(months=1)), "2027-03-31 09:00", "2027-02-28 09:00"),
    ],
)
def test_a_reminder_rings_ahead_of_the_due_moment(lead: Lead, due: str, expected: str) -> None:
    assert lead_time(lead, at(due), ":" in due, time_zone=BERLIN) == at(expected)


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    before = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN)
    found, _ = changed_due(Changes(shift_due=HOUR), before, True, now=NOW, time_zone=BERLIN)
    assert found is not None
    assert (found.hour, found.minute, found.fold) == (2, 30, 1)
