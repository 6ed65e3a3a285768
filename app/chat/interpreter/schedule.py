"""From parts of moments to due dates, reminders and first occurrences: where the unsaid is decided."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.chat.interpreter.commands import Lead
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.moments import Present, add, add_months, elapse, shift
from app.chat.interpreter.repeat import Repeat, RepeatEnd
from app.chat.interpreter.times import choose_half
from app.chat.interpreter.when import Part, TimeOfDay, When

END_OF_DAY: Final = time(23, 59, 59)
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Due:
    """A moment as tasks store it, without a time the day's last second; `has_date` False: only a time was said."""

    at: datetime
    has_time: bool
    has_date: bool = True


def settle(when: When, present: Present) -> Due | None:
    """The moment meant: a bare time is its next one, a bare day has no time; None where nothing was said."""
    if when.instant is not None:
        return Due(when.instant, has_time=True)
    clock = clock_of(when, present)
    if clock is None:
        return None if when.day is None else Due(present.at(when.day, END_OF_DAY), has_time=False)
    if when.day is not None:
        return Due(what_is_left(when, at_clock(when.day, clock, present), present), has_time=True)
    moment = at_clock(present.today, clock, present)
    if moment <= present.now:
        moment = at_clock(present.today + timedelta(days=1), clock, present)
    return Due(moment, has_time=True, has_date=False)


def clock_of(when: When, present: Present, *, repeating: bool = False) -> TimeOfDay | None:
    """The time said, or the one its part of the day stands for."""
    if when.time is None and when.part is not None:
        return TimeOfDay(when.part.value.hour)
    return choose_half(when, present, repeating=repeating)


def at_clock(day: date, clock: TimeOfDay, present: Present) -> datetime:
    """That time on that day."""
    return present.at(day + timedelta(days=clock.next_day), time(clock.hour, clock.minute, clock.second))


def what_is_left(when: When, moment: datetime, present: Present) -> datetime:
    """The moment, or "tonight" said late in the evening: an hour from now."""
    if when.part is None or when.time is not None or when.day != present.today or moment > present.now:
        return moment
    if when.part in (Part.MORNING, Part.AFTERNOON):
        raise Complaint("in_the_past", f"This {when.part.name.lower()} is already over.")
    return soon_today(present)


def soon_today(present: Present) -> datetime:
    """An hour from now, but still today as long as today has a minute left."""
    return min(
        full_minute(elapse(present.now, HOUR)), max(present.at(present.today, time(23, 59)), elapse(present.now, 60))
    )


def full_minute(moment: datetime) -> datetime:
    """The moment, or the next full minute after it."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else elapse(floor, 60)


def reminder(due: Due, present: Present) -> datetime:
    """When to ring for a due moment: a day without a time rings at the default time."""
    if due.has_time:
        return upcoming(due.at, present)
    moment = present.at(due.at.date(), present.default_time)
    if due.at.date() == present.today and moment <= present.now:
        return soon_today(present)
    return upcoming(moment, present)


def reminder_before(lead: Lead, due: Due, present: Present) -> datetime:
    """When to ring ahead of a due moment."""
    return upcoming(lead_moment(lead, due.at, due.has_time, present), present)


def lead_moment(lead: Lead, due_at: datetime, has_time: bool, present: Present) -> datetime:
    """The moment a lead before a due one; a day without a time counts from the default time."""
    due = due_at.astimezone(present.zone)
    base = due if has_time else present.at(due.date(), present.default_time)
    moment = shift(base, -lead.offset, present.zone)
    return moment if lead.at is None else present.at(moment.date(), lead.at)


def upcoming(moment: datetime, present: Present) -> datetime:
    """The moment; raises Complaint when it is past, for nobody can be reminded then."""
    if moment <= present.now:
        raise Complaint("in_the_past", f"{moment:%Y-%m-%d %H:%M} has already passed, so I can't remind you then.")
    return moment


def first_occurrence(repeat: Repeat, when: When, present: Present) -> tuple[Repeat, Due]:
    """When a repetition starts from what was said beside it, and the repetition fitted to that day."""
    if repeat.frequency == "HOURLY":
        start = settle(when, present) or Due(full_minute(elapse(present.now, repeat.interval * HOUR)), has_time=True)
        return repeat, start
    if when.instant is not None:
        return repeat, Due(when.instant, has_time=True)
    clock = clock_of(replace(when, part=when.part or repeat.part), present, repeating=True)
    day = max(when.day or present.today, present.today)
    fitted = repeat.anchored(day)
    found = occurrence_from(fitted, day, clock, present)
    if found.at <= present.now:
        found = occurrence_from(fitted, one_later(fitted, day), clock, present)
    return fitted, found


def occurrence_from(repeat: Repeat, day: date, clock: TimeOfDay | None, present: Present) -> Due:
    """The first occurrence on or after a day."""
    if not repeat.follows_its_start:
        day = repeat.first_from(datetime.combine(day, time.min)).date()
    if clock is None:
        return Due(present.at(day, END_OF_DAY), has_time=False)
    return Due(at_clock(day, clock, present), has_time=True)


def one_later(repeat: Repeat, day: date) -> date:
    """Where to look next when the time of today's occurrence is past; a long interval still starts soon."""
    if repeat.follows_its_start and repeat.frequency != "DAILY":
        months = {"WEEKLY": 0, "MONTHLY": 1, "YEARLY": 12}[repeat.frequency]
        return add_months(day, months) if months else day + timedelta(weeks=1)
    return day + timedelta(days=1)


def ending(repeat: Repeat, due: Due, until: date | None, end: RepeatEnd | None, present: Present) -> str:
    """The whole RRULE; UNTIL is the last local second of the last day, in UTC as RFC 5545 wants it."""
    if end is not None and end.count is not None:
        return f"{repeat.rule};COUNT={end.count}"
    if end is not None and end.length is not None:
        until = add(due.at.date(), end.length) - timedelta(days=1)
    if until is None:
        return repeat.rule
    last = present.at(until, END_OF_DAY)
    if last < due.at:
        raise Complaint("bad_date", "The repetition would end before it begins.")
    return f"{repeat.rule};UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
