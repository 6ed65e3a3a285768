"""Changes of what a task is: its title, priority, tags and notes; `rescheduling` has those of when it is."""

from typing import Final

from app.chat.interpreter import rescheduling
from app.chat.interpreter.changes import (
    OPENINGS,
    Updates,
    around,
    change_of,
    is_reference,
    level_of,
    opens,
    strip_ends,
    update,
)
from app.chat.interpreter.commands import Changes
from app.chat.interpreter.details import read_details
from app.chat.interpreter.filters import ARTICLES, phrase
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.labels import hashtag, tag_name
from app.chat.interpreter.moments import Present
from app.chat.interpreter.references import read_reference
from app.chat.interpreter.rescheduling import reschedule_to
from app.chat.interpreter.tokens import Tokens, norm_at, source, trim
from app.chat.interpreter.vocabulary import listed

TAGS: Final = listed(tag_name, 10, joined=True)
SIGNS: Final = listed(hashtag, 10)
# The import registers its openings.
__all__ = ["read_update", "rescheduling"]


def read_update(text: str, tokens: Tokens, present: Present) -> Updates | None:
    """The change a clause asks for; raises Complaint where it does not say of what, or to what."""
    for match in OPENINGS.matches(tokens, 0, present):
        if not isinstance(match.meaning, Complaint) and (found := match.meaning(text, tokens[match.end :], present)):
            return found
    return None


# Titles


@opens("rename", "retitle", "(change|set|edit|update) [the] (title|name) (of|for)")
def rename(text: str, rest: Tokens, present: Present) -> Updates | None:
    """The first "to" parts the old title from the new one; quotes help where a title has one itself."""
    parting = next((i for i, token in enumerate(rest) if i > 0 and token.norm in ("to", "into", "as")), None)
    if parting is None:
        raise Complaint("needs_change", 'What should it be called? Say for example: rename milk to "oat milk".')
    words = trim(rest[parting + 1 :])
    if words and read_reference(text, strip_ends(rest[:parting]), present).is_bulk:
        raise Complaint("needs_reference", "I can rename only one task at a time.")
    return update(text, rest[:parting], Changes(title=phrase(text, words)), present) if words else None


# Priorities


@opens("(set|change|raise|lower|make|update|increase|decrease) [the] (priority|prio) (of|for|on)")
def set_priority(text: str, rest: Tokens, present: Present) -> Updates | None:
    for named, level in around(rest, "to", "as", "="):
        if found := level_of(level, present):
            return update(text, named, Changes(priority=found), present)
    return None


@opens("(raise|increase) [the] (priority|prio) (of|for|on)", "prioritize", "prioritise")
def prioritize(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(priority="high"), present) if rest else None


@opens("(lower|decrease) [the] (priority|prio) (of|for|on)", "deprioritize", "deprioritise")
def deprioritize(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(priority="low"), present) if rest else None


@opens("mark", "flag", "give")
def mark(text: str, rest: Tokens, present: Present) -> Updates | None:
    return with_level_behind(text, rest, present)


@opens("make", "set")
def make(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Make the report urgent"; with a moment it must say "due" or surely name a task, as in "make it tomorrow"."""
    if found := with_level_behind(text, rest, present) or rescheduling.not_repeating(text, rest, present):
        return found
    words = {token.norm for token in rest}
    details = read_details(text, rest, present)
    leftover = strip_ends([token for token in details.leftover if token.norm not in rescheduling.REPEAT_WORDS])
    if not details.says_something or not leftover:
        return None
    is_meant = is_reference(leftover) or "due" in words or bool(words & rescheduling.REPEAT_WORDS)
    return update(text, leftover, change_of(details, present), present) if is_meant else None


def with_level_behind(text: str, rest: Tokens, present: Present) -> Updates | None:
    """A task and its new priority at the end: "the report urgent", "it high priority", "#2 to low"."""
    for size in (3, 2, 1):
        named, level = rest[:-size], rest[-size:]
        if named and (found := level_of(level, present)):
            return update(text, strip_ends(named), Changes(priority=found), present)
    return None


# Tags


@opens("tag", "label")
def tag(text: str, rest: Tokens, present: Present) -> Updates | None:
    for named, tags in around(rest, "with", "as"):
        if found := tags_of(tags, present):
            return update(text, named, Changes(add_tags=found), present)
    if len(rest) > 1 and (is_reference(rest[:-1]) or rest[-1].norm.startswith("#")):
        return update(text, rest[:-1], Changes(add_tags=tags_of(rest[-1:], present)), present)
    return None


@opens("add [the] (tag|tags|label|labels)", "put [the] (tag|label)")
def add_tag(text: str, rest: Tokens, present: Present) -> Updates | None:
    for tags, named in around(rest, "to", "on"):
        if found := tags_of(tags, present):
            return update(text, named, Changes(add_tags=found), present)
    return None


@opens("add")
def add_tag_sign(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Add #work to it"; without a "to", "add #work call Bob" is a new task."""
    signs = SIGNS(rest, 0, present)
    if signs is None or norm_at(rest, signs.end) != "to":
        return None
    return update(text, rest[signs.end + 1 :], Changes(add_tags=signs.value), present)


@opens("(remove|delete|drop|take) [the] (tag|tags|label|labels)")
def remove_tag(text: str, rest: Tokens, present: Present) -> Updates | None:
    for tags, named in around(rest, "from", "off", "of"):
        if found := tags_of(tags, present):
            return update(text, named, Changes(remove_tags=found), present)
    raise Complaint("needs_reference", "From which task should I remove the tag?")


@opens("(remove|delete|drop|take)")
def remove_tag_sign(text: str, rest: Tokens, present: Present) -> Updates | None:
    signs = SIGNS(rest, 0, present)
    if signs is None or norm_at(rest, signs.end) not in ("from", "off"):
        return None
    return update(text, rest[signs.end + 1 :], Changes(remove_tags=signs.value), present)


@opens("untag")
def untag(text: str, rest: Tokens, present: Present) -> Updates | None:
    for tags, named in around(rest, "from"):
        if found := tags_of(tags, present):
            return update(text, named, Changes(remove_tags=found), present)
    if len(rest) > 1 and rest[0].norm not in ARTICLES and (found := tags_of(rest[-1:], present)):
        return update(text, rest[:-1], Changes(remove_tags=found), present)
    return update(text, rest, Changes(clear_tags=True), present)


def tags_of(tokens: Tokens, present: Present) -> tuple[str, ...]:
    """The tags, when the tokens are nothing but tags."""
    words = trim(tokens)
    found = TAGS(words, 0, present)
    return found.value if found and found.end == len(words) else ()


@opens("(remove|clear|delete|drop) [all] [the] (tags|labels) (from|of|on|off)")
def clear_tags(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(clear_tags=True), present)


# Notes


@opens("add [a|the] (note|notes|comment) (to|on|for)", "(note|comment) (on|for)", "add to the notes of")
def add_note(text: str, rest: Tokens, present: Present) -> Updates | None:
    for named, note in list(around(rest, ":"))[-1:]:
        return update(text, named, Changes(notes=source(text, note)), present)
    return None


@opens("add [the] (note|comment)")
def add_quoted_note(text: str, rest: Tokens, present: Present) -> Updates | None:
    for note, named in around(rest, "to"):
        return update(text, named, Changes(notes=phrase(text, trim(note, ":,"))), present)
    return None


# Anything else


@opens("(update|edit|modify|set)")
def change(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Change X to Y": a moment, a priority, or else a new title."""
    if found := reschedule_to(text, rest, present):
        return found
    parts = list(around(rest, "to"))
    for named, value in parts:
        if level := level_of(value, present):
            return update(text, named, Changes(priority=level), present)
    return rename(text, rest, present) if parts and is_reference(parts[-1][0]) else None


@opens("change")
def change_title(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Change milk to oat milk"; without a "to" it may be a thing to do: "change the bulb"."""
    return change(text, rest, present) or (rename(text, rest, present) if any(around(rest, "to")) else None)
