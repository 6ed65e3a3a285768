"""Which tasks are meant: "overdue", "high priority tasks tagged work", "everything due this week"."""

from dataclasses import dataclass, replace
from typing import Final

from app.chat.interpreter.commands import Filter
from app.chat.interpreter.conditions import CONDITIONS
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Token, Tokens, source, trim

# Not "reminder": "delete all reminders" must not delete tasks.
TASK_NOUNS: Final = {"task", "todo", "to-do", "item", "aufgabe"}
TASK_PLURALS: Final = {"tasks", "todos", "to-dos", "items", "things", "ones", "aufgaben"}
ARTICLES: Final = {"the", "my", "a", "an"}
EVERYTHING: Final = {"all", "everything", "every", "any", "anything", "alle", "alles"}


@dataclass(slots=True)
class Selection:
    """A filter and what stood around it; `leftover` are the tokens that were not understood."""

    filter: Filter
    leftover: list[Token]
    names_tasks: bool = False
    names_many: bool = False
    says_all: bool = False
    says_due: bool = False
    contradicts: bool = False


def read_selection(text: str, tokens: Tokens, present: Present, fillers: frozenset[str]) -> Selection:
    """Read conditions, task nouns and fillers in any order; raises Complaint for an impossible date."""
    selection = Selection(Filter(), [])
    index = 0
    while index < len(tokens):
        match = CONDITIONS.match(tokens, index, present)
        if match is None:
            take_word(selection, tokens[index], fillers)
            index += 1
        elif isinstance(match.meaning, Complaint):
            raise match.meaning
        elif match.meaning.starts_search:
            index = take_search(text, selection, tokens, match.end, present)
        else:
            take_condition(selection, tokens[index : match.end], match.meaning.filter)
            index = match.end
    selection.filter = with_completion(selection)
    return selection


def take_word(selection: Selection, token: Token, fillers: frozenset[str]) -> None:
    """Note a noun or "all", pass over a filler, keep anything else as not understood."""
    selection.says_due = selection.says_due or token.norm == "due"
    if token.norm in TASK_NOUNS or token.norm in TASK_PLURALS:
        selection.names_tasks = True
        selection.names_many = selection.names_many or token.norm in TASK_PLURALS
    elif token.norm in EVERYTHING:
        selection.says_all = True
    elif token.norm not in fillers:
        selection.leftover.append(token)


def take_condition(selection: Selection, tokens: Tokens, said: Filter) -> None:
    """Add a condition; one that contradicts an earlier one was not understood."""
    merged = merge(selection.filter, said)
    if merged is None:
        selection.contradicts = True
        selection.leftover.extend(tokens)
    else:
        selection.filter = merged
        selection.names_tasks |= any(token.norm in TASK_NOUNS | TASK_PLURALS for token in tokens)


def take_search(text: str, selection: Selection, tokens: Tokens, start: int, present: Present) -> int:
    """Take the words to search for, up to the next condition; the index after them."""
    end = start
    while end < len(tokens) and (end == start or CONDITIONS.match(tokens, end, present) is None):
        end += 1
    words = trim(tokens[start:end])
    while words and words[0].norm in ARTICLES:
        words = words[1:]
    if not words or selection.filter.search:
        selection.leftover.extend(tokens[start - 1 : end])
    else:
        selection.filter = replace(selection.filter, search=phrase(text, words))
    return end


def phrase(text: str, tokens: Tokens) -> str:
    """Search words as written, one quoted phrase without its quotes."""
    return tokens[0].inner if len(tokens) == 1 else " ".join(source(text, tokens).split())


def merge(known: Filter, said: Filter) -> Filter | None:
    """Both conditions together, None where they contradict each other; overdue tasks are open ones anyway."""
    values = {}
    for name in ("status", "priority", "due", "sort", "limit"):
        old, new = getattr(known, name), getattr(said, name)
        if old is not None and new is not None and old != new:
            return None
        values[name] = old if new is None else new
    return replace(known, **values, tags=tuple(dict.fromkeys((*known.tags, *said.tags))))


def with_completion(selection: Selection) -> Filter:
    """Completed tasks of a week are those completed in it, unless "due" was said."""
    found = selection.filter
    if found.status == "completed" and found.due is not None and not selection.says_due:
        return replace(found, due=None, completed=found.due)
    return found
