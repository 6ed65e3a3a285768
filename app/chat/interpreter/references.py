"""How a message names tasks that exist: "#2", "the second one", "it", "the milk task", "all overdue tasks"."""

from dataclasses import replace
from typing import Final

from app.chat.interpreter.commands import Filter, Reference, Status
from app.chat.interpreter.filters import ARTICLES, TASK_NOUNS, Selection, phrase, read_selection
from app.chat.interpreter.grammar import Complaint, Grammar, Read
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Token, Tokens, has_text, norm_at, trim
from app.chat.interpreter.vocabulary import VOCABULARY

MAX_LISTED: Final = 50
FILLERS: Final = frozenset(
    ("my", "the", "our", "of", "that", "which", "are", "is", "were", "due", "for", "on", "in", "from", "i", "have",
     "been", "already", "single", "please", ",", "and", "with")
)  # fmt: skip
LEADS_TO_TITLE: Final = ("to", "called", "named", "about", "for", ":")
# Other people's tasks are out of reach anyway; saying so is clearer than searching for them.
OTHER_PEOPLE: Final = {"user", "users", "user's", "users'", "everyone's", "everybody's", "people's", "other", "system"}


def hash_number(tokens: Tokens, index: int, _: Present) -> Read | None:
    """#2 as one token."""
    if index < len(tokens) and tokens[index].kind is Kind.HASHTAG and tokens[index].norm[1:].isdigit():
        return Read(int(tokens[index].norm[1:7]), index + 1)
    return None


NAMED: Final[Grammar[Reference]] = Grammar({**VOCABULARY, "hash": hash_number})


@NAMED.rule("it", "that", "this", "(that|this|the) (one|task|todo|item|reminder)", "that last one", "es")
def mentioned(_: Present) -> Reference:
    return Reference(pronoun="it")


@NAMED.rule(
    "them", "those", "these", "(those|these) (tasks|todos|items|ones)", "[all] of them", "them all", "both [of them]"
)
@NAMED.rule("all of (those|these)", "all (those|these) [tasks|todos|items|ones]")
def all_mentioned(_: Present) -> Reference:
    return Reference(pronoun="them")


@NAMED.rule(
    "[task|todo|item|number|no|nr|reminder] <hash>", "[the] (task|todo|item|number|no|nr|reminder|aufgabe) <number>"
)
@NAMED.rule("<number>", "(no|nr) . <number>", "(task|todo|item) (number|no|nr) <number>", "the (task|todo|item) <hash>")
def numbered(_: Present, number: int) -> Reference | None:
    return Reference(number=number) if number >= 1 else None


@NAMED.rule(
    "[the|my] <nth> (one|task|todo|item|reminder)", "the <nth>", "the <nth> (one|task|item) (in|on|of) the list"
)
def placed(_: Present, place: int) -> Reference | None:
    return Reference(number=place) if place else None


def read_reference(text: str, tokens: Tokens, present: Present) -> Reference:
    """The tasks that the tokens name; raises Complaint when they name none, or all without saying so."""
    tokens = trim(strip_courtesy(tokens))
    if not tokens:
        raise Complaint("needs_reference", "Which task? Say its title, or its number in the list.")
    named = NAMED.match(tokens, 0, present)
    if named and named.end == len(tokens) and isinstance(named.meaning, Reference):
        return named.meaning
    return quoted_reference(tokens) or bulk_reference(text, tokens, present) or words_reference(text, tokens)


def read_references(text: str, tokens: Tokens, present: Present) -> tuple[Reference, ...]:
    """As `read_reference`, but a list of numbers or quoted titles names several: "#1, #2 and 4", "2-5"."""
    tokens = trim(strip_courtesy(tokens))
    start = 1 if norm_at(tokens, 0) in ("tasks", "todos", "items", "numbers") else 0
    if numbers := number_range(tokens[start:], present):
        return tuple(Reference(number=number) for number in numbers)
    parts = split_list(tokens[start:])
    if len(parts) > 1 and all(is_precise(part, present) for part in parts):
        return tuple(read_reference(text, part, present) for part in parts[:MAX_LISTED])
    return (read_reference(text, tokens, present),)


def with_status(reference: Reference, status: Status | None) -> Reference:
    """A bulk reference that leaves alone what is in no state to be changed; a status that was said stays."""
    if status is None or reference.filter is None or reference.filter.status is not None:
        return reference
    return replace(reference, filter=replace(reference.filter, status=status))


def strip_courtesy(tokens: Tokens) -> Tokens:
    """The tokens without what only makes them polite."""
    while tokens and tokens[-1].norm in ("please", "thanks", "now", ",", ".", "!", "?", "bitte"):
        tokens = tokens[:-1]
    return tokens


def number_range(tokens: Tokens, present: Present) -> range | None:
    """2-5, 2 to 5."""
    if len(tokens) != 3 or tokens[1].norm not in ("-", "to"):
        return None
    first, last = (NAMED.match([token], 0, present) for token in (tokens[0], tokens[2]))
    ends = [m.meaning.number for m in (first, last) if m and isinstance(m.meaning, Reference) and m.meaning.number]
    return range(ends[0], ends[1] + 1) if len(ends) == 2 and ends[0] <= ends[1] < ends[0] + MAX_LISTED else None


def split_list(tokens: Tokens) -> list[list[Token]]:
    """The parts between commas and "and"."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.norm in (",", "and", "&"):
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def is_precise(tokens: Tokens, present: Present) -> bool:
    """Whether a part of a list is a number or a quoted title."""
    match = NAMED.match(tokens, 0, present)
    is_number = bool(match and match.end == len(tokens) and getattr(match.meaning, "number", None))
    return is_number or (len(tokens) == 1 and tokens[0].kind is Kind.QUOTED)


def quoted_reference(tokens: Tokens) -> Reference | None:
    """One quoted title, perhaps with "the task" around it."""
    quotes = [token for token in tokens if token.kind is Kind.QUOTED]
    around = {token.norm for token in tokens if token.kind is not Kind.QUOTED}
    if (
        len(quotes) == 1
        and quotes[0].inner.strip()
        and around <= {"the", "my", "task", "todo", "item", "called", "named"}
    ):
        return Reference(words=quotes[0].inner.strip(), exact=True)
    return None


def bulk_reference(text: str, tokens: Tokens, present: Present) -> Reference | None:
    """Several tasks by a filter; every word must be understood, for a bulk change may not rest on a guess."""
    selection = read_selection(text, tokens, present, FILLERS)
    if not (selection.says_all or selection.names_many or selection.filter.narrows):
        return None
    found = with_word(selection, tokens)
    if found is not None:
        # "Urgent" alone may be a title's word, "completed" and "overdue" alone are not.
        is_plain = found.status == "completed" or (found.due is not None and found.due.name == "overdue")
        if found.search and found == Filter(search=found.search) and not (selection.says_all or selection.names_many):
            return Reference(words=found.search)
        if found.narrows and (selection.names_tasks or selection.says_all or is_plain):
            return Reference(filter=found)
        if selection.says_all and not selection.leftover:
            return Reference(filter=replace(found, all=True))
    if selection.says_all or selection.names_many:
        raise Complaint(
            "needs_reference",
            'I am not sure which tasks you mean. Say for example "all completed tasks" or "all tasks about milk".',
        )
    return None


def with_word(selection: Selection, tokens: Tokens) -> Filter | None:
    """The filter; one unknown word before "tasks" is searched for: "all gym tasks"."""
    if not selection.leftover:
        return selection.filter
    if selection.contradicts:
        return None
    word = selection.leftover[0]
    followed_by = norm_at(tokens, tokens.index(word) + 1)
    if (
        len(selection.leftover) == 1
        and word.kind is Kind.WORD
        and word.norm not in OTHER_PEOPLE
        and selection.says_all
        and followed_by in ("tasks", "todos", "items", "reminders")
        and selection.filter.search is None
    ):
        return replace(selection.filter, search=word.text)
    return None


def words_reference(text: str, tokens: Tokens) -> Reference:
    """Words of a title, without the article before and "task" behind."""
    words = list(tokens)
    if words[0].norm in ARTICLES and len(words) > 1:
        words = words[1:]
    if words[0].norm in TASK_NOUNS | {"one", "reminder"} and norm_at(words, 1) in (
        "to",
        "called",
        "named",
        "about",
        "for",
        ":",
    ):
        words = words[2:]
    if len(words) > 1 and words[-1].norm in TASK_NOUNS:
        words = words[:-1]
    words = list(trim(words))
    if words and words[0].norm in ARTICLES and len(words) > 1:
        words = words[1:]
    if not has_text(words) or words[-1].norm in TASK_NOUNS or words[-1].norm in ("list", "reminder"):
        raise Complaint("needs_reference", "Which task? Say its title, or its number in the list.")
    return Reference(words=phrase(text, words))
