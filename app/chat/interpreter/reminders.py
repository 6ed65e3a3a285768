"""Reminders said beside a task: "remind me 10 minutes before", "with a reminder the day before at 6pm"."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from app.chat.interpreter.commands import Lead, Offset
from app.chat.interpreter.dates import DAYS
from app.chat.interpreter.durations import DURATIONS
from app.chat.interpreter.grammar import Complaint, Grammar, Match, Read, Strength
from app.chat.interpreter.moments import Present
from app.chat.interpreter.schedule import clock_of
from app.chat.interpreter.times import TIMES, part_of_day
from app.chat.interpreter.tokens import Tokens, norm_at
from app.chat.interpreter.vocabulary import VOCABULARY, listed
from app.chat.interpreter.when import Part, When

PREPOSITIONS: Final = ("on", "at", "by", "for", ",")
MAX_PHRASES: Final = 4  # "on Friday, in the morning, at 9" has three
MAX_REMINDERS: Final = 5


@dataclass(frozen=True, slots=True)
class RemindBefore:
    """How long before the due moment to ring, perhaps several times."""

    leads: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class RemindAt:
    """When to ring, whatever the due moment; a bare time is one of the due day."""

    when: When


def longest_phrase(tokens: Tokens, index: int, present: Present) -> Match[When] | None:
    """The longest day or time that begins here."""
    matches = [match for grammar in (DAYS, TIMES) if (match := grammar.match(tokens, index, present))]
    return max(matches, key=lambda match: match.end, default=None)


def moment(tokens: Tokens, index: int, present: Present) -> Read | None:
    """Phrases that add up to one moment: "on Friday at 9"."""
    when = When()
    end = index
    for _ in range(MAX_PHRASES):
        found = longest_phrase(tokens, end, present)
        if found is None and norm_at(tokens, end) in PREPOSITIONS:
            found = longest_phrase(tokens, end + 1, present)
        if found is None:
            break
        if isinstance(found.meaning, Complaint):
            return Read(found.meaning, found.end)
        joined = when.joined(found.meaning)
        if joined is None:
            break
        when, end = joined, found.end
    return Read(when, end) if end > index else None


LEADS: Final[Grammar[Lead]] = Grammar(
    {**VOCABULARY, "duration": DURATIONS.slot, "part": part_of_day, "time": TIMES.slot}
)
BEFORE: Final = "(before|beforehand|earlier|ahead|prior|vorher) [it|that|then]"


@LEADS.rule(
    f"<duration> {BEFORE}", f"<duration> {BEFORE} <time>", "<duration> in advance", "<duration> before it's due"
)
def some_time_before(present: Present, offset: Offset, when: When | None = None) -> Lead | None:
    return Lead(offset) if when is None else lead_at(offset, when, present)


@LEADS.rule(f"the day {BEFORE}", f"the day {BEFORE} <time>")
def day_before(present: Present, when: When | None = None) -> Lead | None:
    return some_time_before(present, Offset(days=1), when)


@LEADS.rule(f"the <part> {BEFORE}")
def part_before(_: Present, part: Part) -> Lead:
    """The evening before; the morning before is the day before too."""
    return Lead(Offset(days=1), part.value)


@LEADS.rule("on the (same|very) day <time>", "the same day <time>", "on the day <time>")
def same_day(present: Present, when: When) -> Lead | None:
    return lead_at(Offset(), when, present)


def lead_at(offset: Offset, when: When, present: Present) -> Lead | None:
    """The lead at a time of the earlier day; None for a time finer than a day away, which fixes its own time."""
    clock = clock_of(when, present)
    if clock is None or offset.has_time:
        return None
    return Lead(offset, time(clock.hour, clock.minute, clock.second))


REMINDERS: Final[Grammar[RemindBefore | RemindAt]] = Grammar(
    {"leads": listed(LEADS.slot, MAX_REMINDERS), "moment": moment}
)
ASKED: Final = "[,] [and|but|then] (remind|notify|alert|ping) me [again|about it|of it]"
NOTED: Final = "[,] [and|with] [a|an] (reminder|alert) [set] [for|on|at]"


@REMINDERS.rule(f"{ASKED} <leads>", f"{NOTED} <leads>", "[,] [and|with] reminders <leads>")
@REMINDERS.rule("<leads>", strength=Strength.ADJACENT)
def remind_before(_: Present, leads: tuple[Lead, ...]) -> RemindBefore:
    return RemindBefore(leads)


@REMINDERS.rule(f"{ASKED} [on|at] <moment>", f"{NOTED} <moment>")
def remind_at(_: Present, when: When) -> RemindAt:
    return RemindAt(when)
