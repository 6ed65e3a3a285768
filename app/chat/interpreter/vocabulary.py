"""Words with a value, each kind a slot of the grammars: numbers, units, weekdays, months, ordinals."""

from collections.abc import Callable, Mapping
from typing import Final

from app.chat.interpreter.grammar import Read, Slot
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens, norm_at

MAX_AMOUNT: Final = 999_999

CARDINALS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
    "sixty": 60, "ninety": 90,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "zwanzig": 20, "dreißig": 30,
}  # fmt: skip

ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12,
    "ersten": 1, "zweiten": 2, "dritten": 3,
}  # fmt: skip

WEEKDAYS: Final = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonntag": 6,
    "tue": 1, "tues": 1, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
}  # fmt: skip
# These are also English words, so alone they are too little to be a date.
DOUBTFUL_WEEKDAYS: Final = {"mon": 0, "wed": 2, "weds": 2, "sat": 5, "sun": 6}
WEEKDAY_PLURALS: Final = {name + "s": day for name, day in WEEKDAYS.items() if name.endswith(("day", "tag"))} | {
    "montags": 0,
    "dienstags": 1,
    "mittwochs": 2,
    "donnerstags": 3,
    "freitags": 4,
    "samstags": 5,
    "sonntags": 6,
}

MONTHS: Final = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
    "januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12, "dez": 12,
}  # fmt: skip

UNITS: Final = {
    "second": "second", "seconds": "second", "sec": "second", "secs": "second",
    "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute",
    "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour",
    "day": "day", "days": "day",
    "week": "week", "weeks": "week", "wk": "week", "wks": "week",
    "fortnight": "fortnight", "fortnights": "fortnight",
    "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter",
    "year": "year", "years": "year", "yr": "year", "yrs": "year",
    "sekunde": "second", "sekunden": "second", "minuten": "minute", "stunde": "hour", "stunden": "hour",
    "tag": "day", "tage": "day", "tagen": "day", "woche": "week", "wochen": "week", "monat": "month",
    "monate": "month", "monaten": "month", "jahr": "year", "jahre": "year", "jahren": "year",
}  # fmt: skip
# Letters are units only where they touch a number: 5m, 2h.
GLUED_UNITS: Final = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}


def words(values: Mapping[str, int]) -> Slot:
    """A slot that reads one word of a table."""

    def read(tokens: Tokens, index: int, _: Present) -> Read | None:
        value = values.get(norm_at(tokens, index))
        return None if value is None else Read(value, index + 1)

    return read


def one_of(*choices: str) -> Slot:
    """A slot that has to be one of these words and has no value; cheaper than alternatives in a pattern."""

    def read(tokens: Tokens, index: int, _: Present) -> Read | None:
        return Read(None, index + 1) if norm_at(tokens, index) in choices else None

    return read


def whole_number(tokens: Tokens, index: int, _: Present) -> Read | None:
    """Digits or a number word: 3, three."""
    token = tokens[index] if index < len(tokens) else None
    if token is None:
        return None
    if token.kind is Kind.NUMBER and token.norm.isdigit() and len(token.norm) <= len(str(MAX_AMOUNT)):
        return Read(int(token.norm), index + 1)
    value = CARDINALS.get(token.norm)
    return None if value is None else Read(value, index + 1)


def amount(tokens: Tokens, index: int, present: Present) -> Read | None:
    """How much of a unit: 3, 1.5, three, a, an, a couple of, a few."""
    if found := whole_number(tokens, index, present):
        return found
    token = tokens[index] if index < len(tokens) else None
    if token is None:
        return None
    if token.kind is Kind.NUMBER and not token.norm.isdigit() and len(token.norm) <= 6:
        return Read(float(token.norm.replace(",", ".")), index + 1)
    start = index + 1 if token.norm == "a" else index
    if norm_at(tokens, start) == "couple":
        return Read(2, start + 2 if norm_at(tokens, start + 1) == "of" else start + 1)
    if norm_at(tokens, start) == "few":
        return Read(3, start + 1)
    return Read(1, index + 1) if token.norm in ("a", "an", "einer", "einem", "einen", "eine") else None


def unit(tokens: Tokens, index: int, _: Present) -> Read | None:
    """The name of a unit of time."""
    word = norm_at(tokens, index)
    name = UNITS.get(word)
    if name is None and index < len(tokens) and tokens[index].glued and tokens[index - 1].kind is Kind.NUMBER:
        name = GLUED_UNITS.get(word)
    return Read(name, index + 1) if name else None


def ordinal(tokens: Tokens, index: int, _: Present) -> Read | None:
    """An ordinal in digits: 1st, 22nd."""
    if index < len(tokens) and tokens[index].kind is Kind.ORDINAL:
        return Read(int(tokens[index].norm[:-2]), index + 1)
    return None


def nth(tokens: Tokens, index: int, present: Present) -> Read | None:
    """A place counted from the start, or -1 for last: first, 2nd, last."""
    word = norm_at(tokens, index)
    if word in ("last", "letzten"):
        return Read(-1, index + 1)
    value = ORDINALS.get(word)
    return ordinal(tokens, index, present) if value is None else Read(value, index + 1)


def day_number(tokens: Tokens, index: int, present: Present) -> Read | None:
    """A day of the month, possible or not: 24, 24th."""
    if found := ordinal(tokens, index, present):
        return found
    if index < len(tokens) and tokens[index].kind is Kind.NUMBER and len(tokens[index].norm) <= 2:
        return Read(int(tokens[index].norm), index + 1)
    return None


def year(tokens: Tokens, index: int, _: Present) -> Read | None:
    """A year from 1970 to 2199."""
    word = norm_at(tokens, index)
    return Read(int(word), index + 1) if len(word) == 4 and word.isdigit() and 1970 <= int(word) <= 2199 else None


def listed(item: Slot, longest: int, *, joined: bool = False) -> Slot:
    """A slot that reads several items into a tuple; with `joined` a comma or "and" has to stand between them."""

    def read(tokens: Tokens, index: int, present: Present) -> Read | None:
        values: list[object] = []
        end = index
        while len(values) < longest and (found := item(tokens, index, present)):
            values.append(found.value)
            end = index = found.end
            while norm_at(tokens, index) in (",", "and", "&", "or", "und", "/") and index < end + 2:
                index += 1
            if joined and index == end:
                break
        return Read(tuple(values), end) if values else None

    return read


def kind(wanted: Kind, value: Callable[[str], object] = str) -> Slot:
    """A slot that reads one token of a kind."""

    def read(tokens: Tokens, index: int, _: Present) -> Read | None:
        if index < len(tokens) and tokens[index].kind is wanted:
            return Read(value(tokens[index].norm), index + 1)
        return None

    return read


weekday: Final = words(WEEKDAYS | DOUBTFUL_WEEKDAYS)
sure_weekday: Final = words(WEEKDAYS)
weekdays: Final = listed(words(WEEKDAYS | DOUBTFUL_WEEKDAYS | WEEKDAY_PLURALS), 7)
plural_weekdays: Final = listed(words(WEEKDAY_PLURALS), 7)
month: Final = words(MONTHS)

VOCABULARY: Final[Mapping[str, Slot]] = {
    "number": whole_number,
    "amount": amount,
    "unit": unit,
    "weekday": weekday,
    "sure_weekday": sure_weekday,
    "weekdays": weekdays,
    "plural_weekdays": plural_weekdays,
    "month": month,
    "ordinal": ordinal,
    "nth": nth,
    "day_number": day_number,
    "day_numbers": listed(day_number, 10, joined=True),
    "ordinals": listed(ordinal, 10),
    "year": year,
}
