"""Repetition in words: "every Monday and Thursday", "on the last day of every month", "every! 3 days"."""

from dataclasses import replace
from datetime import date
from typing import Final

from app.chat.interpreter.commands import Offset, RecurrenceMode
from app.chat.interpreter.dates import CALENDAR
from app.chat.interpreter.durations import DURATIONS
from app.chat.interpreter.grammar import Complaint, Grammar, Read, Strength
from app.chat.interpreter.moments import Present
from app.chat.interpreter.repeat import (
    DAY_CODES,
    FREQUENCIES,
    FromCompletion,
    Meaning,
    Repeat,
    RepeatEnd,
    clamped,
    plain,
)
from app.chat.interpreter.times import part_of_day
from app.chat.interpreter.tokens import Kind, Tokens, norm_at
from app.chat.interpreter.vocabulary import VOCABULARY
from app.chat.interpreter.when import Part

WORKDAYS: Final = DAY_CODES[:5]
WEEKEND: Final = DAY_CODES[5:]
ADVERBS: Final = {
    "hourly": ("hour", 1), "daily": ("day", 1), "weekly": ("week", 1), "monthly": ("month", 1), "yearly": ("year", 1),
    "annually": ("year", 1), "quarterly": ("month", 3), "fortnightly": ("week", 2), "biweekly": ("week", 2),
    "bi-weekly": ("week", 2), "bimonthly": ("month", 2), "everyday": ("day", 1),
    "täglich": ("day", 1), "wöchentlich": ("week", 1), "monatlich": ("month", 1), "jährlich": ("year", 1),
}  # fmt: skip
MAX_COUNT: Final = 1000


# Slots


def every(tokens: Tokens, index: int, _: Present) -> Read | None:
    """every or each; with a glued exclamation mark it counts from completion."""
    if norm_at(tokens, index) not in ("every", "each", "jeden", "jede", "jedes"):
        return None
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following and following.kind is Kind.BANG and following.norm == "!" and following.glued:
        return Read("completion", index + 2)
    return Read("due", index + 1)


def adverb(tokens: Tokens, index: int, _: Present) -> Read | None:
    """daily, weekly, fortnightly and their like as (unit, interval)."""
    found = ADVERBS.get(norm_at(tokens, index))
    return Read(found, index + 1) if found else None


REPEATS: Final[Grammar[Meaning]] = Grammar(
    {
        **VOCABULARY,
        "every": every,
        "adverb": adverb,
        "date": CALENDAR.slot,
        "duration": DURATIONS.slot,
        "part": part_of_day,
    }
)


# Plain intervals


@REPEATS.rule("<every> [single] <unit>")
def every_unit(_: Present, mode: RecurrenceMode, unit: str) -> Repeat | None:
    return plain(unit, 1, mode) if unit in FREQUENCIES else None


@REPEATS.rule("<every> [single] <unit>", strength=Strength.EDGE)
def every_moment(_: Present, mode: RecurrenceMode, unit: str) -> Repeat:
    """Too often, unless it is a figure of speech in the middle of a title: "make every second count"."""
    return plain(unit, 1, mode)


@REPEATS.rule("<every> <number> <unit>")
def every_few_units(_: Present, mode: RecurrenceMode, interval: int, unit: str) -> Repeat:
    return plain(unit, interval, mode)


@REPEATS.rule("<every> (other|zweite|zweiten) <unit>")
def every_other_unit(_: Present, mode: RecurrenceMode, unit: str) -> Repeat:
    return plain(unit, 2, mode)


@REPEATS.rule("<every> <nth> <unit>")
def every_nth_unit(_: Present, mode: RecurrenceMode, interval: int, unit: str) -> Repeat | None:
    return plain(unit, interval, mode) if interval > 0 else None


@REPEATS.rule("every half hour", "every half an hour")
def every_half_hour(_: Present) -> Repeat:
    return plain("minute", 30, "due")


@REPEATS.rule("<adverb>", strength=Strength.EDGE)
def adverb_alone(_: Present, found: tuple[str, int]) -> Repeat:
    return plain(*found, "due")


@REPEATS.rule("once (a|per|every) <unit>", "once every <number> <unit>")
def once_per_unit(_: Present, *values: int | str) -> Repeat:
    interval, unit = values if len(values) == 2 else (1, values[0])
    return plain(str(unit), int(interval), "due")


@REPEATS.rule(
    "<duration> after (completion|completing|finishing) [it]", "<duration> after (it's|it is) (done|completed)"
)
@REPEATS.rule("<duration> after i (complete|finish|do|completed|finished) it", "<duration> after i (have|i've) done it")
@REPEATS.rule("<duration> after (each|every) completion", "<duration> after it is (completed|done)")
def some_time_after_completion(_: Present, distance: Offset) -> Repeat | None:
    amounts = {"month": distance.months, "day": distance.days, "hour": distance.seconds / 3600}
    said = [(unit, amount) for unit, amount in amounts.items() if amount]
    if len(said) != 1 or said[0][1] != int(said[0][1]):
        return None
    unit, interval = said[0]
    whole_weeks = unit == "day" and interval % 7 == 0
    return plain("week" if whole_weeks else unit, int(interval) // (7 if whole_weeks else 1), "completion")


@REPEATS.rule(
    "[,] (after|from|upon) completion", "(after|when|once) [i] (complete|completed|finish|finished|done) [it]"
)
@REPEATS.rule("after (completing|finishing) it", "after i (complete|finish) it", "(after|when|once) (it's|it is) done")
def from_completion(_: Present) -> FromCompletion:
    return FromCompletion()


# Parts of the day and kinds of day


@REPEATS.rule("<every> <part>")
def every_part(_: Present, mode: RecurrenceMode, part: Part) -> Repeat:
    return Repeat("DAILY", mode=mode, part=part)


@REPEATS.rule("<every> (weekday|workday|werktag)", "<every> (working|business|work|week) day")
def every_workday(_: Present, mode: RecurrenceMode) -> Repeat:
    return Repeat("WEEKLY", weekdays=WORKDAYS, mode=mode)


@REPEATS.rule("(on|during) (weekdays|workdays)", "on (working|business|work) days")
@REPEATS.rule("weekdays", "workdays", strength=Strength.EDGE)
def on_workdays(_: Present) -> Repeat:
    return Repeat("WEEKLY", weekdays=WORKDAYS)


@REPEATS.rule("<every> weekend")
def every_weekend(_: Present, mode: RecurrenceMode) -> Repeat:
    return Repeat("WEEKLY", weekdays=WEEKEND, mode=mode)


@REPEATS.rule("(on|at) weekends")
@REPEATS.rule("weekends", strength=Strength.EDGE)
def on_weekends(_: Present) -> Repeat:
    return Repeat("WEEKLY", weekdays=WEEKEND)


# Weekdays


def codes(days: tuple[int, ...]) -> tuple[str, ...]:
    """BYDAY values in the week's order."""
    return tuple(DAY_CODES[day] for day in sorted(set(days)))


@REPEATS.rule("<every> <weekdays>", "<every> week on [<every>] <weekdays>")
def every_weekday(_: Present, mode: RecurrenceMode, *values: tuple[int, ...]) -> Repeat:
    return Repeat("WEEKLY", weekdays=codes(values[-1]), mode=mode)


@REPEATS.rule("<every> other <weekdays>", "<every> other week on <weekdays>")
def every_other_weekday(_: Present, mode: RecurrenceMode, days: tuple[int, ...]) -> Repeat:
    return Repeat("WEEKLY", 2, weekdays=codes(days), mode=mode)


@REPEATS.rule("<every> <number> weeks on <weekdays>", "<every> <nth> week on <weekdays>")
def every_few_weeks_on(_: Present, mode: RecurrenceMode, interval: int, days: tuple[int, ...]) -> Repeat | None:
    return replace(plain("week", interval, mode), weekdays=codes(days)) if interval > 0 else None


@REPEATS.rule("<adverb> on <weekdays>", "<adverb> every <weekdays>")
def weekly_on(_: Present, found: tuple[str, int], days: tuple[int, ...]) -> Repeat | None:
    unit, interval = found
    return Repeat("WEEKLY", interval, weekdays=codes(days)) if unit == "week" else None


@REPEATS.rule("once a week on <weekdays>")
def once_a_week_on(_: Present, days: tuple[int, ...]) -> Repeat:
    return Repeat("WEEKLY", weekdays=codes(days))


@REPEATS.rule("on <plural_weekdays>")
@REPEATS.rule("<plural_weekdays>", strength=Strength.EDGE)
def on_weekday_plurals(_: Present, days: tuple[int, ...]) -> Repeat:
    return Repeat("WEEKLY", weekdays=codes(days))


@REPEATS.rule("on <weekdays>")
@REPEATS.rule("<weekdays>", strength=Strength.EDGE)
def weekdays_alone(_: Present, days: tuple[int, ...]) -> Repeat | None:
    """Several days without "every" could be this week's or every week's, so it asks."""
    if len(set(days)) < 2:
        return None
    raise Complaint("bad_date", 'One task has one day. Say "every" before the days to repeat it.')


@REPEATS.rule("<every> day except [on] <weekdays>")
def every_day_except(_: Present, mode: RecurrenceMode, left_out: tuple[int, ...]) -> Repeat | None:
    return without(left_out, mode)


@REPEATS.rule("daily except [on] <weekdays>")
def daily_except(_: Present, left_out: tuple[int, ...]) -> Repeat | None:
    return without(left_out, "due")


def without(left_out: tuple[int, ...], mode: RecurrenceMode) -> Repeat | None:
    """The other days of the week, None if there are none."""
    kept = tuple(code for code in DAY_CODES if code not in codes(left_out))
    return Repeat("WEEKLY", weekdays=kept, mode=mode) if kept else None


@REPEATS.rule("<every> day except [on] weekends", "daily except [on] weekends")
def every_day_except_weekends(_: Present, mode: RecurrenceMode = "due") -> Repeat:
    return Repeat("WEEKLY", weekdays=WORKDAYS, mode=mode)


# Days of the month


@REPEATS.rule("<every> <nth> <weekday>")
def every_nth_weekday(_: Present, mode: RecurrenceMode, place: int, weekday: int) -> Repeat | None:
    """The second Tuesday is every other one; any other place counts within the month."""
    if place == 2:
        return Repeat("WEEKLY", 2, weekdays=(DAY_CODES[weekday],), mode=mode)
    return monthly_weekday(mode, place, weekday)


@REPEATS.rule("<every> <nth> <weekday> (of|in) (the|every|each) month", "<every> month on the <nth> <weekday>")
def every_nth_weekday_of_month(_: Present, mode: RecurrenceMode, place: int, weekday: int) -> Repeat | None:
    return monthly_weekday(mode, place, weekday)


@REPEATS.rule("[on] [the] <nth> <weekday> (of|in) <every> month")
def nth_weekday_of_every_month(_: Present, place: int, weekday: int, mode: RecurrenceMode) -> Repeat | None:
    return monthly_weekday(mode, place, weekday)


@REPEATS.rule("monthly on the <nth> <weekday>", "once a month on the <nth> <weekday>")
def monthly_on_nth_weekday(_: Present, place: int, weekday: int) -> Repeat | None:
    return monthly_weekday("due", place, weekday)


def monthly_weekday(mode: RecurrenceMode, place: int, weekday: int) -> Repeat | None:
    """BYDAY=-1FR and its like; no month has a sixth of anything."""
    if place > 5:
        return None
    return Repeat("MONTHLY", weekdays=(f"{place}{DAY_CODES[weekday]}",), mode=mode)


@REPEATS.rule("<every> <nth> (workday|weekday) of (the|every|each) month")
@REPEATS.rule("<every> <nth> (working|business|work) day of (the|every|each) month")
def every_nth_workday(_: Present, mode: RecurrenceMode, place: int) -> Repeat:
    return Repeat("MONTHLY", weekdays=WORKDAYS, place=place, mode=mode)


@REPEATS.rule("[on] [the] <nth> (workday|weekday) of <every> month")
@REPEATS.rule("[on] [the] <nth> (working|business|work) day of <every> month")
def nth_workday_of_every_month(_: Present, place: int, mode: RecurrenceMode) -> Repeat:
    return Repeat("MONTHLY", weekdays=WORKDAYS, place=place, mode=mode)


@REPEATS.rule("<every> month on [the] <day_numbers>", "<every> <day_numbers> of (the|every|each) month")
def every_month_on(_: Present, mode: RecurrenceMode, days: tuple[int, ...]) -> Repeat:
    return monthly_days(mode, days)


@REPEATS.rule("[on] [the] <nth> of <every> month")
def nth_of_every_month(_: Present, place: int, mode: RecurrenceMode) -> Repeat:
    return monthly_place(mode, place)


@REPEATS.rule("<every> month on the <nth>")
def every_month_on_nth(_: Present, mode: RecurrenceMode, place: int) -> Repeat:
    return monthly_place(mode, place)


def monthly_place(mode: RecurrenceMode, place: int) -> Repeat:
    """A day of each month in words: the first, the last."""
    return Repeat("MONTHLY", month_days=(-1,), mode=mode) if place < 0 else monthly_days(mode, (place,))


@REPEATS.rule("<every> <ordinals>")
def every_ordinal(_: Present, mode: RecurrenceMode, days: tuple[int, ...]) -> Repeat:
    return monthly_days(mode, days)


@REPEATS.rule("[on] [the] <day_numbers> (of|in) <every> month")
def days_of_every_month(_: Present, days: tuple[int, ...], mode: RecurrenceMode) -> Repeat:
    return monthly_days(mode, days)


@REPEATS.rule("monthly on [the] <day_numbers>", "once a month on the <day_numbers>")
def monthly_on_days(_: Present, days: tuple[int, ...]) -> Repeat:
    return monthly_days("due", days)


def monthly_days(mode: RecurrenceMode, days: tuple[int, ...]) -> Repeat:
    """Days of each month; one day beyond the 28th falls on the last day of shorter months instead of being skipped."""
    if not all(1 <= day <= 31 for day in days):
        raise Complaint("bad_date", f"No month has a day {next(day for day in days if not 1 <= day <= 31)}.")
    month_days, place = clamped(days[0]) if len(days) == 1 else (tuple(sorted(set(days))), None)
    return Repeat("MONTHLY", month_days=month_days, place=place, mode=mode)


@REPEATS.rule("<every> month on the last day", "<every> last day of (the|every|each) month", "<every> month end")
@REPEATS.rule("<every> (end|ultimo) of (the|every|each) month")
def every_month_end(_: Present, mode: RecurrenceMode) -> Repeat:
    return Repeat("MONTHLY", month_days=(-1,), mode=mode)


@REPEATS.rule("[on] [the] last day of <every> month", "[at] [the] end of <every> month")
def end_of_every_month(_: Present, mode: RecurrenceMode) -> Repeat:
    return Repeat("MONTHLY", month_days=(-1,), mode=mode)


@REPEATS.rule("monthly on the last day", "monthly at the end of the month")
def monthly_at_the_end(_: Present) -> Repeat:
    return Repeat("MONTHLY", month_days=(-1,))


# Days of the year


@REPEATS.rule("<every> <date>", "<every> year on [the] <date>")
def every_date(_: Present, mode: RecurrenceMode, day: date) -> Repeat:
    return yearly(mode, day)


@REPEATS.rule("(yearly|annually) on [the] <date>", "once a year on [the] <date>")
def yearly_on(_: Present, day: date) -> Repeat:
    return yearly("due", day)


def yearly(mode: RecurrenceMode, day: date) -> Repeat:
    """The same day every year; 29 February falls on the 28th of common years."""
    if (day.month, day.day) == (2, 29):
        return Repeat("YEARLY", months=(2,), month_days=(28, 29), place=-1, mode=mode)
    return Repeat("YEARLY", months=(day.month,), month_days=(day.day,), mode=mode)


@REPEATS.rule("<every> <month>", "<every> year in <month>")
def every_named_month(_: Present, mode: RecurrenceMode, month: int) -> Repeat:
    return Repeat("YEARLY", months=(month,), month_days=(1,), mode=mode)


# Ends; `fragments` keeps them only beside a repetition


@REPEATS.rule("for <number> (times|occurrences|repetitions)", "<number> times", "only <number> times")
def some_times(_: Present, count: int) -> RepeatEnd:
    if not 1 <= count <= MAX_COUNT:
        raise Complaint("bad_date", f"I can't repeat a task {count} times.")
    return RepeatEnd(count=count)


@REPEATS.rule("<number> times <adverb>", "(twice|thrice) <adverb>")
@REPEATS.rule("<number> times (a|per|each|every) <unit>", "(twice|thrice) (a|per|each|every) <unit>")
def several_times_per_unit(_: Present, *_values: object) -> Repeat:
    raise Complaint(
        "too_often", 'Say which times: "every 12 hours", "every Monday and Thursday", or one task for each.'
    )


@REPEATS.rule("for [the next] <duration>")
def for_some_time(_: Present, distance: Offset) -> RepeatEnd | None:
    """Days and longer; "walk for 30 minutes every day" says how long the walk is."""
    return None if distance.has_time else RepeatEnd(length=distance)
