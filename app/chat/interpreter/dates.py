"""Days: "tomorrow", "next Friday", "24 Dec", "end of month", "in 2 weeks"."""

from datetime import date, timedelta
from typing import Final

from app.chat.interpreter.commands import Offset
from app.chat.interpreter.durations import DURATIONS
from app.chat.interpreter.grammar import Complaint, Grammar, Strength
from app.chat.interpreter.moments import Present, add, add_months, days_in_month, month_end, shift, week_start
from app.chat.interpreter.tokens import Kind
from app.chat.interpreter.vocabulary import VOCABULARY, kind
from app.chat.interpreter.when import When

MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY: Final = 5
SUNDAY: Final = 6
LAST_YEAR: Final = 9000  # room for the arithmetic that follows

CALENDAR: Final[Grammar[date]] = Grammar({**VOCABULARY, "numeric": kind(Kind.DATE)})
FEASTS: Final[Grammar[date]] = Grammar({})
DAYS: Final[Grammar[When]] = Grammar(
    {**VOCABULARY, "date": CALENDAR.slot, "feast": FEASTS.slot, "duration": DURATIONS.slot}
)


# Feasts


@FEASTS.rule("christmas [day]", "weihnachten")
def christmas(present: Present) -> date:
    return calendar_day(present, 25, 12, None)


@FEASTS.rule("christmas eve", "heiligabend")
def christmas_eve(present: Present) -> date:
    return calendar_day(present, 24, 12, None)


@FEASTS.rule("new year's eve", "silvester")
def new_years_eve(present: Present) -> date:
    return calendar_day(present, 31, 12, None)


@FEASTS.rule("new year's day", "new year", "neujahr")
def new_years_day(present: Present) -> date:
    return calendar_day(present, 1, 1, None)


@DAYS.rule("<feast>", strength=Strength.ADJACENT)
def feast(_: Present, day: date) -> When:
    """Too weak to be read without a preposition: "buy Christmas presents" names no day."""
    return When(day=day)


@DAYS.rule("<duration> before <feast>", "<duration> before <date>")
def before_date(_: Present, distance: Offset, day: date) -> When | None:
    return counted_from(day, -distance)


@DAYS.rule("<duration> after <feast>", "<duration> after <date>")
def after_date(_: Present, distance: Offset, day: date) -> When | None:
    return counted_from(day, distance)


# Dates of the calendar


@CALENDAR.rule("<day_number> [of] <month> [,] [<year>]", "the <day_number> [of] <month> [,] [<year>]")
@CALENDAR.rule("<day_number> . <month> [<year>]")
def day_month(present: Present, day: int, month: int, year: int | None = None) -> date:
    return calendar_day(present, day, month, year)


@CALENDAR.rule("<month> [the] <day_number> [,] [<year>]")
def month_day(present: Present, month: int, day: int, year: int | None = None) -> date:
    return calendar_day(present, day, month, year)


@CALENDAR.rule("the <nth> of <month>", "first of <month>")
def nth_of_month(present: Present, *values: int) -> date | None:
    day, month = values if len(values) == 2 else (1, values[0])
    return month_end(calendar_day(present, 1, month, None)) if day < 0 else calendar_day(present, day, month, None)


@CALENDAR.rule("<numeric> [t]")
def numeric(present: Present, text: str) -> date:
    """ISO 2026-12-24, German 24.12., and 12/24, which is month/day unless only day/month is possible."""
    if "-" in text:
        of_year, month, day = (int(part) for part in text.split("-"))
        return calendar_day(present, day, month, of_year)
    first, second, *rest = (int(part) for part in text.replace("/", ".").strip(".").split("."))
    day, month = (first, second) if "." in text or first > 12 else (second, first)
    return calendar_day(present, day, month, rest[0] + (2000 if rest[0] < 100 else 0) if rest else None)


def calendar_day(present: Present, day: int, month: int, year: int | None) -> date:
    """That date, without a year its next one from today; raises Complaint for 30 February."""
    if not 1 <= month <= 12:
        raise Complaint("bad_date", f"There is no month {month}.")
    # 29 February counts as possible when the year is open; 2000 was a leap year.
    if not 1 <= day <= days_in_month(year or 2000, month) or (year is not None and not 1 <= year <= LAST_YEAR):
        raise Complaint("bad_date", f"{MONTH_NAMES[month - 1]}{f' {year}' if year else ''} has no day {day}.")
    if year is not None:
        return date(year, month, day)
    years = range(present.today.year, present.today.year + 9)
    return next(found for found in possible_days(day, month, years) if found >= present.today)


def possible_days(day: int, month: int, years: range) -> list[date]:
    """That day in each of the years that have it."""
    return [date(year, month, day) for year in years if day <= days_in_month(year, month)]


@DAYS.rule("<date>", strength=Strength.EDGE)
def calendar_date(_: Present, day: date) -> When:
    return When(day=day)


@DAYS.rule("from <date> (to|until|till|-) <date>", "<date> - <date>")
def first_of_range(_: Present, start: date, _end: date) -> When:
    """A span of days starts the task."""
    return When(day=start)


@DAYS.rule("<weekday> [,] [the] <date>")
def weekday_and_date(_: Present, weekday: int, day: date) -> When:
    if day.weekday() != weekday:
        raise Complaint(
            "bad_date", f"{date_in_words(day)} is a {DAY_NAMES[day.weekday()]}, not a {DAY_NAMES[weekday]}."
        )
    return When(day=day)


def date_in_words(day: date) -> str:
    """2 December 2026."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


@DAYS.rule("the <ordinal>", "[the] <ordinal> of (the|this) month", strength=Strength.EDGE)
@DAYS.rule("<ordinal>", strength=Strength.ADJACENT)
def day_of_some_month(present: Present, day: int) -> When:
    """The next such day from today, in a month that has it."""
    if not 1 <= day <= 31:
        raise Complaint("bad_date", f"No month has a day {day}.")
    months = (add_months(present.today.replace(day=1), step) for step in range(4))
    days = (month.replace(day=day) for month in months if day <= days_in_month(month.year, month.month))
    return When(day=next(found for found in days if found >= present.today))


@DAYS.rule("[the] <ordinal> of next month")
def day_of_next_month(present: Present, day: int) -> When:
    month = add_months(present.today.replace(day=1), 1)
    return When(day=calendar_day(present, day, month.month, month.year))


# Days near today


@DAYS.rule("today", "heute", "later today", "[the] end of [the|this] day", "(eod|cob)")
@DAYS.rule("[the] close of business")
def today(present: Present) -> When:
    return When(day=present.today)


@DAYS.rule("tomorrow", "tmrw", "tmr", "tomorow", "tommorow", "tommorrow", "morgen")
def tomorrow(present: Present) -> When:
    return When(day=present.today + timedelta(days=1))


@DAYS.rule("[the] day after tomorrow", "übermorgen")
def day_after_tomorrow(present: Present) -> When:
    return When(day=present.today + timedelta(days=2))


@DAYS.rule("[the] day before yesterday")
def day_before_yesterday(present: Present) -> When:
    return When(day=present.today - timedelta(days=2))


@DAYS.rule("yesterday", "gestern")
def yesterday(present: Present) -> When:
    return When(day=present.today - timedelta(days=1))


@DAYS.rule("in <duration> [time]", "in <duration> ' time", "within <duration>", "within the next <duration>")
@DAYS.rule("<duration> from now", "<duration> from today")
def in_some_time(present: Present, distance: Offset) -> When:
    """Days and longer give a day, anything finer an instant."""
    if distance.has_time:
        return When(instant=shift(present.now, distance, present.zone))
    return When(day=add(present.today, distance))


@DAYS.rule("<duration> (from|after) tomorrow")
def after_tomorrow(present: Present, distance: Offset) -> When | None:
    return counted_from(present.today + timedelta(days=1), distance)


@DAYS.rule("<duration> from <weekday>")
def after_weekday(present: Present, distance: Offset, weekday: int) -> When | None:
    return counted_from(next_weekday(present.today, weekday), distance)


def counted_from(day: date, distance: Offset) -> When | None:
    """The day an offset of whole days after another."""
    return None if distance.has_time else When(day=add(day, distance))


# Weekdays and weeks


@DAYS.rule("<sure_weekday>", strength=Strength.EDGE)
@DAYS.rule("<weekday>", strength=Strength.ADJACENT)
@DAYS.rule("coming <weekday>", "<weekday> this week", "the coming <weekday>")
def weekday_alone(present: Present, weekday: int) -> When:
    return When(day=next_weekday(present.today, weekday))


def next_weekday(today: date, weekday: int) -> date:
    """The next such day after today: "Monday" said on a Monday is a week away."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


@DAYS.rule("this <weekday>", "this coming <weekday>")
def this_weekday(present: Present, weekday: int) -> When:
    """As a bare weekday, except that today counts."""
    return When(day=present.today + timedelta(days=(weekday - present.today.weekday()) % 7))


@DAYS.rule("next <weekday>", "<weekday> next week", "next week [on] <weekday>", "nächsten <weekday>")
def weekday_of_next_week(present: Present, weekday: int) -> When:
    """The day in the next ISO week, so never less than the coming Monday away."""
    return When(day=week_start(present.today) + timedelta(days=7 + weekday))


@DAYS.rule("(this|the) weekend", "this coming weekend")
def this_weekend(present: Present) -> When:
    return When(day=present.today if present.today.weekday() == SUNDAY else week_day(present, SATURDAY))


@DAYS.rule("next weekend")
def next_weekend(present: Present) -> When:
    return When(day=week_day(present, SATURDAY) + timedelta(days=7))


@DAYS.rule("this week", strength=Strength.EDGE)
@DAYS.rule("[the] end of (the|this) week", "week's end")
def end_of_week(present: Present) -> When:
    return When(day=week_day(present, SUNDAY))


@DAYS.rule("next week", "nächste woche", "[the] (start|beginning) of next week")
def next_week(present: Present) -> When:
    return When(day=week_day(present, 7))


@DAYS.rule("[the] end of next week")
def end_of_next_week(present: Present) -> When:
    return When(day=week_day(present, 7 + SUNDAY))


def week_day(present: Present, days: int) -> date:
    """The day that many days after this week's Monday."""
    return week_start(present.today) + timedelta(days=days)


# Months and years


@DAYS.rule("[the] end of [the|this] month", "the last day of [the|this] month", "month end", "eom")
@DAYS.rule("this month", strength=Strength.EDGE)
def end_of_month(present: Present) -> When:
    return When(day=month_end(present.today))


@DAYS.rule("[the] end of next month", "the last day of next month")
def end_of_next_month(present: Present) -> When:
    return When(day=month_end(add_months(present.today.replace(day=1), 1)))


@DAYS.rule("next month", "nächsten monat", "[the] (start|beginning) of next month", "[the] first of next month")
def next_month(present: Present) -> When:
    return When(day=add_months(present.today.replace(day=1), 1))


@DAYS.rule("in <month> [<year>]", "next <month>")
@DAYS.rule("<month> [<year>]", strength=Strength.ADJACENT)
def some_month(present: Present, month: int, year: int | None = None) -> When:
    """A month begins with its first day, the running one with today."""
    if year is None and month == present.today.month:
        return When(day=present.today)
    return When(day=calendar_day(present, 1, month, year))


@DAYS.rule("[the] end of <month> [<year>]", "the last day of <month> [<year>]")
def end_of_named_month(present: Present, month: int, year: int | None = None) -> When:
    first = calendar_day(present, 1, month, year)
    this_year = first.replace(year=present.today.year)
    return When(day=month_end(this_year if year is None and month_end(this_year) >= present.today else first))


@DAYS.rule("[the] end of [the|this] year", "this year", strength=Strength.EDGE)
def end_of_year(present: Present) -> When:
    return When(day=date(present.today.year, 12, 31))


@DAYS.rule("next year", "nächstes jahr")
def next_year(present: Present) -> When:
    return When(day=date(present.today.year + 1, 1, 1))


@DAYS.rule("[the] <nth> <weekday> (of|in) (the|this) month")
def nth_weekday_of_this_month(present: Present, place: int, weekday: int) -> When:
    """Already past, it is the one of the next month."""
    first = present.today.replace(day=1)
    found = nth_weekday(first, place, weekday)
    return When(day=found if found >= present.today else nth_weekday(add_months(first, 1), place, weekday))


@DAYS.rule("[the] <nth> <weekday> (of|in) next month")
def nth_weekday_of_next_month(present: Present, place: int, weekday: int) -> When:
    return When(day=nth_weekday(add_months(present.today.replace(day=1), 1), place, weekday))


@DAYS.rule("[the] <nth> <weekday> (of|in) <month> [<year>]")
def nth_weekday_of_named_month(present: Present, place: int, weekday: int, month: int, year: int | None = None) -> When:
    first = calendar_day(present, 1, month, year or present.today.year)
    found = nth_weekday(first, place, weekday)
    return When(day=found if year or found >= present.today else nth_weekday(add_months(first, 12), place, weekday))


def nth_weekday(first: date, place: int, weekday: int) -> date:
    """The first, second, ... or last (-1) such weekday of the month that begins with `first`."""
    if place < 0:
        last = month_end(first)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))
    if found.month != first.month:
        raise Complaint("bad_date", f"{MONTH_NAMES[first.month - 1]} has no {DAY_NAMES[weekday]} number {place}.")
    return found
