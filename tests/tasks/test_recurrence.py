"""When rules occur, by the calendar and by the clocks of a time zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.tasks.moments import to_instant
from app.tasks.recurrence import (
    canonical,
    check,
    describe,
    first_occurrence,
    next_after_completion,
    next_occurrence,
    parse,
)

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def series(rule: str, start: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """The local times of the first occurrences after the start, each found from the one before."""
    found, after = [], local(start, zone)
    for _ in range(count):
        following = next_occurrence(parse(rule), local(start, zone), zone, after)
        if following is None:
            return [*found, "end"]
        assert following.tzinfo is UTC
        found.append(following.astimezone(zone).isoformat(" ", "minutes"))
        after = following
    return found


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        # The clocks go forward on 2026-03-29 at 2:00 and back on 2026-10-25 at 3:00.
        ("FREQ=DAILY", "2026-03-28T09:00", ["2026-03-29 09:00+02:00", "2026-03-30 09:00+02:00"]),
        ("FREQ=DAILY", "2026-03-28T02:30", ["2026-03-29 03:30+02:00", "2026-03-30 02:30+02:00"]),
        ("FREQ=DAILY", "2026-10-24T02:30", ["2026-10-25 02:30+02:00", "2026-10-26 02:30+01:00"]),
        ("FREQ=HOURLY", "2026-03-29T01:00", ["2026-03-29 03:00+02:00", "2026-03-29 04:00+02:00"]),
        (
            "FREQ=HOURLY",
            "2026-10-25T01:00",
            ["2026-10-25 02:00+02:00", "2026-10-25 03:00+01:00", "2026-10-25 04:00+01:00"],
        ),
        # Months that have no such day are left out, as RFC 5545 says; the last day is -1.
        ("FREQ=MONTHLY", "2026-01-31T09:00", ["2026-03-31 09:00+02:00", "2026-05-31 09:00+02:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T09:00", ["2026-03-31 09:00+02:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T09:00", ["2026-02-28 09:00+01:00", "2026-03-31 09:00+02:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2028-01-31T09:00", ["2028-02-29 09:00+01:00"]),
        ("FREQ=YEARLY", "2028-02-29T09:00", ["2032-02-29 09:00+01:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30T09:00", ["2026-02-27 09:00+01:00"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-07-01T09:00", ["2026-08-03 09:00+02:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "2026-08-04T09:00", ["2026-08-09 09:00+02:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "2026-08-04T09:00", ["2026-08-16 09:00+02:00"]),
        ("FREQ=DAILY;BYHOUR=9,17", "2026-08-04T09:00", ["2026-08-04 17:00+02:00", "2026-08-05 09:00+02:00"]),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH", "2026-08-04T09:00", ["2026-12-31 09:00+01:00", "2032-12-30 09:00+01:00"]),
        # The end: a day's end, a local time, or an instant.
        ("FREQ=DAILY;UNTIL=20260806", "2026-08-05T23:59", ["2026-08-06 23:59+02:00", "end"]),
        ("FREQ=DAILY;UNTIL=20260806T235800", "2026-08-05T23:59", ["end"]),
        ("FREQ=DAILY;UNTIL=20260806T220000Z", "2026-08-06T00:00", ["2026-08-07 00:00+02:00", "end"]),
        ("FREQ=DAILY;UNTIL=20260806T215959Z", "2026-08-06T00:00", ["end"]),
        ("FREQ=DAILY;COUNT=3", "2026-08-05T09:00", ["2026-08-06 09:00+02:00", "2026-08-07 09:00+02:00", "end"]),
        ("FREQ=DAILY;COUNT=1", "2026-08-05T09:00", ["end"]),
        # A start that the rule would not give (a Tuesday) is the first occurrence all the same.
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-08-04T09:00", ["2026-08-10 09:00+02:00", "end"]),
        ("FREQ=DAILY", "8999-12-30T09:00", ["8999-12-31 09:00+01:00", "end"]),
    ],
)
def test_occurrences(rule: str, start: str, expected: list[str]) -> None:
    assert series(rule, start, len(expected)) == expected


def test_a_day_that_a_time_zone_skipped() -> None:
    # Samoa went from 29 to 31 December 2011: both the 30th and the 31st at 9:00 are the same instant.
    apia = ZoneInfo("Pacific/Apia")

    assert series("FREQ=DAILY", "2011-12-29T09:00", 2, apia) == ["2011-12-31 09:00+14:00", "2012-01-01 09:00+14:00"]


def test_missed_cycles_are_skipped() -> None:
    rule, start = parse("FREQ=DAILY;INTERVAL=3"), local("2026-08-01T09:00")

    late = next_occurrence(rule, start, BERLIN, local("2026-08-12T10:00"))
    just_in_time = next_occurrence(rule, start, BERLIN, local("2026-08-10T08:59"))

    assert late == local("2026-08-13T09:00")
    assert just_in_time == local("2026-08-10T09:00")


@pytest.mark.parametrize(
    ("rule", "due", "completed", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-08-01T09:00", "2026-08-12T22:00", "2026-08-15T09:00"),
        ("FREQ=DAILY;INTERVAL=3", "2026-08-20T09:00", "2026-08-12T08:00", "2026-08-15T09:00"),
        ("FREQ=DAILY", "2026-08-12T23:59:59", "2026-08-12T08:00", "2026-08-13T23:59:59"),
        # Local days: it is the 13th in Berlin already.
        ("FREQ=DAILY", "2026-08-12T09:00", "2026-08-13T00:30", "2026-08-14T09:00"),
        ("FREQ=WEEKLY", "2026-08-03T09:00", "2026-08-05T10:00", "2026-08-12T09:00"),
        ("FREQ=WEEKLY;BYDAY=MO", "2026-08-03T09:00", "2026-08-05T10:00", "2026-08-10T09:00"),
        ("FREQ=MONTHLY", "2026-01-15T09:00", "2026-01-31T10:00", "2026-02-28T09:00"),
        ("FREQ=YEARLY", "2028-02-20T09:00", "2028-02-29T10:00", "2029-02-28T09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T09:00", "2026-02-02T10:00", "2026-03-31T09:00"),
        ("FREQ=DAILY;BYHOUR=9,17", "2026-08-12T09:00", "2026-08-12T18:00", "2026-08-13T09:00"),
        ("FREQ=HOURLY;INTERVAL=2", "2026-08-12T09:00", "2026-08-12T18:20:30", "2026-08-12T20:20:30"),
        ("FREQ=DAILY", "2026-03-27T02:30", "2026-03-28T10:00", "2026-03-29T03:30"),
        ("FREQ=DAILY;INTERVAL=3;UNTIL=20260815", "2026-08-01T09:00", "2026-08-12T22:00", "2026-08-15T09:00"),
        ("FREQ=DAILY;INTERVAL=3;UNTIL=20260814", "2026-08-01T09:00", "2026-08-12T22:00", None),
        ("FREQ=MONTHLY;UNTIL=20260227", "2026-01-15T09:00", "2026-01-31T10:00", None),
    ],
)
def test_occurrences_after_a_completion(rule: str, due: str, completed: str, expected: str | None) -> None:
    following = next_after_completion(parse(rule), local(due), BERLIN, local(completed), occurrence=0)

    assert following == (local(expected) if expected else None)


def test_count_counts_completions() -> None:
    rule, at = parse("FREQ=DAILY;COUNT=3"), local("2026-08-12T09:00")

    assert [next_after_completion(rule, at, BERLIN, at, occurrence) is None for occurrence in range(4)] == [
        False,
        False,
        True,
        True,
    ]


def test_the_first_occurrence_of_a_rule_without_a_due_date() -> None:
    found = first_occurrence(parse("FREQ=WEEKLY;BYDAY=MO"), date(2026, 8, 5), BERLIN)
    today = first_occurrence(parse("FREQ=DAILY"), date(2026, 8, 5), BERLIN)

    assert found == local("2026-08-10T23:59:59")
    assert today == local("2026-08-05T23:59:59")
    assert first_occurrence(parse("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), date(2026, 8, 5), BERLIN) is None


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;INTERVAL=168;BYDAY=MO;BYHOUR=9",
        "FREQ=WEEKLY;INTERVAL=1000;BYMONTH=2;BYDAY=MO;BYSETPOS=7",
        "FREQ=YEARLY;BYDAY=53MO;BYSETPOS=366",
    ],
)
def test_a_rule_without_occurrences_costs_bounded_work(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that went on to the year 9999 would look at the calendar of thousands of years."""
    looked_at = []
    rebuild = "dateutil.rrule._iterinfo.rebuild"
    from dateutil.rrule import _iterinfo  # type: ignore[attr-defined]

    original = _iterinfo.rebuild
    monkeypatch.setattr(rebuild, lambda self, year, month: (looked_at.append(year), original(self, year, month))[1])

    with pytest.raises(ValueError, match="no occurrence"):
        check(parse(rule), local("2026-08-05T09:00"), BERLIN)

    assert len(looked_at) < 25_000
    assert min(looked_at) == 2026


def test_an_old_series_is_not_gone_through_from_its_start() -> None:
    after = local("2026-08-05T09:30")

    assert next_occurrence(parse("FREQ=HOURLY;INTERVAL=5"), local("1901-01-01T00:00"), BERLIN, after) is not None
    assert next_occurrence(parse("FREQ=WEEKLY;BYDAY=TU"), local("1901-01-01T09:00"), BERLIN, after) == local(
        "2026-08-11T09:00"
    )


def test_canonical_form() -> None:
    assert canonical(" rrule:freq=weekly;byday=mo,fr; ") == "FREQ=WEEKLY;BYDAY=MO,FR"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday, Thursday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4", "every month on day 1, 15 4 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270101", "every month on the last day until 2027-01-01"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "FREQ=MONTHLY;BYMONTHDAY=-2"),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    assert describe(rule) == words


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")]
)
STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda it: it.replace(microsecond=0))  # noqa: DTZ001
NUMBERS = st.integers(1, 4)
WEEKDAYS = st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3).map(",".join)


def _parts(frequency: str, **parts: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    given_parts = st.fixed_dictionaries({"INTERVAL": NUMBERS}, optional=parts)
    return given_parts.map(
        lambda values: ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in values.items())])
    )


ENDS: dict[str, st.SearchStrategy[object]] = {"COUNT": st.integers(1, 30), "WKST": st.sampled_from(["MO", "SU"])}
MONTHS: st.SearchStrategy[object] = st.integers(1, 12)
MONTH_DAYS: st.SearchStrategy[object] = st.sampled_from([1, 15, 28, 29, 30, 31, -1, -2])
RULES = st.one_of(
    _parts("HOURLY", BYDAY=WEEKDAYS, **ENDS),
    _parts("DAILY", BYDAY=WEEKDAYS, BYHOUR=st.sampled_from(["9", "9,17"]), BYMONTH=MONTHS, **ENDS),
    _parts("WEEKLY", BYDAY=WEEKDAYS, **ENDS),
    _parts("MONTHLY", BYMONTHDAY=MONTH_DAYS, BYMONTH=MONTHS, **ENDS),
    _parts("MONTHLY", BYDAY=st.sampled_from(["1MO", "-1FR", "2TU,4TU"]), **ENDS),
    _parts("YEARLY", BYMONTH=MONTHS, BYMONTHDAY=MONTH_DAYS, **ENDS),
)


@settings(deadline=None)
@given(rule=RULES, start=STARTS, zone=ZONES, gap=st.timedeltas(timedelta(), timedelta(days=400)))
def test_the_next_occurrence_is_the_first_that_dateutil_gives_after_the_instant(
    rule: str, start: datetime, zone: ZoneInfo, gap: timedelta
) -> None:
    """Against a plain expansion from the start, without any of the shortcuts."""
    started = to_instant(start, zone)
    after = started + gap
    assume(started.astimezone(zone).replace(tzinfo=None) == start)
    try:
        check(parse(rule), started, zone)
    except ValueError:
        # Only months that the interval or the day never meets are refused.
        assert "BYMONTH=" in rule
        return

    found = next_occurrence(parse(rule), started, zone, after)

    horizon = start + gap + timedelta(days=100)
    expansion = [to_instant(it, zone) for it in takewhile(lambda it: it < horizon, rrulestr(rule, dtstart=start))]
    if (count := parse(rule).count) and expansion[:1] != [started]:
        expansion = expansion[: count - 1]
    expected = min((instant for instant in expansion if instant > after), default=None)
    if expected is not None or found is None or found < to_instant(horizon, zone):
        assert found == expected


@given(rule=RULES, due=STARTS, zone=ZONES, late=st.timedeltas(-timedelta(days=40), timedelta(days=400)))
def test_after_a_completion_comes_a_later_day_or_time(
    rule: str, due: datetime, zone: ZoneInfo, late: timedelta
) -> None:
    at = to_instant(due, zone)
    completed = at + late

    found = next_after_completion(parse(rule), at, zone, completed, occurrence=0)

    if found is not None:
        assert found > completed
        if "HOURLY" not in rule and "BYHOUR" not in rule:
            assert found.astimezone(zone).date() > completed.astimezone(zone).date()
            wall_clock = at.astimezone(zone).time()
            assert to_instant(datetime.combine(found.astimezone(zone).date(), wall_clock), zone) == found


@given(text=st.text(max_size=80) | st.text("FREQDAILY=;BYMONTH0123456789,-+MOTUZ:", max_size=80))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = canonical(text)
    except ValueError:
        return
    assert canonical(rule) == rule
