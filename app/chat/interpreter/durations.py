"""Lengths of time: "5 min", "half an hour", "2 hours and 30 minutes", "1h30"."""

from typing import Final

from app.chat.interpreter.commands import Offset
from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.vocabulary import VOCABULARY

SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}

DURATIONS: Final[Grammar[Offset]] = Grammar(VOCABULARY)


def length(amount: float, unit: str) -> Offset | None:
    """An amount of one unit; None for what has no exact length, such as half a month."""
    if amount == 0:
        return None
    if amount == int(amount):
        if unit in MONTHS:
            return Offset(months=int(amount) * MONTHS[unit])
        if unit in DAYS:
            return Offset(days=int(amount) * DAYS[unit])
    if unit == "year" and amount * 12 == int(amount * 12):
        return Offset(months=int(amount * 12))
    return Offset(seconds=round(amount * SECONDS[unit])) if unit in SECONDS else None


def together(*parts: Offset | None) -> Offset | None:
    """The sum of lengths, None if one of them is."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Offset(sum(p.months for p in known), sum(p.days for p in known), sum(p.seconds for p in known))


@DURATIONS.rule("<amount> <unit>")
def one(_: Present, amount: float, unit: str) -> Offset | None:
    return length(amount, unit)


@DURATIONS.rule("<amount> <unit> [,] [and|und] <amount> <unit>")
def two(_: Present, amount: float, unit: str, more: float, finer: str) -> Offset | None:
    return together(length(amount, unit), length(more, finer))


@DURATIONS.rule("<amount> <unit> [,] <amount> <unit> [,] [and|und] <amount> <unit>")
def three(_: Present, *values: float | str) -> Offset | None:
    amounts, units = values[::2], values[1::2]
    return together(*(length(float(amount), str(unit)) for amount, unit in zip(amounts, units, strict=True)))


@DURATIONS.rule("half (a|an) <unit>", "[a] half <unit>", "einer halben <unit>")
def half(_: Present, unit: str) -> Offset | None:
    return length(0.5, unit)


@DURATIONS.rule("<amount> and a half <unit>", "<amount> <unit> and a half")
def and_a_half(_: Present, first: float | str, second: float | str) -> Offset | None:
    amount, unit = (first, second) if isinstance(second, str) else (second, first)
    return length(float(amount) + 0.5, str(unit))


@DURATIONS.rule("[a] quarter of an hour")
def quarter_of_an_hour(_: Present) -> Offset:
    return Offset(seconds=900)


@DURATIONS.rule("three quarters of an hour", "three-quarters of an hour")
def three_quarters_of_an_hour(_: Present) -> Offset:
    return Offset(seconds=2700)


@DURATIONS.rule("<number> h <number>")
def hours_and_minutes(_: Present, hours: int, minutes: int) -> Offset | None:
    return Offset(seconds=hours * 3600 + minutes * 60) if minutes < 60 else None
