"""Priorities and tags: "high priority", "p1", "!!", "urgent", "#errands", "tagged work and home"."""

from dataclasses import dataclass
from typing import Final

from app.chat.interpreter.commands import Priority
from app.chat.interpreter.grammar import Grammar, Read, Strength
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens
from app.chat.interpreter.vocabulary import VOCABULARY, listed

LEVELS: Final[dict[str, Priority]] = {
    "low": "low", "lowest": "low", "minor": "low",
    "medium": "medium", "normal": "medium", "middle": "medium", "default": "medium",
    "high": "high", "higher": "high", "important": "high",
    "urgent": "urgent", "top": "urgent", "highest": "urgent", "critical": "urgent",
    "niedrige": "low", "mittlere": "medium", "hohe": "high",
}  # fmt: skip
CODES: Final[dict[str, Priority]] = {"p1": "urgent", "p2": "high", "p3": "medium", "p4": "low"}
BANGS: Final[dict[str, Priority]] = {
    "!!": "high", "!!!": "urgent", "!1": "urgent", "!2": "high", "!3": "medium", "!4": "low",
    "!!1": "urgent", "!!2": "high", "!!3": "medium", "!!4": "low",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labels:
    """A priority or tags that were said."""

    priority: Priority | None = None
    tags: tuple[str, ...] = ()


def level(tokens: Tokens, index: int, _: Present) -> Read | None:
    """A priority's name or code: high, top, p1."""
    if index >= len(tokens):
        return None
    norm = tokens[index].norm
    found = LEVELS.get(norm) or CODES.get(norm) or bang_level(norm)
    return Read(found, index + 1) if found else None


def bang_level(norm: str) -> Priority | None:
    """The priority of !!, !!!, !1 and !high."""
    return BANGS.get(norm) or (LEVELS.get(norm.lstrip("!")) if norm.startswith("!") else None)


def code(tokens: Tokens, index: int, _: Present) -> Read | None:
    """A priority that can be nothing else: p1, !!, !high."""
    if index >= len(tokens):
        return None
    norm = tokens[index].norm
    found = CODES.get(norm) or (bang_level(norm) if tokens[index].kind is Kind.BANG else None)
    return Read(found, index + 1) if found else None


def hashtag(tokens: Tokens, index: int, _: Present) -> Read | None:
    """#errands; a number sign before digits alone counts tasks instead."""
    if index < len(tokens) and tokens[index].kind is Kind.HASHTAG and not tokens[index].norm[1:].isdigit():
        return Read(tokens[index].norm[1:], index + 1)
    return None


def tag_name(tokens: Tokens, index: int, present: Present) -> Read | None:
    """A tag with or without its sign, quoted or not."""
    if found := hashtag(tokens, index, present):
        return found
    if index < len(tokens) and tokens[index].kind in (Kind.WORD, Kind.QUOTED):
        return Read(tokens[index].inner.lower(), index + 1)
    return None


SLOTS: Final = {
    **VOCABULARY,
    "level": level,
    "code": code,
    "hashtag": hashtag,
    "tag": tag_name,
    "tags": listed(tag_name, 10, joined=True),
}
LABELS: Final[Grammar[Labels]] = Grammar(SLOTS)


@LABELS.rule("[with] [a] <level> (priority|prio)", "<level> - (priority|prio)", "mit hoher priorität")
@LABELS.rule("[with] (priority|prio|priorität) [:|=] <level>", "at <level> (priority|prio)")
def priority(_: Present, found: Priority = "high") -> Labels:
    return Labels(priority=found)


@LABELS.rule("[with] (priority|prio) [:|=] <number>")
def numbered_priority(_: Present, number: int) -> Labels | None:
    """1 is the most urgent, as in p1."""
    found = CODES.get(f"p{number}")
    return Labels(priority=found) if found else None


@LABELS.rule("[,] [and] (make|mark) it [as] <level> [priority]", "<code>")
def priority_code(_: Present, found: Priority) -> Labels:
    return Labels(priority=found)


@LABELS.rule("it's urgent", "this is urgent", "very urgent", ", urgent", "- urgent", "as soon as possible")
@LABELS.rule("urgent", "asap", "urgently", "dringend", strength=Strength.EDGE)
def urgent(_: Present) -> Labels:
    return Labels(priority="urgent")


@LABELS.rule(
    "it's important", "this is important", ", important", "- important", "very important", strength=Strength.EDGE
)
def important(_: Present) -> Labels:
    return Labels(priority="high")


@LABELS.rule("<hashtag>")
def tag_sign(_: Present, tag: str) -> Labels:
    return Labels(tags=(tag,))


@LABELS.rule("(tagged|labelled|labeled) [with|as|:] <tags>", "(tag|tags|label|labels) : <tags>")
@LABELS.rule("(with|and) [the] (tag|tags|label|labels) [:] <tags>", "[,] [and] tag it [with|as] <tags>")
def tagged(_: Present, tags: tuple[str, ...]) -> Labels:
    return Labels(tags=tags)


@LABELS.rule("(to|on) (my|our) <tag> list")
def named_list(_: Present, name: str) -> Labels:
    """A list is a tag, except the list of tasks itself."""
    return Labels() if name in ("todo", "to-do", "task", "tasks") else Labels(tags=(name,))


@LABELS.rule("(to|on) (my|our|the) (list|todos|tasks)", "(to|on) (my|our|the) to do list", "to (todo|todos|to-do) list")
@LABELS.rule("(to|on) the (todo|to-do|task|tasks) list")
def own_list(_: Present) -> Labels:
    return Labels()
