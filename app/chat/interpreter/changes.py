"""What the readers of changes share: openings, the parts of a clause, and details as changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from app.chat.interpreter.commands import Changes, Lead, Priority, UpdateTask
from app.chat.interpreter.details import Details, read_details, timing
from app.chat.interpreter.filters import TASK_NOUNS
from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.labels import SLOTS
from app.chat.interpreter.moments import Present
from app.chat.interpreter.references import read_references, with_status
from app.chat.interpreter.tokens import Kind, Tokens, trim
from app.chat.interpreter.when import NOTHING

# Tails are tried one by one, so their number is bounded to keep the work in line with the message.
LONGEST_TAIL: Final = 30
# One update for each task named.
Updates = list[UpdateTask]
# What follows an opening is read by its handler; None says that the clause is no such change after all.
Handler = Callable[[str, Tokens, Present], Updates | None]
OPENINGS: Final[Grammar[Handler]] = Grammar(SLOTS)


def opens(*patterns: str) -> Callable[[Handler], Handler]:
    """Register a handler for clauses that begin with one of the patterns."""

    def register(handler: Handler) -> Handler:
        OPENINGS.rule(*patterns)(lambda _present, *_values: handler)
        return handler

    return register


def around(tokens: Tokens, *words: str) -> Iterator[tuple[Tokens, Tokens]]:
    """The tokens before and after each of the words near the end, the last one first."""
    for index in range(len(tokens) - 2, max(0, len(tokens) - LONGEST_TAIL), -1):
        if tokens[index].norm in words:
            yield tokens[:index], tokens[index + 1 :]


def change_of(details: Details, present: Present) -> Changes:
    """The details as changes; a lead without a due moment in the message counts from the task's own."""
    leads: tuple[Lead, ...] = ()
    if details.when == NOTHING and details.repeat is None and details.deadline == NOTHING:
        leads, details = details.leads, replace(details, leads=())
    times = timing(details, present)
    return Changes(
        priority=details.priority,
        add_tags=details.tags,
        due_at=times.due.at if times.due else None,
        due_has_time=times.due is not None and times.due.has_time,
        due_has_date=times.due is None or times.due.has_date,
        remind_at=times.remind_at,
        remind_before=leads,
        rrule=times.rrule,
        recurrence_mode=times.mode,
        notes=details.notes,
    )


def fully_understood(text: str, tokens: Tokens, present: Present) -> Details | None:
    """The details, when the tokens are nothing but details."""
    details = read_details(text, tokens, present, certain=True)
    return details if details.says_something and not trim(details.leftover) else None


def level_of(tokens: Tokens, present: Present) -> Priority | None:
    """The priority that the tokens name: high, high priority, p1, a high one."""
    words = [token for token in trim(tokens) if token.norm not in ("priority", "prio", "a", "the", "as", "one", "to")]
    found = SLOTS["level"](words, 0, present) if len(words) == 1 else None
    level: Priority | None = found.value if found else None
    return level


def is_reference(tokens: Tokens) -> bool:
    """Whether the tokens name a task by more than free words: it, #2, "milk", the milk task."""
    words = trim(tokens)
    if not words:
        return False
    first, last = words[0], words[-1]
    is_pronoun = len(words) == 1 and first.norm in ("it", "that", "this", "them", "those")
    is_number = all(token.kind in (Kind.HASHTAG, Kind.NUMBER) or token.norm in (",", "and") for token in words) or (
        first.norm in TASK_NOUNS and len(words) <= 3
    )
    return is_pronoun or is_number or last.norm in TASK_NOUNS or (len(words) == 1 and last.kind is Kind.QUOTED)


def update(text: str, named: Tokens, changes: Changes, present: Present) -> Updates:
    """The change of each named task; raises Complaint where none is named."""
    references = read_references(text, strip_ends(named), present)
    return [UpdateTask(with_status(reference, "open"), changes) for reference in references]


def strip_ends(tokens: Tokens) -> Tokens:
    """The tokens without the words that led to the change: "as", "to", "be"."""
    while tokens and tokens[-1].norm in (
        "as",
        "to",
        "be",
        "a",
        "is",
        "with",
        "so",
        "until",
        "for",
        "by",
        "on",
        ",",
        "due",
    ):
        tokens = tokens[:-1]
    while tokens and tokens[0].norm in ("of", "about", "for", "to", "on", "from", ",", ":"):
        tokens = tokens[1:]
    return tokens
