"""Moments and repetitions in words, for replies."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.chat.interpreter.schedule import END_OF_DAY

_DAYS: Final = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS: Final = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES: Final = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "-1": "last",
    "-2": "second last",
}
_WORKDAYS: Final = ["MO", "TU", "WE", "TH", "FR"]


def describe_due(due_at: datetime, now: datetime, tz: ZoneInfo, *, has_time: bool | None = None) -> str:
    """When a task is due, seen from now: "today at 17:00", "tomorrow", "Fri 4 Dec at 15:00".

    Unless `has_time` says otherwise, a day's last second is a day without a time.
    """
    due, today = due_at.astimezone(tz), now.astimezone(tz).date()
    timed = due.time().replace(microsecond=0) != END_OF_DAY if has_time is None else has_time
    day = describe_day(due.date(), today)
    if not timed:
        return day
    return f"{day} at {due:%H:%M:%S}" if due.second else f"{day} at {due:%H:%M}"


def describe_day(day: date, today: date) -> str:
    """today, tomorrow, yesterday, "Fri 4 Dec", and the year where it is another one."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today) // timedelta(days=1))
    if near:
        return near
    text = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def describe_rrule(rrule: str, *, tz: ZoneInfo | None = None) -> str:
    """An RRULE in words: "every Monday and Thursday until 31 Dec 2026".

    UNTIL is an instant, so its day depends on the zone, UTC if none is given. A rule with parts that the interpreter
    never writes is described by its interval alone.
    """
    parts = dict(part.split("=", 1) for part in rrule.removeprefix("RRULE:").split(";") if "=" in part)
    return interval_in_words(parts) + days_in_words(parts) + end_in_words(parts, tz)


def interval_in_words(parts: dict[str, str]) -> str:
    """ "every 2 weeks"; the days themselves where the interval is one week."""
    unit, interval = _UNITS.get(parts.get("FREQ", ""), "time"), int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "").split(",")
    if unit == "week" and interval == 1 and days != [""]:
        if days == _WORKDAYS:
            return "every weekday"
        return "every weekend" if days == ["SA", "SU"] else f"every {listed([_DAYS.get(day, day) for day in days])}"
    return f"every {unit}" if interval == 1 else f"every {interval} {unit}s"


def days_in_words(parts: dict[str, str]) -> str:
    """ "on the last Friday", "on the 15th", "on 24 Dec"; empty where the interval has said it."""
    frequency, days = parts.get("FREQ"), parts.get("BYDAY", "").split(",")
    month_days, place = parts.get("BYMONTHDAY", "").split(","), parts.get("BYSETPOS")
    if frequency == "WEEKLY":
        is_said = days == [""] or parts.get("INTERVAL", "1") == "1"
        return "" if is_said else f" on {listed([_DAYS.get(day, day) for day in days])}"
    if month_days != [""]:
        return month_days_in_words(month_days, place, parts.get("BYMONTH"))
    if place and days == _WORKDAYS:
        return f" on the {_PLACES.get(place, place)} weekday"
    return f" on the {listed([place_in_words(day) for day in days])}" if days != [""] else ""


def month_days_in_words(days: list[str], place: str | None, month: str | None) -> str:
    """ "on the 15th", or "on 24 Dec"; several days of which the last counts stand for one that short months lack."""
    day = max(int(number) for number in days)
    if month:
        return f" on {day} {_MONTHS[int(month) - 1]}"
    if day < 0:
        return " on the last day"
    if place == "-1":
        return f" on the {ordinal(day)} (or the month's last day)"
    return f" on the {listed([ordinal(int(number)) for number in days])}"


def place_in_words(day: str) -> str:
    """ "last Friday" for -1FR."""
    place, name = day[:-2], _DAYS.get(day[-2:], day[-2:])
    return f"{_PLACES.get(place, place)} {name}" if place else name


def end_in_words(parts: dict[str, str], tz: ZoneInfo | None) -> str:
    """ "until 31 Dec 2026", "10 times", or nothing."""
    if count := parts.get("COUNT"):
        return ", once" if count == "1" else f", {count} times"
    if not (until := parts.get("UNTIL")):
        return ""
    if until.endswith("Z"):
        last = datetime.strptime(until, "%Y%m%dT%H%M%S%z").astimezone(tz).date() if tz else parse_day(until)
    else:
        last = parse_day(until)
    return f" until {last.day} {_MONTHS[last.month - 1]} {last.year}"


def parse_day(text: str) -> date:
    """The date in front of an RFC 5545 date or time."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def ordinal(number: int) -> str:
    """1st, 22nd, 13th."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def listed(words: list[str]) -> str:
    """ "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
