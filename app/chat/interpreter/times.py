"""Times of day: "at 5pm", "17:30", "half past nine", "noon", "in the evening"."""

from datetime import datetime, timedelta
from typing import Final

from app.chat.interpreter.grammar import Complaint, Grammar, Read, Strength
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens, norm_at
from app.chat.interpreter.vocabulary import MONTHS, VOCABULARY, WEEKDAYS, whole_number
from app.chat.interpreter.when import Part, TimeOfDay, When

PARTS: Final = {
    "morning": Part.MORNING,
    "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING,
    "night": Part.NIGHT,
    "vormittag": Part.MORNING,
    "nachmittag": Part.AFTERNOON,
    "abend": Part.EVENING,
}
# A bare hour up to this one is taken as pm: nobody means five in the night by "at 5".
LAST_AFTERNOON_HOUR: Final = 6


def meridiem(tokens: Tokens, index: int, _: Present) -> Read | None:
    """am or pm, also with dots."""
    word = norm_at(tokens, index)
    if word in ("am", "pm"):
        return Read(word, index + 1)
    if word in ("a", "p") and [norm_at(tokens, index + step) for step in (1, 2)] == [".", "m"]:
        return Read(word + "m", index + (4 if norm_at(tokens, index + 3) == "." else 3))
    return None


def clock_face(tokens: Tokens, index: int, _: Present) -> Read | None:
    """A time with minutes: 17:30, 9:05:30."""
    if index >= len(tokens) or tokens[index].kind is not Kind.CLOCK:
        return None
    hour, minute, second = (int(part) for part in (tokens[index].norm + ":0").split(":")[:3])
    open_half = not tokens[index].norm.startswith("0") and 1 <= hour <= 12
    return Read(checked(hour, minute, second, open_half=open_half), index + 1)


def hour(tokens: Tokens, index: int, present: Present) -> Read | None:
    """An hour without minutes: 5, five, 17; impossible ones up to 99 too, so that they can be complained about."""
    found = whole_number(tokens, index, present)
    if found is None or found.value > 99 or (tokens[index].kind is Kind.NUMBER and len(tokens[index].norm) > 2):
        return None
    open_half = 1 <= found.value <= 12 and not tokens[index].norm.startswith("0")
    return Read(checked(found.value, open_half=open_half), found.end)


def free_hour(tokens: Tokens, index: int, present: Present) -> Read | None:
    """An hour that is no house number: a name follows in "at 5 Main Street"."""
    found = hour(tokens, index, present)
    following = tokens[found.end] if found and found.end < len(tokens) else None
    if following is None or following.kind is not Kind.WORD or following.norm in WEEKDAYS | MONTHS:
        return found
    return None if following.text.istitle() else found


def military(tokens: Tokens, index: int, _: Present) -> Read | None:
    """Four digits without a colon: 1730."""
    word = norm_at(tokens, index)
    if len(word) != 4 or not word.isdigit() or int(word[:2]) > 23 or int(word[2:]) > 59:
        return None
    return Read(TimeOfDay(int(word[:2]), int(word[2:])), index + 1)


def part_of_day(tokens: Tokens, index: int, _: Present) -> Read | None:
    """morning, afternoon, evening or night."""
    part = PARTS.get(norm_at(tokens, index))
    return None if part is None else Read(part, index + 1)


def checked(hour: int, minute: int = 0, second: int = 0, *, open_half: bool = False) -> TimeOfDay | Complaint:
    """The time, or a complaint where no clock shows it."""
    if hour > 23 or minute > 59 or second > 59:
        return Complaint("bad_time", f"{hour}:{minute:02} is not a time of day; hours go from 0 to 23.")
    return TimeOfDay(hour, minute, second, open_half=open_half)


def halved(clock: TimeOfDay, half: str) -> TimeOfDay:
    """The time with am or pm said; raises Complaint for 17am, while 17pm is clear enough."""
    if clock.hour > 12:
        if half == "am":
            raise Complaint("bad_time", f"{clock.hour} am is not a time of day.")
        return clock
    return TimeOfDay(clock.hour % 12 + (12 if half == "pm" else 0), clock.minute, clock.second)


def choose_half(when: When, present: Present, *, repeating: bool = False) -> TimeOfDay | None:
    """The time said, with an open half of the day decided by what a person would mean.

    "At 8" said at 10 means the evening, unless it is to repeat.
    """
    clock = when.time
    if clock is None or not clock.open_half:
        return clock
    morning = TimeOfDay(clock.hour % 12, clock.minute, clock.second)
    evening = TimeOfDay(clock.hour % 12 + 12, clock.minute, clock.second)
    if when.part is not None:
        return morning if when.part is Part.MORNING else evening
    if clock.hour == 12 or clock.hour <= LAST_AFTERNOON_HOUR:
        return evening
    now = present.now.time()
    is_today = not repeating and when.day in (None, present.today)
    return evening if is_today and as_minutes(morning) <= now.hour * 60 + now.minute < as_minutes(evening) else morning


def as_minutes(clock: TimeOfDay) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


SLOTS: Final = {
    **VOCABULARY,
    "meridiem": meridiem,
    "clock": clock_face,
    "hour": hour,
    "free_hour": free_hour,
    "military": military,
    "part": part_of_day,
}
TIMES: Final[Grammar[When]] = Grammar(SLOTS)


@TIMES.rule(
    "(at|@|um|around|after) <clock>",
    "<clock> (o'clock|uhr|h)",
    "(at|@|um) <free_hour>",
    "(at|um) <hour> (h|uhr)",
    "at <military>",
)
@TIMES.rule("[at] <hour> o'clock", "by <hour>", strength=Strength.EDGE)
@TIMES.rule("<clock>", strength=Strength.EDGE)
def plain(_: Present, clock: TimeOfDay) -> When:
    return When(time=clock)


@TIMES.rule("[at|@|by|around|after] (<clock>|<hour>) <meridiem>")
def with_half(_: Present, clock: TimeOfDay, half: str) -> When:
    return When(time=halved(clock, half))


@TIMES.rule("[from|between|at] (<clock>|<hour>) (-|to|until|till|and) (<clock>|<hour>) <meridiem>")
def range_with_half(_: Present, start: TimeOfDay, end: TimeOfDay, half: str) -> When:
    """A span of time starts the task: "3-5pm" is 15:00, "11-1pm" is 11:00."""
    begins, ends = halved(start, half), halved(end, half)
    return When(time=begins if as_minutes(begins) < as_minutes(ends) else halved(start, "am"))


@TIMES.rule("[from|between|at] (<clock>|<hour>) <meridiem> (-|to|until|till|and) (<clock>|<hour>) <meridiem>")
def range_with_halves(_: Present, start: TimeOfDay, half: str, *_end: object) -> When:
    return When(time=halved(start, half))


@TIMES.rule("[from|between|at] <clock> (-|to|until|till|and) <clock>")
def range_of_clocks(_: Present, start: TimeOfDay, _end: TimeOfDay) -> When:
    return When(time=start)


@TIMES.rule("[at] half past <hour>")
def half_past(_: Present, clock: TimeOfDay) -> When:
    return When(time=TimeOfDay(clock.hour, 30, open_half=clock.open_half))


@TIMES.rule("[at] [a] quarter past <hour>")
def quarter_past(_: Present, clock: TimeOfDay) -> When:
    return When(time=TimeOfDay(clock.hour, 15, open_half=clock.open_half))


@TIMES.rule("[at] [a] quarter to <hour>")
def quarter_to(_: Present, clock: TimeOfDay) -> When:
    return When(time=before(clock, 15))


@TIMES.rule("[at] <number> [minutes] past <hour>")
def minutes_past(_: Present, minutes: int, clock: TimeOfDay) -> When | None:
    return When(time=TimeOfDay(clock.hour, minutes, open_half=clock.open_half)) if minutes < 60 else None


@TIMES.rule("at <number> [minutes] to <hour>")
def minutes_to(_: Present, minutes: int, clock: TimeOfDay) -> When | None:
    return When(time=before(clock, minutes)) if 0 < minutes < 60 else None


def before(clock: TimeOfDay, minutes: int) -> TimeOfDay:
    """The time some minutes before the full hour."""
    earlier = datetime(2000, 1, 2, clock.hour) - timedelta(minutes=minutes)  # noqa: DTZ001 - only its time is used
    # Quarter to one is 12:45, so the hour stays on the twelve-hour face.
    return TimeOfDay(earlier.hour or 12, earlier.minute, open_half=clock.open_half)


@TIMES.rule("(at|around) (noon|midday)", "at lunchtime", "at lunch", "um mittag")
@TIMES.rule("noon", "midday", strength=Strength.EDGE)
def noon(_: Present) -> When:
    return When(time=TimeOfDay(12))


@TIMES.rule("at midnight", "um mitternacht")
@TIMES.rule("midnight", strength=Strength.EDGE)
def midnight(_: Present) -> When:
    """The end of the day that was said, so "Friday at midnight" is Saturday 00:00."""
    return When(time=TimeOfDay(0, next_day=True))


@TIMES.rule("in the <part>", "at night", "first thing in the <part>", "am <part>")
@TIMES.rule("<part>", strength=Strength.ADJACENT)
def part_alone(_: Present, part: Part = Part.NIGHT) -> When:
    return When(part=part)


@TIMES.rule("this <part>")
def this_part(present: Present, part: Part) -> When:
    return When(day=present.today, part=part)


@TIMES.rule("tonight", "heute abend", "heute nacht")
def tonight(present: Present) -> When:
    return When(day=present.today, part=Part.NIGHT)
