"""Splitting a message into clauses, one command each, and clearing them of courtesies.

Semicolons and line breaks always split. "And", "then" and sentence ends split only before a verb that begins a command,
and never turn the end of a new task's title into a deletion: "remind me to back up and delete old mails" is one task.
"""

from collections.abc import Callable, Iterator
from typing import Final

from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens, has_text, norm_at
from app.chat.interpreter.verbs import ACTION_VERBS, COMMAND_VERBS, CREATE_VERBS, DELETE_VERBS

_LINKS: Final = {",", "and", "then", "also", "&", "und", "dann"}
_BULLETS: Final = {"-", "*", "•", "+", "·"}
_SENTENCE_ENDS: Final = {".", "!", "?"}
_ABBREVIATIONS: Final = {"dr", "mr", "mrs", "ms", "st", "no", "nr", "prof", "vs", "etc", "e", "g", "i", "a", "p", "m"}
_NAMES_OF_LISTS: Final = {"my", "me", "all", "tasks", "open", "overdue"}


def split(tokens: Tokens, present: Present, acts: Callable[[Tokens], bool]) -> Iterator[Tokens]:
    """The clauses of a message without bullets and courtesies; `acts` tells whether tokens act on existing tasks."""
    for line in lines(tokens):
        for sentence in sentences(strip_bullet(line)):
            for piece in soft_pieces(sentence, present, acts):
                if clause := strip_courtesy(piece, present):
                    yield clause


def lines(tokens: Tokens) -> Iterator[Tokens]:
    """The parts between line breaks and semicolons."""
    start = 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.NEWLINE or token.norm == ";":
            yield tokens[start:index]
            start = index + 1
    yield tokens[start:]


def sentences(tokens: Tokens) -> Iterator[Tokens]:
    """The sentences of a line, as far as they begin with a verb."""
    start = 0
    for index in range(len(tokens)):
        if ends_sentence(tokens, index):
            yield tokens[start : index + 1]
            start = index + 1
    yield tokens[start:]


def ends_sentence(tokens: Tokens, index: int) -> bool:
    """Whether a full stop, exclamation or question mark is followed by what starts a command."""
    if tokens[index].norm not in _SENTENCE_ENDS or index + 1 >= len(tokens) or tokens[index + 1].glued:
        return False
    if norm_at(tokens, index - 1) in _ABBREVIATIONS:
        return False
    rest = tokens[index + 1 : index + 5]
    return is_command(rest) or is_create(rest) or norm_at(rest, 0) in ("please", "also", "then", "and", "what", "show")


def soft_pieces(tokens: Tokens, present: Present, acts: Callable[[Tokens], bool]) -> Iterator[Tokens]:
    """The parts of a sentence that are commands of their own."""
    start = index = 0
    acting: bool | None = None
    while index < len(tokens):
        after = after_links(tokens, index)
        if start < index < after and begins_command(tokens[index:after], tokens[after:]):
            # Asked once per part, so that a long chain of "and" costs no more than its length.
            acting = acts(strip_courtesy(tokens[start:index], present)) if acting is None else acting
            if acting or continues_list(tokens[start:], tokens[index:after], tokens[after:], present):
                yield tokens[start:index]
                start, acting = after, None
        index = max(after, index + 1)
    yield tokens[start:]


def after_links(tokens: Tokens, index: int) -> int:
    """The index after "and", ", then" and their like, and after a "please" that follows them."""
    after = index
    while after < len(tokens) and (tokens[after].norm in _LINKS or (after > index and tokens[after].norm == "please")):
        after += 1
    return after


def begins_command(links: Tokens, after: Tokens) -> bool:
    """Whether what follows the links could be a command of its own."""
    return says_then(links) or is_command(after) or is_explicit_create(after)


def says_then(links: Tokens) -> bool:
    """Whether the links are "and then" or ", then"; a bare "then" is part of a title."""
    return len(links) > 1 and links[-1].norm in ("then", "dann")


def continues_list(before: Tokens, links: Tokens, after: Tokens, present: Present) -> bool:
    """Whether one new task is followed by another one, or by a look at the list; never by a deletion."""
    if not is_create(strip_courtesy(before[:8], present)):
        return False
    if is_explicit_create(after) or lists_tasks(after):
        return True
    return says_then(links) and norm_at(after, 0) not in DELETE_VERBS


def is_explicit_create(tokens: Tokens) -> bool:
    """Whether it begins as "add", "remind me to", "create"."""
    if norm_at(tokens, 0) == "remind":
        return norm_at(tokens, 1) == "me" and norm_at(tokens, 2) in ("to", "about", "of", "that")
    return norm_at(tokens, 0) in CREATE_VERBS


def is_create(tokens: Tokens) -> bool:
    """Whether it begins as a new task, be it only with a verb such as "buy"."""
    words = tuple(token.norm for token in tokens[:2])
    if words[:1] == ("remind",) or words in (("don't", "forget"), ("remember", "to"), ("need", "to"), ("note", "to")):
        return True
    if words and words[0] in ("i", "we") and words[1:] and words[1] in ("need", "have", "must", "should", "gotta"):
        return True
    return is_explicit_create(tokens) or norm_at(tokens, 0) in ACTION_VERBS - COMMAND_VERBS


def is_command(tokens: Tokens) -> bool:
    """Whether it begins with a verb that acts on tasks that exist, or asks for them."""
    return norm_at(tokens, 0) in COMMAND_VERBS


def lists_tasks(tokens: Tokens) -> bool:
    """Whether it begins as "show my ..."."""
    return norm_at(tokens, 0) in ("show", "list") and norm_at(tokens, 1) in _NAMES_OF_LISTS


def strip_bullet(tokens: Tokens) -> Tokens:
    """The tokens without "- ", "* ", "[ ] " or "1. " in front."""
    if len(tokens) > 1 and tokens[0].norm in _BULLETS and not tokens[1].glued:
        tokens = tokens[1:]
    elif len(tokens) > 2 and tokens[0].kind is Kind.NUMBER and tokens[1].norm in (".", ")") and not tokens[2].glued:
        tokens = tokens[2:]
    if len(tokens) > 2 and tokens[0].norm == "[" and norm_at(tokens, 1) in ("]", "x"):
        tokens = tokens[2:] if tokens[1].norm == "]" else tokens[3:]
    return tokens


# Courtesies

_TRAILING: Final = {"please", "pls", "thanks", "thx", "bitte", ",", "."}
_COURTESIES: Final[Grammar[bool]] = Grammar({})


@_COURTESIES.rule("please", "pls", "kindly", "bitte", "just", "also", "and", "then", "now", "ok", "okay", "so", "well")
@_COURTESIES.rule(
    "(can|could|would|will) you [please|kindly]", "(hey|hi|hello) [there|bot|assistant|todo]", "kannst du"
)
@_COURTESIES.rule(
    "i (want|need) you to", "(i'd|i would) like (to|you to)", "i want to", "i wanna", "let's", "go ahead and"
)
@_COURTESIES.rule("actually", "quickly", "(dear|hey) assistant", "let me", "i'd love to", "help me [to]", ",")
@_COURTESIES.rule("(what|how) about", "i (want|need) to (know|see)")
def _courtesy(_: Present) -> bool:
    return True


def strip_courtesy(tokens: Tokens, present: Present) -> Tokens:
    """The tokens without courtesies in front and behind, unless nothing else is left."""
    rest = tokens
    while (opening := _COURTESIES.opening(rest, present)) and has_text(opening[1]):
        rest = opening[1]
    # "Can you add milk?" is a request, so its question mark belongs to no title.
    courtesies = _TRAILING if rest is tokens else {*_TRAILING, "?"}
    while len(rest) > 1 and rest[-1].norm in courtesies:
        rest = rest[:-1]
    if len(rest) > 2 and [token.norm for token in rest[-2:]] in (["for", "me"], ["thank", "you"]):
        rest = rest[:-2]
    return rest


def is_question(tokens: Tokens) -> bool:
    """Whether a clause asks, by its mark or its first word."""
    if not tokens:
        return False
    if tokens[-1].norm == "?":
        return True
    # "Do the laundry" and "have lunch" are things to do.
    return tokens[0].norm in QUESTION_WORDS or (tokens[0].norm in _AUXILIARIES and norm_at(tokens, 1) in _SUBJECTS)


_QUESTION_WORDS: Final = """
what what's whats which who who's whose where where's when when's why how how's is are am does did was were can could
would should shall if any anything has wann wie wer wo warum
"""
QUESTION_WORDS: Final = frozenset(_QUESTION_WORDS.split())
_AUXILIARIES: Final = {"do", "have", "may", "will"}
_SUBJECTS: Final = {"i", "you", "we", "they", "he", "she", "it", "any", "there", "all"}
