"""A pattern language over tokens: rules are written as phrases, stored in a trie, and the longest phrase wins.

A pattern is words, `[optional parts]`, `(alternatives|of parts)` and `<slots>`. A slot is a function that reads a value
such as a number or a weekday. Patterns are expanded when a module is imported, so matching walks a few dictionary
entries per token: no backtracking over the message, hence time linear in its length.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Generic, NamedTuple, TypeVar

from app.chat.interpreter.commands import UnknownReason
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Tokens

T = TypeVar("T")


class Read(NamedTuple):
    """What a slot read: its value, None where it only had to be there, and the index after its last token."""

    value: Any
    end: int


Slot = Callable[[Tokens, int, Present], Read | None]


class Complaint(Exception):
    """A phrase that is clear in form but cannot be: 30 February, 25 o'clock, every second."""

    def __init__(self, reason: UnknownReason, message: str) -> None:
        super().__init__(message)
        self.reason: UnknownReason = reason
        self.message = message


class Strength(IntEnum):
    """How sure a phrase is of its meaning inside a title."""

    ADJACENT = 0  # only beside an accepted phrase: "morning" in "tomorrow morning", not in "morning run"
    EDGE = 1  # also at the end of the clause: "Sunday" in "call mom Sunday", not in "Sunday roast recipe"
    STRONG = 2  # anywhere: "tomorrow"


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """The meaning of the tokens up to `end`; a Complaint when they mean something impossible."""

    meaning: T | Complaint
    end: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class _Rule(Generic[T]):
    read: Callable[..., T | None]
    strength: Strength


@dataclass(slots=True)
class _Node(Generic[T]):
    words: dict[str, "_Node[T]"] = field(default_factory=dict)
    slots: dict[str, "_Node[T]"] = field(default_factory=dict)
    rules: list[_Rule[T]] = field(default_factory=list)


class Grammar(Generic[T]):
    """A set of rules that read phrases into meanings of one type."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._slots = slots
        self._root: _Node[T] = _Node()

    def rule(
        self, *patterns: str, strength: Strength = Strength.STRONG
    ) -> Callable[[Callable[..., T | None]], Callable[..., T | None]]:
        """Register a function that gets the present and the slots' values.

        The function returns None where the phrase means nothing after all, and raises Complaint where it cannot be.
        """

        def register(read: Callable[..., T | None]) -> Callable[..., T | None]:
            for pattern in patterns:
                for phrase in expand(pattern):
                    self._insert(phrase, _Rule(read, strength))
            return read

        return register

    def match(self, tokens: Tokens, start: int, present: Present) -> Match[T] | None:
        """The meaning of the longest phrase that begins at `start`; of two readings as long, the surer one."""
        return next(self.matches(tokens, start, present), None)

    def opening(self, tokens: Tokens, present: Present) -> tuple[T, Tokens] | None:
        """The meaning of the longest phrase in front, and the tokens after it."""
        for match in self.matches(tokens, 0, present):
            if not isinstance(match.meaning, Complaint):
                return match.meaning, tokens[match.end :]
        return None

    def closing(self, tokens: Tokens, present: Present, longest: int = 6) -> tuple[T, Tokens] | None:
        """The meaning of the longest phrase at the end, of at most so many tokens, and the tokens before it."""
        for size in range(min(longest, len(tokens)), 0, -1):
            if (meaning := self.whole(tokens[-size:], present)) is not None:
                return meaning, tokens[:-size]
        return None

    def whole(self, tokens: Tokens, present: Present) -> T | None:
        """The meaning of all the tokens together."""
        found = (match for match in self.matches(tokens, 0, present) if match.end == len(tokens))
        return next((match.meaning for match in found if not isinstance(match.meaning, Complaint)), None)

    def matches(self, tokens: Tokens, start: int, present: Present) -> Iterator[Match[T]]:
        """Every phrase that begins at `start`, the longest first."""
        walk = self._walk(self._root, tokens, start, (), present)
        for rule, end, values in sorted(walk, key=lambda hit: (hit[1], hit[0].strength), reverse=True):
            if (meaning := self._read(rule, values, present)) is not None:
                yield Match(meaning, end, rule.strength)

    def slot(self, tokens: Tokens, start: int, present: Present) -> Read | None:
        """This grammar as a slot of another one; complaints pass through to the outer phrase."""
        match = self.match(tokens, start, present)
        return Read(match.meaning, match.end) if match else None

    @staticmethod
    def _read(rule: _Rule[T], values: tuple[Any, ...], present: Present) -> T | Complaint | None:
        """The rule's meaning; a slot's complaint is the whole phrase's."""
        if complaint := next((value for value in values if isinstance(value, Complaint)), None):
            return complaint
        try:
            return rule.read(present, *values)
        except Complaint as raised:
            return raised
        except OverflowError:
            return Complaint("bad_date", "That is too far away in time.")

    def _insert(self, phrase: tuple[str, ...], rule: _Rule[T]) -> None:
        node = self._root
        for part in phrase:
            edges = node.slots if part.startswith("<") else node.words
            key = part.strip("<>") if part.startswith("<") else part
            if edges is node.slots and key not in self._slots:
                raise KeyError(f"no slot <{key}>")
            node = edges.setdefault(key, _Node())
        node.rules.append(rule)

    def _walk(
        self, node: _Node[T], tokens: Tokens, index: int, values: tuple[Any, ...], present: Present
    ) -> Iterator[tuple[_Rule[T], int, tuple[Any, ...]]]:
        for rule in node.rules:
            yield rule, index, values
        if index >= len(tokens):
            return
        if following := node.words.get(tokens[index].norm):
            yield from self._walk(following, tokens, index + 1, values, present)
        for name, after in node.slots.items():
            if read := self._slots[name](tokens, index, present):
                more = () if read.value is None else (read.value,)
                yield from self._walk(after, tokens, read.end, values + more, present)


_PART = re.compile(r"<\w+>|[\[\]()|]|[^\s\[\]()|]+")


def expand(pattern: str) -> list[tuple[str, ...]]:
    """Every plain phrase a pattern stands for: "end of [the] month" gives two."""
    parts = _PART.findall(pattern)
    phrases, end = _alternatives(parts, 0)
    if end != len(parts) or () in phrases:
        raise ValueError(f"malformed pattern: {pattern}")
    return phrases


def _alternatives(parts: list[str], index: int) -> tuple[list[tuple[str, ...]], int]:
    """The phrases of `a b|c` up to a closing bracket, and where it stands."""
    found: list[tuple[str, ...]] = []
    phrases: list[tuple[str, ...]] = [()]
    while index < len(parts) and parts[index] not in ("]", ")"):
        part = parts[index]
        index += 1
        if part == "|":
            found, phrases = found + phrases, [()]
        elif part in ("[", "("):
            inner, closing = _alternatives(parts, index)
            index = closing + 1
            choices = [*inner, ()] if part == "[" else inner
            phrases = [phrase + choice for phrase in phrases for choice in choices]
        else:
            phrases = [(*phrase, part) for phrase in phrases]
    return found + phrases, index
