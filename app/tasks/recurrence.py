"""Recurrence rules of RFC 5545: which are accepted, and when they occur next.

A rule is expanded in local time (a task at 9:00 stays at 9:00 when the clocks change) and gives instants in UTC.
Local times that do not exist, or exist twice, are read as `app.tasks.moments.to_instant` says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY, rrule, weekdays

from app.tasks.moments import END_OF_DAY, END_YEAR, FIRST_YEAR, to_instant

Frequency = Literal[0, 1, 2, 3, 4]

_FREQUENCIES: dict[str, Frequency] = {
    "HOURLY": HOURLY,
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "MONTHLY": MONTHLY,
    "YEARLY": YEARLY,
}
_WEEKDAYS = {str(day): day for day in weekdays}
_FIXED_STEP = {HOURLY: timedelta(hours=1), DAILY: timedelta(days=1), WEEKLY: timedelta(weeks=1)}
_MAX_INTERVAL = 1000
_MAX_COUNT = 1000

_SEARCH_EFFORT = {HOURLY: 6_000, DAILY: 6_000, WEEKLY: 3_000, MONTHLY: 1_200, YEARLY: 200}
"""Periods that are looked at for the occurrence after a start; at most about 50 ms of work each."""
_EXPANSION_EFFORT = {frequency: 8 * periods for frequency, periods in _SEARCH_EFFORT.items()}
"""Periods that are looked at to get from a series' start to now."""

# The parts that a rule may have besides FREQ, INTERVAL, COUNT, UNTIL and WKST: dateutil's name and the values' range.
_NUMBER_PARTS = {
    "BYMONTH": ("bymonth", 1, 12),
    "BYMONTHDAY": ("bymonthday", -31, 31),
    "BYYEARDAY": ("byyearday", -366, 366),
    "BYWEEKNO": ("byweekno", -53, 53),
    "BYSETPOS": ("bysetpos", -366, 366),
    "BYHOUR": ("byhour", 0, 23),
    "BYMINUTE": ("byminute", 0, 59),
}
_FROM_ZERO = {"BYHOUR", "BYMINUTE"}


class _TooMuchEffort(Exception):
    """The rule was looked at for as many periods as it may be."""


class _Interval(int):
    """An interval that ends dateutil's search after `effort` periods.

    dateutil looks for the next occurrence until the year 9999, which takes minutes for a rule that has none. It adds
    the interval once for each period it looks at, so counting the additions bounds the work.
    """

    effort: int

    def __radd__(self, other: int) -> int:
        self.effort -= 1
        if self.effort < 0:
            raise _TooMuchEffort
        return other + int(self)

    def __mul__(self, other: int) -> int:
        return self.__radd__(0) * other


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule."""

    frequency: Frequency
    interval: int
    count: int | None
    until: date | None
    """An aware instant, a naive local time or a day, whose end counts."""
    parts: dict[str, Any]
    """The BYxxx and WKST parts, by dateutil's names."""

    @property
    def has_times(self) -> bool:
        """Whether the rule itself says at which times of the day it occurs."""
        return self.frequency == HOURLY or "byhour" in self.parts or "byminute" in self.parts

    @property
    def is_bare(self) -> bool:
        """Whether the start alone says on which day it occurs."""
        return not any(name.startswith("by") for name in self.parts)


def parse(text: str) -> Rule:
    """The rule that `text` says, with or without the leading `RRULE:`.

    Raises ValueError with the reason where it is not RFC 5545's, or could occur more often than hourly.
    """
    values = _split(text)
    if values.get("FREQ") in ("SECONDLY", "MINUTELY"):
        raise ValueError("occurs too often: hourly at most")
    if values.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"FREQ must be one of {', '.join(_FREQUENCIES)}")
    if "COUNT" in values and "UNTIL" in values:
        raise ValueError("COUNT and UNTIL exclude each other")
    rule = Rule(
        frequency=_FREQUENCIES[values["FREQ"]],
        interval=_number("INTERVAL", values.get("INTERVAL", "1"), 1, _MAX_INTERVAL),
        count=_number("COUNT", values["COUNT"], 1, _MAX_COUNT) if "COUNT" in values else None,
        until=_until(values["UNTIL"]) if "UNTIL" in values else None,
        parts=dict(_part(name, value) for name, value in values.items() if name.startswith("BY") or name == "WKST"),
    )
    _check_combination(values["FREQ"], rule.parts)
    return rule


def canonical(text: str) -> str:
    """`text` as it is stored: checked, in capitals, without the leading `RRULE:`; raises ValueError like `parse`."""
    parse(text)
    return ";".join(f"{name}={value}" for name, value in _split(text).items())


def _split(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, separator, value = part.partition("=")
        if not separator or not value:
            raise ValueError("must be parts NAME=VALUE with semicolons between, such as FREQ=WEEKLY;BYDAY=MO")
        if name in values:
            raise ValueError(f"has {name} twice")
        if name not in {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_NUMBER_PARTS}:
            raise ValueError(f"has a part {name[:20]} that is unknown or not supported")
        values[name] = value
    return values


def _number(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise ValueError(f"{name} must be a number from {low} to {high}")
    return int(text)


def _until(text: str) -> date:
    match = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text, re.ASCII)
    try:
        if match is None:
            raise ValueError
        day, clock, utc = match.groups()
        until = datetime.strptime(day + (clock or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - local unless Z
    except ValueError:
        raise ValueError("UNTIL must be a day 20261224 or a time 20261224T180000Z of the calendar") from None
    if not FIRST_YEAR <= until.year < END_YEAR:
        raise ValueError(f"UNTIL must be in the years {FIRST_YEAR} to {END_YEAR - 1}")
    if not clock:
        return until.date()
    return until.replace(tzinfo=UTC) if utc else until


def _part(name: str, text: str) -> tuple[str, Any]:
    if name == "WKST":
        if text not in _WEEKDAYS:
            raise ValueError("WKST must be a weekday, such as MO")
        return "wkst", _WEEKDAYS[text]
    if name == "BYDAY":
        return "byweekday", tuple(_by_day(item) for item in text.split(","))
    keyword, low, high = _NUMBER_PARTS[name]
    numbers = tuple(_number(name, item, low, high) for item in text.split(","))
    if 0 in numbers and name not in _FROM_ZERO:
        raise ValueError(f"{name} must not be 0")
    return keyword, numbers


def _by_day(text: str) -> Any:
    match = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text, re.ASCII)
    if match is None:
        raise ValueError("BYDAY must be weekdays, such as MO or -1FR")
    position, day = match.groups()
    if position is None:
        return _WEEKDAYS[day]
    if not 1 <= abs(int(position)) <= 53:
        raise ValueError("BYDAY must have positions from 1 to 53 or -53 to -1")
    return _WEEKDAYS[day](int(position))


def _check_combination(frequency: str, parts: dict[str, Any]) -> None:
    """The table and notes of RFC 5545 section 3.3.10, and one minute per hour at most."""
    numbered = any(day.n for day in parts.get("byweekday", ()))
    if numbered and (frequency not in ("MONTHLY", "YEARLY") or "byweekno" in parts):
        raise ValueError("BYDAY can have positions in monthly and yearly rules without BYWEEKNO only")
    if "byweekno" in parts and frequency != "YEARLY":
        raise ValueError("BYWEEKNO needs FREQ=YEARLY")
    if "byyearday" in parts and frequency not in ("YEARLY", "HOURLY"):
        raise ValueError(f"BYYEARDAY does not go with FREQ={frequency}")
    if "bymonthday" in parts and frequency == "WEEKLY":
        raise ValueError("BYMONTHDAY does not go with FREQ=WEEKLY")
    if "bysetpos" in parts and not any(name.startswith("by") for name in parts if name != "bysetpos"):
        raise ValueError("BYSETPOS needs another BY part")
    if len(set(parts.get("byminute", ()))) > 1:
        raise ValueError("occurs too often: hourly at most, so BYMINUTE must be one minute")


def check(rule: Rule, start: datetime, zone: ZoneInfo) -> None:
    """Refuse a rule that has no occurrence after `start` which could be found in bounded time.

    Raises ValueError with the reason.
    """
    if rule.until is not None and _until_local(rule, zone) < _local(start, zone):
        raise ValueError("UNTIL is before the due date")
    endless = replace(rule, count=None, until=None)
    if _first_after(endless, _local(start, zone), zone, start, _SEARCH_EFFORT) is None:
        raise ValueError("has no occurrence after the due date (or none for many years)")


def first_occurrence(rule: Rule, day: date, zone: ZoneInfo) -> datetime | None:
    """The end of the first day from `day` on on which the rule occurs; None when there is none."""
    expansion = _expand(rule, datetime.combine(day, END_OF_DAY), zone, _SEARCH_EFFORT)
    return next((to_instant(local, zone) for local in expansion), None)


def next_occurrence(rule: Rule, start: datetime, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first occurrence after the instant `after` of the series that starts at the instant `start`.

    None when the series has ended by then. The start is the first of COUNT occurrences even where the rule alone
    would not give it.
    """
    local_start = _local(start, zone)
    if rule.count is not None and next(_expand(rule, local_start, zone, _SEARCH_EFFORT), None) != local_start:
        rule = replace(rule, count=rule.count - 1)
    return _first_after(rule, local_start, zone, after, _EXPANSION_EFFORT)


def next_after_completion(
    rule: Rule, due: datetime, zone: ZoneInfo, completed_at: datetime, occurrence: int
) -> datetime | None:
    """The occurrence that follows the completion of occurrence number `occurrence` (the first is 0), due at `due`.

    The rule starts anew on the local day of the completion, at the due time's time of day (an hourly one at the
    completion itself). A month or year after the end of a long month is the end of a shorter one.
    None when the series has ended.
    """
    if rule.count is not None and occurrence + 1 >= rule.count:
        return None
    completed = _local(completed_at, zone)
    start = completed.replace(microsecond=0)
    if rule.frequency != HOURLY:
        start = datetime.combine(completed.date(), _local(due, zone).time())
    if rule.is_bare and rule.frequency in (MONTHLY, YEARLY):
        months = rule.interval * (12 if rule.frequency == YEARLY else 1)
        upcoming = start + relativedelta(months=months)
        within = upcoming.year < END_YEAR and (rule.until is None or upcoming <= _until_local(rule, zone))
        return to_instant(upcoming, zone) if within else None
    after = max(completed_at, to_instant(start, zone))
    return _first_after(replace(rule, count=None), start, zone, after, _SEARCH_EFFORT)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _until_local(rule: Rule, zone: ZoneInfo) -> datetime:
    until = rule.until
    if not isinstance(until, datetime):
        return datetime.combine(until or date.max, END_OF_DAY)
    return until if until.tzinfo is None else _local(until, zone)


def _first_after(
    rule: Rule, start: datetime, zone: ZoneInfo, after: datetime, effort: dict[int, int]
) -> datetime | None:
    # Clocks are put back or forward by up to a day (Samoa, 2011): occurrences that early may still be later instants.
    earliest = _local(after, zone) - timedelta(hours=25)
    step = _FIXED_STEP.get(rule.frequency)
    if step and rule.count is None and earliest > start:
        start += (earliest - start) // (step * rule.interval) * (step * rule.interval)
    for local in _expand(rule, start, zone, effort):
        if local >= earliest and (instant := to_instant(local, zone)) > after:
            return instant
    return None


def _expand(rule: Rule, start: datetime, zone: ZoneInfo, effort: dict[int, int]) -> Iterator[datetime]:
    """The rule's local times from `start` on, as far as the effort reaches and years are accepted."""
    interval = _Interval(rule.interval)
    interval.effort = effort[rule.frequency]
    until = _until_local(rule, zone) if rule.until is not None else None
    try:
        # An hourly rule with a BYHOUR that its interval never meets is refused by rrule() itself.
        for local in rrule(rule.frequency, start, interval, count=rule.count, until=until, **rule.parts):
            if local.year >= END_YEAR:
                return
            yield local
    except (_TooMuchEffort, ValueError):
        return


_UNITS = {HOURLY: "hour", DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year"}
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def describe(text: str) -> str:
    """The rule in words, such as "every 2 weeks on Monday"; parts that have no short words are given as they are."""
    rule = parse(text)
    unit = _UNITS[rule.frequency]
    words = [f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"]
    plain = dict(rule.parts)
    days = plain.pop("byweekday", ())
    if days and not any(day.n for day in days):
        words.append("on " + ", ".join(_DAY_NAMES[day.weekday] for day in days))
        days = ()
    month_days = plain.get("bymonthday", ())
    if month_days == (-1,):
        words.append("on the last day")
    elif month_days and min(month_days) > 0:
        words.append("on day " + ", ".join(map(str, month_days)))
    if days or set(plain) - {"wkst", "bymonthday"} or (month_days and min(month_days) < 0 and month_days != (-1,)):
        return text
    if rule.count is not None:
        words.append(f"{rule.count} times")
    if rule.until is not None:
        words.append(f"until {rule.until:%Y-%m-%d}")
    return " ".join(words)
