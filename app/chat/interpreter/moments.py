"""The present, and arithmetic between local calendars and instants."""

import calendar
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.chat.interpreter.commands import Offset


@dataclass(frozen=True, slots=True)
class Present:
    """Where and when the message was written; `now` is aware and in `zone`."""

    now: datetime
    zone: ZoneInfo
    default_time: time = time(9)

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.date()

    def at(self, day: date, clock: time = time.min) -> datetime:
        """The instant at which local clocks show this time on this day."""
        return local(datetime.combine(day, clock), self.zone)


def local(naive: datetime, zone: ZoneInfo) -> datetime:
    """A wall clock time as an instant (PEP 495, fold=0).

    In a gap the time moves forward by the gap's length, in a fold it is the first of the two.
    """
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def elapse(moment: datetime, seconds: int) -> datetime:
    """The moment that many seconds of real time later, in the same zone."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it is shorter; raises OverflowError."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"year {year} is out of range")
    return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def add(day: date, offset: Offset) -> date:
    """The date an offset away, its seconds left out."""
    return add_months(day, offset.months) + timedelta(days=offset.days)


def shift(moment: datetime, offset: Offset, zone: ZoneInfo) -> datetime:
    """The moment an offset away: the calendar parts keep the local time of day, then the seconds elapse."""
    here = moment.astimezone(zone)
    if offset.months or offset.days:
        here = local(datetime.combine(add(here.date(), offset), here.time()), zone)
    return elapse(here, offset.seconds)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return calendar.monthrange(year, month)[1]


def month_end(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=days_in_month(day.year, day.month))


def week_start(day: date) -> date:
    """The Monday of that day's ISO week."""
    return day - timedelta(days=day.weekday())
