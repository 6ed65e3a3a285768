"""Moments as people give them (an instant, a local time or a local day) and the instants that are stored."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema

FIRST_YEAR, END_YEAR = 1900, 9000
"""Years that a moment may have, the last one excluded; time zones and recurrences cannot leave PostgreSQL's range."""

END_OF_DAY = time(23, 59, 59)
"""The time of what is due on a day without a time."""

_DAY = r"\d{4}-\d{2}-\d{2}"
_MOMENT = re.compile(rf"{_DAY}[Tt ]\d{{2}}:\d{{2}}(:\d{{2}}([.,]\d{{1,9}})?)?([Zz]|[+-]\d{{2}}:?\d{{2}})?", re.ASCII)


def _parse(value: str) -> date:
    try:
        if re.fullmatch(_DAY, value, re.ASCII):
            return date.fromisoformat(value)
        if _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise ValueError(f"is not a date of the calendar: {error}") from None
    raise ValueError("must be ISO 8601: an instant 2026-12-24T18:00:00+01:00, a local time without offset, or a day")


def _moment(value: Any) -> date:
    moment = _parse(value) if isinstance(value, str) else value
    if not isinstance(moment, date):
        raise ValueError("must be a string in ISO 8601")
    if not FIRST_YEAR <= moment.year < END_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {END_YEAR - 1}")
    return moment


def _instant_or_local_time(value: Any) -> date:
    moment = _moment(value)
    if not isinstance(moment, datetime):
        raise ValueError("needs a time")
    return moment


Moment = Annotated[
    datetime | date,
    PlainValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "description": "ISO 8601: an instant with an offset, a local time in the user's time zone, or a day.",
            "examples": ["2026-12-24T18:00:00+01:00", "2026-12-24T18:00", "2026-12-24"],
        }
    ),
]
"""An aware datetime, a naive one (the user's local time) or a plain date."""

TimedMoment = Annotated[
    datetime,
    PlainValidator(_instant_or_local_time),
    WithJsonSchema(
        {
            "type": "string",
            "description": "ISO 8601: an instant with an offset, or a local time in the user's time zone.",
            "examples": ["2026-12-24T17:50:00+01:00", "2026-12-24T17:50"],
        }
    ),
]
"""A `Moment` that has a time."""


def to_instant(moment: date, zone: ZoneInfo) -> datetime:
    """The instant in UTC of a moment given in `zone`; a day counts as its last second.

    A local time that a change of the clocks skips is moved on by the length of the gap, one that comes twice is
    taken at its first coming, as RFC 5545 section 3.3.5 has it.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, END_OF_DAY)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=0)
    return moment.astimezone(UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def to_start(moment: date, zone: ZoneInfo) -> datetime:
    """Like `to_instant`, but a day counts as its first instant."""
    return to_instant(moment, zone) if isinstance(moment, datetime) else start_of_day(moment, zone)


def local_days(today: date, offset: int, count: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants between which `count` local days lie, the first one `offset` days from today; the end excluded."""
    first = today + timedelta(days=offset)
    return start_of_day(first, zone), start_of_day(first + timedelta(days=count), zone)
