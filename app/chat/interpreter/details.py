"""Everything one clause says about a task: the title, and what its fragments add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.chat.interpreter.commands import Lead, Priority, RecurrenceMode
from app.chat.interpreter.fragments import Fragment, Role, find, judge
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.labels import Labels
from app.chat.interpreter.moments import Present
from app.chat.interpreter.recurrence import FromCompletion, Repeat, RepeatEnd
from app.chat.interpreter.reminders import RemindAt, RemindBefore
from app.chat.interpreter.schedule import Due, ending, first_occurrence, reminder, reminder_before, settle
from app.chat.interpreter.tokens import Kind, Token, Tokens, norm_at, source, trim
from app.chat.interpreter.when import When

MAX_TAGS: Final = 20
_DANGLING_END: Final = {",", "and", "-", "–", "—", "(", "@", ":", ";", "is", "und", "&"}
_DANGLING_START: Final = {",", ")", "-", "–", "—", ":", ";", "."}


@dataclass(slots=True)
class Details:
    """What was said about one task; `rest` are the tokens that are not part of any fragment, in runs."""

    rest: list[Tokens]
    when: When = When()
    deadline: When = When()
    until: When = When()
    repeat: Repeat | None = None
    repeat_end: RepeatEnd | None = None
    leads: tuple[Lead, ...] = ()
    reminders: tuple[When, ...] = ()
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None

    @property
    def leftover(self) -> list[Token]:
        """The tokens that are not part of any fragment."""
        return [token for run in self.rest for token in run]

    @property
    def says_something(self) -> bool:
        """Whether any fragment was understood."""
        return self != Details(self.rest)

    def title(self, text: str) -> str:
        """The message's own words without the fragments; a title quoted as a whole loses its quotes."""
        runs = [source(text, trim(run, ",;:-–—")) for run in self.rest]
        whole = trim([token for run in self.rest for token in run], ",.;:-–—!…")
        if len(whole) == 1 and whole[0].kind is Kind.QUOTED:
            return whole[0].inner.strip()
        return " ".join(" ".join(run.split()) for run in runs if run).strip(" ,.;:!-–—…")


def read_details(text: str, tokens: Tokens, present: Present, *, reminding: bool = False) -> Details:
    """Take the fragments out of a clause; raises Complaint for one that is impossible.

    With `reminding`, "by Friday" beside another day is when the task is due and the other day is when to ring.
    """
    tokens, notes = split_notes(text, tokens)
    accepted = judge(tokens, find(tokens, present))
    details = Details([], notes=notes)
    used = [fragment for fragment in accepted if absorb(details, fragment)]
    used = settle_deadline(details, used, reminding=reminding)
    details.rest = list(remaining(tokens, used))
    return details


def split_notes(text: str, tokens: Tokens) -> tuple[Tokens, str | None]:
    """The tokens before "note: ...", and the note's own words."""
    for index, token in enumerate(tokens):
        if token.norm in ("note", "notes") and norm_at(tokens, index + 1) == ":" and index > 0:
            words = ("with", "the", "a", "and", ",", "(", "-", ".")
            start = index
            while start > 0 and tokens[start - 1].norm in words:
                start -= 1
            return tokens[:start], source(text, trim(tokens[index + 2 :], ")")) or None
    return tokens, None


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
            pass  # read from the fragments once the repetition is known
        case RemindBefore(leads):
            details.leads += leads
        case RemindAt(when):
            details.reminders += (when,)
        case Labels(priority, tags) if priority is None or details.priority is None:
            details.priority = priority or details.priority
            details.tags = tuple(dict.fromkeys((*details.tags, *tags)))[:MAX_TAGS]
        case _:
            return False
    return True


def absorb_moment(details: Details, when: When, role: Role) -> bool:
    """Add a moment to those of its role; the first one said wins."""
    field = {Role.DEADLINE: "deadline", Role.UNTIL: "until"}.get(role, "when")
    joined = getattr(details, field).joined(when)
    if joined is None:
        return False
    setattr(details, field, joined)
    return True


