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
_UNITS: Final = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_PLACES: Final = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "-1": "last",
    "-2": "second last",
}
_WORKDAYS: Final = ("MO", "TU", "WE", "TH", "FR")
_DESCRIBED: Final = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "COUNT", "UNTIL", "WKST"}


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
    """A valid RRULE in words: "every Monday and Thursday until 31 Dec 2026".

    UNTIL is an instant, so its day depends on the zone, UTC if none is given. What the interpreter never writes, such
    as BYHOUR, is left to "by a custom rule".
    """
    parts = dict(part.split("=", 1) for part in rrule.upper().removeprefix("RRULE:").split(";") if "=" in part)
    rule = interval_in_words(parts) + days_in_words(parts)
    custom = "" if parts.keys() <= _DESCRIBED else ", by a custom rule"
    return rule + custom + end_in_words(parts, tz)


def interval_in_words(parts: dict[str, str]) -> str:
    """ "every 2 weeks"; the days themselves where the interval is one week."""
    unit, interval = _UNITS.get(parts.get("FREQ", ""), "time"), int(parts.get("INTERVAL", "1"))
    if names_days_only(parts):
        return f"every {weekdays_in_words(parts['BYDAY'])}"
    return f"every {unit}" if interval == 1 else f"every {interval} {unit}s"


def names_days_only(parts: dict[str, str]) -> bool:
    """Whether the rule is every week on some days, which needs no "on"."""
    return parts.get("FREQ") == "WEEKLY" and parts.get("INTERVAL", "1") == "1" and "BYDAY" in parts


def days_in_words(parts: dict[str, str]) -> str:
    """ "on the last Friday", "on the 15th", "on 24 Dec"; empty where the interval has said it."""
    months, place = parts.get("BYMONTH"), parts.get("BYSETPOS")
    if "BYMONTHDAY" in parts:
        return month_days_in_words([int(day) for day in parts["BYMONTHDAY"].split(",")], place, months)
    in_months = f" in {listed([_MONTHS[int(month) - 1] for month in months.split(',')])}" if months else ""
    if "BYDAY" not in parts or names_days_only(parts):
        return in_months
    if place:
        return f" on the {place_in_words(place)} {weekdays_in_words(parts['BYDAY'])}{in_months}"
    has_places = any(len(day) > 2 for day in parts["BYDAY"].split(","))
    return f" on {'the ' if has_places else ''}{weekdays_in_words(parts['BYDAY'])}{in_months}"


def month_days_in_words(days: list[int], place: str | None, months: str | None) -> str:
    """ "on the 15th", or "on 24 Dec"; the last of the 28th and on stands for a day that short months lack."""
    is_clamped = place == "-1" and days == list(range(28, days[-1] + 1))
    if is_clamped:
        days = days[-1:]
    if months and len(days) == 1 and days[0] > 0:
        return f" on {listed([f'{days[0]} {_MONTHS[int(month) - 1]}' for month in months.split(',')])}"
    names = [ordinal(day) if day > 0 else f"{place_in_words(str(day))} day" for day in days]
    in_months = f" in {listed([_MONTHS[int(month) - 1] for month in months.split(',')])}" if months else ""
    return f" on the {listed(names)}{' (or the last day)' if is_clamped else ''}{in_months}"


def weekdays_in_words(text: str) -> str:
    """ "Monday and Thursday", "weekday", "last Friday" for MO,TH and MO,TU,WE,TH,FR and -1FR."""
    days = text.split(",")
    if sorted(days) == sorted(_WORKDAYS):
        return "weekday"
    if sorted(days) == ["SA", "SU"]:
        return "weekend day"
    return listed([f"{place_in_words(day[:-2])} {_DAYS[day[-2:]]}".strip() for day in days])


def place_in_words(place: str) -> str:
    """ "last" for -1, "second" for 2."""
    return _PLACES.get(place.lstrip("+"), place)


def end_in_words(parts: dict[str, str], tz: ZoneInfo | None) -> str:
    """ "until 31 Dec 2026", "10 times", or nothing."""
    if count := parts.get("COUNT"):
        return ", once" if count == "1" else f", {count} times"
    until = parts.get("UNTIL")
    if until is None:
        return ""
    last = date(int(until[:4]), int(until[4:6]), int(until[6:8]))
    if tz is not None and until.endswith("Z"):
        last = datetime.strptime(until, "%Y%m%dT%H%M%S%z").astimezone(tz).date()
    return f" until {last.day} {_MONTHS[last.month - 1]} {last.year}"


def ordinal(number: int) -> str:
    """1st, 22nd, 13th."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def listed(words: list[str]) -> str:
    """ "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
