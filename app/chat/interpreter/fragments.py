"""Finding, in the words of a task, what is not its title: moments, repetition, reminders, labels and notes.

Every phrase a grammar knows is a fragment. Strong ones count anywhere; weaker ones only at the clause's edge or beside
an accepted one, because "Sunday roast recipe" is a title and "call mom Sunday" is not. What is left is the title.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.chat.interpreter.grammar import Complaint, Grammar, Match, Strength
from app.chat.interpreter.labels import LABELS, Labels
from app.chat.interpreter.moments import Present
from app.chat.interpreter.recurrence import REPEATS
from app.chat.interpreter.reminders import REMINDERS, RemindAt, RemindBefore, longest_phrase
from app.chat.interpreter.repeat import FromCompletion, Repeat, RepeatEnd
from app.chat.interpreter.repeat import Meaning as RepeatMeaning
from app.chat.interpreter.tokens import Tokens
from app.chat.interpreter.when import When

Meaning = When | Repeat | RepeatEnd | FromCompletion | RemindBefore | RemindAt | Labels | Complaint


class Role(Enum):
    """What the preposition before a moment makes of it."""

    PLAIN = "plain"
    DEADLINE = "deadline"
    UNTIL = "until"
    START = "start"


@dataclass(frozen=True, slots=True)
class Fragment:
    """The tokens [start, end) and what they mean."""

    start: int
    end: int
    meaning: Meaning
    strength: Strength
    role: Role = Role.PLAIN

    @property
    def is_temporal(self) -> bool:
        """Whether it can make a weak phrase about time beside it certain."""
        return not isinstance(self.meaning, Labels | RepeatEnd)


@dataclass(frozen=True, slots=True)
class _Preposition:
    role: Role
    # Whether a weak moment after it is certain: "on Sunday" is, "for Sunday roast" is not.
    is_firm: bool = True


_PREPOSITIONS: Final[Grammar[_Preposition]] = Grammar({})


@_PREPOSITIONS.rule("on", "at", "@", "am", "um")
def _plain(_: Present) -> _Preposition:
    return _Preposition(Role.PLAIN)


@_PREPOSITIONS.rule("for", "für", "in", "(sometime|anytime) [on|in]", "(some|any) time [on|in]")
def _loose(_: Present) -> _Preposition:
    return _Preposition(Role.PLAIN, is_firm=False)


@_PREPOSITIONS.rule(
    "[is] due [on|by|at|in|:]", "by", "before", "(no|not) later than", "deadline [:|is]", "bis", "bis zum"
)
def _deadline(_: Present) -> _Preposition:
    return _Preposition(Role.DEADLINE)


@_PREPOSITIONS.rule("until", "till", "til", "through", "ending [on|in|at]", "up to")
def _until(_: Present) -> _Preposition:
    return _Preposition(Role.UNTIL)


@_PREPOSITIONS.rule("[,] (starting|beginning) [on|from|at|in]", "as of", "ab")
def _start(_: Present) -> _Preposition:
    return _Preposition(Role.START)


@_PREPOSITIONS.rule("from")
def _loose_start(_: Present) -> _Preposition:
    return _Preposition(Role.START, is_firm=False)


def find(tokens: Tokens, present: Present) -> list[Fragment]:
    """Every fragment, longest first and left to right without overlap, not yet judged."""
    found: list[Fragment] = []
    index = 0
    while index < len(tokens):
        fragment = fragment_at(tokens, index, present)
        if fragment is None:
            index += 1
        else:
            found.append(fragment)
            index = fragment.end
    return found


def fragment_at(tokens: Tokens, index: int, present: Present) -> Fragment | None:
    """The longest fragment that begins here; moments may have a preposition."""
    matches: list[Match[Labels] | Match[RepeatMeaning] | Match[RemindBefore | RemindAt] | None] = [
        LABELS.match(tokens, index, present),
        REPEATS.match(tokens, index, present),
        REMINDERS.match(tokens, index, present),
    ]
    found = [Fragment(index, match.end, match.meaning, match.strength) for match in matches if match]
    if moment := moment_at(tokens, index, present):
        found.append(moment)
    return max(found, key=lambda fragment: fragment.end, default=None)


def moment_at(tokens: Tokens, index: int, present: Present) -> Fragment | None:
    """A day or time with the preposition before it, if any."""
    bare = longest_phrase(tokens, index, present)
    preposition = _PREPOSITIONS.match(tokens, index, present)
    if preposition is None or isinstance(preposition.meaning, Complaint):
        return Fragment(index, bare.end, bare.meaning, bare.strength) if bare else None
    role, is_firm = preposition.meaning.role, preposition.meaning.is_firm
    following = longest_phrase(tokens, preposition.end, present)
    if bare and (following is None or bare.end >= following.end):
        return Fragment(index, bare.end, bare.meaning, bare.strength, role)
    if following is None:
        return None
    strength = Strength.STRONG if is_firm else following.strength
    return Fragment(index, following.end, following.meaning, strength, role)


# Judging: which fragments count

_JOINTS: Final = {",", "and", "-", "@", "und"}
_TRAILING: Final = {".", ",", "!", "?", ")", ";", "please", "thanks", "thx", "bitte", "pls"}
_HEAD_MARKS: Final = {",", ":", "-", "to", "about", "that", "i"}


def judge(tokens: Tokens, fragments: list[Fragment], *, certain: bool = False) -> list[Fragment]:
    """The fragments that count, by their strength and their place; all of them where a moment is expected."""
    ends = trailing(tokens, fragments)
    accepted = [
        certain
        or fragment.strength is Strength.STRONG
        or (fragment.strength is Strength.EDGE and (at_end or at_head(tokens, fragment)))
        for fragment, at_end in zip(fragments, ends, strict=True)
    ]
    for order in (range(1, len(fragments)), range(len(fragments) - 1, 0, -1)):
        for right in order:
            if accepted[right - 1] != accepted[right] and touch(tokens, fragments[right - 1], fragments[right]):
                accepted[right - 1] = accepted[right] = True
    kept = [fragment for fragment, counts in zip(fragments, accepted, strict=True) if counts]
    repeats = any(isinstance(fragment.meaning, Repeat) for fragment in kept)
    return [f for f in kept if repeats or not isinstance(f.meaning, RepeatEnd | FromCompletion)]


def trailing(tokens: Tokens, fragments: list[Fragment]) -> list[bool]:
    """For each fragment, whether only fragments, punctuation and courtesies follow it."""
    ends: list[bool] = []
    following, still = len(tokens), True
    for fragment in reversed(fragments):
        still = still and all(tokens[i].norm in _TRAILING for i in range(fragment.end, following))
        ends.append(still)
        following = fragment.start
    return ends[::-1]


def at_head(tokens: Tokens, fragment: Fragment) -> bool:
    """Whether it opens the clause and is set off from the rest: "Friday: call mom", "remind me Friday to call mom"."""
    return fragment.start == 0 and fragment.end < len(tokens) and tokens[fragment.end].norm in _HEAD_MARKS


def touch(tokens: Tokens, left: Fragment, right: Fragment) -> bool:
    """Whether two phrases stand side by side, both of them about time or both labels."""
    gap = tokens[left.end : right.start]
    same = left.is_temporal == right.is_temporal and not isinstance(left.meaning, RepeatEnd)
    return same and len(gap) <= 1 and all(token.norm in _JOINTS for token in gap)
