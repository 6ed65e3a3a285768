"""Everything one clause says about a task: the title, and what its fragments add up to."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.chat.interpreter.commands import Lead, Priority, RecurrenceMode
from app.chat.interpreter.fragments import Fragment, Role, find, judge, touch
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.labels import Labels
from app.chat.interpreter.moments import Present
from app.chat.interpreter.reminders import RemindAt, RemindBefore
from app.chat.interpreter.repeat import FromCompletion, Repeat, RepeatEnd
from app.chat.interpreter.schedule import Due, ending, first_occurrence, reminder, reminder_before, settle
from app.chat.interpreter.tokens import Kind, Token, Tokens, norm_at, source, trim
from app.chat.interpreter.when import NOTHING, Part, When

MAX_TAGS: Final = 20
MAX_REMINDERS: Final = 10
# "At 6" is the evening, but not for these.
MORNING_WORDS: Final = {"wake", "breakfast", "sunrise", "alarm"}
_DANGLING: Final = {",", ";", ":", "-", "(", ")", "@", "&", "/"}
_DANGLING_END: Final = {*_DANGLING, "and", "is", "und"}


@dataclass(slots=True)
class Details:
    """What was said about one task; `rest` are the runs of tokens that belong to no fragment: its title."""

    rest: list[Tokens]
    when: When = NOTHING
    deadline: When = NOTHING
    until: When = NOTHING
    repeat: Repeat | None = None
    repeat_end: RepeatEnd | None = None
    leads: tuple[Lead, ...] = ()
    reminders: tuple[When, ...] = ()
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None

    @property
    def leftover(self) -> list[Token]:
        """The title's tokens."""
        return [token for run in self.rest for token in run]

    @property
    def says_something(self) -> bool:
        """Whether anything besides the title was understood."""
        return self != Details(self.rest)

    def title(self, text: str) -> str:
        """The message's own words without the fragments; a title quoted as a whole loses its quotes."""
        whole = trim(self.leftover)
        if len(whole) == 1 and whole[0].kind is Kind.QUOTED:
            return whole[0].inner.strip()
        runs = (" ".join(source(text, run).split()) for run in self.rest)
        return " ".join(run for run in runs if run).replace(" ,", ",").strip(" ,.;:!-\u2013\u2014…")


def read_details(
    text: str, tokens: Tokens, present: Present, *, reminding: bool = False, certain: bool = False
) -> Details:
    """Take the fragments out of a clause; raises Complaint for one that is impossible.

    `certain` says that the tokens can be nothing else, as in "move it to (sun)".
    With `reminding`, "by Friday" beside another day is when the task is due, and the other day is when to ring.
    """
    tokens, notes = split_notes(text, tokens)
    accepted = with_roles(tokens, judge(tokens, find(tokens, present), certain=certain))
    details = Details([], notes=notes)
    used = [fragment for fragment in accepted if absorb(details, fragment)]
    if any(isinstance(fragment.meaning, FromCompletion) for fragment in used) and details.repeat:
        details.repeat = replace(details.repeat, mode="completion")
    if not settle_deadline(details, reminding=reminding):
        used = [fragment for fragment in used if fragment.role is not Role.DEADLINE]
    details.rest = remaining(tokens, used)
    if details.when.time and not details.when.part and any(token.norm in MORNING_WORDS for token in details.leftover):
        details.when = replace(details.when, part=Part.MORNING)
    return details


def split_notes(text: str, tokens: Tokens) -> tuple[Tokens, str | None]:
    """The tokens before "note: ...", and the note's own words."""
    for index, token in enumerate(tokens):
        if index > 0 and token.norm in ("note", "notes") and norm_at(tokens, index + 1) == ":":
            start = index
            while start > 0 and tokens[start - 1].norm in ("with", "the", "a", "and", ",", "(", "-", "."):
                start -= 1
            return tokens[:start], source(text, trim(tokens[index + 2 :], ")")) or None
    return tokens, None


def with_roles(tokens: Tokens, fragments: list[Fragment]) -> list[Fragment]:
    """A moment right after a deadline or an end belongs to it ("by Friday at 5pm"); an end needs a repetition."""
    repeats = any(isinstance(fragment.meaning, Repeat) for fragment in fragments)
    result: list[Fragment] = []
    for fragment in fragments:
        role = fragment.role
        if role is Role.PLAIN and result and isinstance(fragment.meaning, When):
            before = result[-1]
            role = before.role if isinstance(before.meaning, When) and touch(tokens, before, fragment) else role
        if role is Role.UNTIL and not repeats:
            role = Role.DEADLINE
        result.append(replace(fragment, role=role))
    return result


def absorb(details: Details, fragment: Fragment) -> bool:
    """Add a fragment to the details; False where it contradicts an earlier one and so belongs to the title."""
    match fragment.meaning:
        case Complaint() as complaint:
            raise complaint
        case When() as when:
            return absorb_moment(details, when, fragment.role)
        case Repeat() as repeat if details.repeat is None:
            details.repeat = repeat
        case RepeatEnd() as end if details.repeat_end is None:
            details.repeat_end = end
        case FromCompletion():
            return True
        case RemindBefore(leads):
            details.leads = (*details.leads, *leads)[:MAX_REMINDERS]
        case RemindAt(when):
            details.reminders = (*details.reminders, when)[:MAX_REMINDERS]
        case Labels(priority, tags) if priority is None or details.priority in (None, priority):
            details.priority = priority or details.priority
            details.tags = tuple(dict.fromkeys((*details.tags, *tags)))[:MAX_TAGS]
        case _:
            return False
    return True


def absorb_moment(details: Details, when: When, role: Role) -> bool:
    """Add a moment to those of its role; of two that contradict each other the first wins."""
    field = {Role.DEADLINE: "deadline", Role.UNTIL: "until"}.get(role, "when")
    joined = getattr(details, field).joined(when)
    if joined is None:
        return False
    setattr(details, field, joined)
    return True


def settle_deadline(details: Details, *, reminding: bool) -> bool:
    """Without a reminder of its own a deadline is just when the task is due; False where it contradicts that."""
    if details.until.time and not details.when.time:
        details.when = replace(details.when, time=details.until.time)
    if details.deadline == NOTHING or (reminding and details.when != NOTHING):
        return True
    joined = details.when.joined(details.deadline)
    details.when, details.deadline = joined or details.when, NOTHING
    return joined is not None


def remaining(tokens: Tokens, used: list[Fragment]) -> list[Tokens]:
    """The runs of tokens between the fragments, without what only tied them together."""
    runs: list[Tokens] = []
    start = 0
    for fragment in (*used, None):
        end = len(tokens) if fragment is None else fragment.start
        first, last = start, end
        while first < last and runs_on(tokens, first, start > 0):
            first += 1
        while last > first and fragment is not None and tokens[last - 1].norm in _DANGLING_END:
            last -= 1
        if start < first < last and runs and tokens[first - 1].norm == ",":
            first -= 1
        if first < last:
            runs.append(tokens[first:last])
        start = fragment.end if fragment else end
    return runs


def runs_on(tokens: Tokens, index: int, after_fragment: bool) -> bool:
    """Whether a token at the start of a run is only punctuation left by the fragment before it."""
    return after_fragment and tokens[index].norm in _DANGLING


@dataclass(frozen=True, slots=True)
class Timing:
    """When a task is due, when to ring and how it repeats."""

    due: Due | None
    remind_at: tuple[datetime, ...]
    rrule: str | None
    mode: RecurrenceMode


def timing(details: Details, present: Present, *, reminding: bool = False) -> Timing:
    """Decide the moments; raises Complaint for a reminder that is past or has nothing to count from."""
    rrule: str | None = None
    if details.repeat is not None:
        repeat, due = first_occurrence(details.repeat, details.when, present)
        rrule = ending(repeat, due, details.until.day, details.repeat_end, present)
        return Timing(due, rings(details, due, present, reminding=reminding), rrule, repeat.mode)
    if reminding and details.deadline != NOTHING:
        ring, deadline = settle(details.when, present), settle(details.deadline, present)
        remind_at = (reminder(ring, present),) if ring else ()
        return Timing(deadline, remind_at, None, "due")
    said = settle(details.when, present)
    return Timing(said, rings(details, said, present, reminding=reminding), None, "due")


def rings(details: Details, due: Due | None, present: Present, *, reminding: bool) -> tuple[datetime, ...]:
    """When to ring: as said, or at the due moment of what the person asked to be reminded of."""
    if due is None and details.leads:
        raise Complaint("needs_due", "A reminder before the task needs to know when the task is due.")
    rings = [reminder_before(lead, due, present) for lead in details.leads if due]
    for when in details.reminders:
        day = due.at.date() if due and when.day is None and when.instant is None else when.day
        if ring := settle(replace(when, day=day), present):
            rings.append(reminder(ring, present))
    if reminding and due is not None and not rings:
        rings.append(reminder(due, present))
    return tuple(sorted(set(rings)))
