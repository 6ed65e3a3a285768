"""A repetition's parts as an RFC 5545 RRULE without DTSTART; `schedule` adds when it starts and ends."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from dateutil.rrule import rrulestr

from app.chat.interpreter.commands import Offset, RecurrenceMode
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.when import Part

DAY_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = {
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
}
MAX_INTERVAL: Final = 1000


@dataclass(frozen=True, slots=True)
class Repeat:
    """The parts of an RRULE that say when it repeats; `part` is a time of day said with it, as in "every morning"."""

    frequency: str
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[str, ...] = ()
    place: int | None = None
    mode: RecurrenceMode = "due"
    part: Part | None = None

    @property
    def rule(self) -> str:
        """The RRULE without COUNT and UNTIL."""
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval != 1 else []
        parts += [f"BYMONTH={joined(self.months)}"] if self.months else []
        parts += [f"BYMONTHDAY={joined(self.month_days)}"] if self.month_days else []
        parts += [f"BYDAY={','.join(self.weekdays)}"] if self.weekdays else []
        parts += [f"BYSETPOS={self.place}"] if self.place is not None else []
        return ";".join(parts)

    @property
    def follows_its_start(self) -> bool:
        """Whether the day it starts decides the days it falls on, as in "every 2 weeks"."""
        return not (self.months or self.month_days or self.weekdays)

    def first_from(self, start: datetime) -> datetime:
        """The first local (naive) occurrence at or after a start, however long the interval that follows it."""
        found: datetime | None = rrulestr(replace(self, interval=1).rule, dtstart=start).after(start, inc=True)
        if found is None:
            raise Complaint("bad_date", "That never happens.")
        return found

    def anchored(self, start: date) -> "Repeat":
        """A monthly or yearly repetition that starts on a day some months lack falls on their last day instead."""
        if not self.follows_its_start or self.mode == "completion":
            return self  # a month after completion is a distance, not a day of the month
        if self.frequency == "MONTHLY" and start.day > 28:
            days, place = clamped(start.day)
            return replace(self, month_days=days, place=place)
        if self.frequency == "YEARLY" and (start.month, start.day) == (2, 29):
            return replace(self, months=(2,), month_days=(28, 29), place=-1)
        return self


@dataclass(frozen=True, slots=True)
class RepeatEnd:
    """How often, or for how long a repetition goes on."""

    count: int | None = None
    length: Offset | None = None


@dataclass(frozen=True, slots=True)
class FromCompletion:
    """The next occurrence is counted from the completion of the last."""


Meaning = Repeat | RepeatEnd | FromCompletion


def joined(numbers: tuple[int, ...]) -> str:
    """The numbers with commas between."""
    return ",".join(str(number) for number in numbers)


def clamped(day: int) -> tuple[tuple[int, ...], int | None]:
    """BYMONTHDAY and BYSETPOS for a day of the month, or the last one where the month is shorter."""
    return (tuple(range(28, day + 1)), -1) if day > 28 else ((day,), None)


def plain(unit: str, interval: int, mode: RecurrenceMode) -> Repeat:
    """Every so many units; raises Complaint below an hour."""
    if unit not in FREQUENCIES:
        raise Complaint("too_often", "I can repeat a task at most once an hour.")
    frequency, factor = FREQUENCIES[unit]
    if not 1 <= interval * factor <= MAX_INTERVAL:
        raise Complaint("bad_date", f"I can't repeat a task every {interval} {unit}s.")
    return Repeat(frequency, interval * factor, mode=mode)
