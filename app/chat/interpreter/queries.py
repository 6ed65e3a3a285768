"""Questions about tasks: "what's due today?", "show high priority tasks tagged work", "when is the dentist?"."""

from dataclasses import replace
from enum import Enum
from typing import Final

from app.chat.interpreter.clauses import is_question
from app.chat.interpreter.commands import Filter, ListTasks
from app.chat.interpreter.filters import ARTICLES, Selection, phrase, read_selection
from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import Kind, Tokens, has_text, norm_at, trim

_FILLERS: Final = """
my the me our of a an in on for i we have has had got get need needs to do does did is are was there any what what's
whats which that due list lists please agenda plate calendar schedule left still currently now right should must can
with and or from up next planned coming many how did reminder reminders been already see look like , . ? ! ' s : be
welche was ist fällig habe ich meine für sind
"""
FILLERS: Final = frozenset(_FILLERS.split())
# A question is about tasks when it uses one of these, or names a condition such as "today".
SIGNALS: Final = {
    "due",
    "have",
    "agenda",
    "plate",
    "calendar",
    "schedule",
    "do",
    "next",
    "planned",
    "list",
    "left",
    "habe",
}
LONGEST_BARE_FILTER: Final = 3  # "next 7 days"


class Style(Enum):
    """How sure the opening is that tasks are wanted."""

    SHOW = "show"  # anything not understood is searched for
    MAYBE = "maybe"  # "get", "see", "check": also verbs of to-dos, so tasks must be named
    ASK = "ask"  # everything must be understood
    WHEN = "when"  # "when is ...": the rest is searched for


OPENINGS: Final[Grammar[Style]] = Grammar({})


@OPENINGS.rule(
    "show [me]", "list", "display", "search [for]", "find", "look for", "look up", "zeige [mir]", "zeig [mir]"
)
def show(_: Present) -> Style:
    return Style.SHOW


@OPENINGS.rule("get [me]", "give me", "see", "view", "check", "open", "pull up", "(can|may|could) i see", "let me see")
@OPENINGS.rule("tell me", "read [me] [out]", "go through", "review", "print")
def maybe(_: Present) -> Style:
    return Style.MAYBE


@OPENINGS.rule(
    "when (is|are|was|do|does|did)", "when's", "when do i (have|need) to", "when is my", "when am i", "where is"
)
@OPENINGS.rule("when is [the|my] (deadline|due date) (for|of)", "do i have to", "did i (add|write down)")
def when(_: Present) -> Style:
    return Style.WHEN


def read_query(text: str, tokens: Tokens, present: Present) -> ListTasks | None:
    """The list a clause asks for, None where it asks for something else; raises Complaint for an impossible date."""
    opening = OPENINGS.opening(tokens, present)
    style, rest = opening or (Style.ASK, tokens)
    if style is Style.WHEN:
        return ListTasks(searched(text, rest)) if trim(rest, "?.,!") else None
    selection = read_selection(text, rest, present, FILLERS)
    if style is Style.SHOW:
        return show_list(text, rest, selection)
    if selection.leftover or not (asks_for_tasks(tokens, selection) if style is Style.ASK else names(selection)):
        return None
    return ListTasks(open_by_default(selection))


def show_list(text: str, tokens: Tokens, selection: Selection) -> ListTasks | None:
    """The list for "show ..."; what was not understood is searched for, but "find a plumber" is a thing to do."""
    if not trim(tokens, "?.,!") and not selection.filter.narrows:
        return ListTasks(Filter(status="open"))
    words = trim(selection.leftover, "?.,!:")
    if words and all(word.kind in (Kind.NUMBER, Kind.HASHTAG) for word in words):
        return None  # one task of the list is no list
    if words and selection.filter.search is None:
        if norm_at(tokens, 0) in ("a", "an", "some", "someone", "me") and not selection.names_tasks:
            return None
        selection.filter = replace(selection.filter, search=" ".join(phrase(text, [word]) for word in words))
    return ListTasks(open_by_default(selection))


def searched(text: str, tokens: Tokens) -> Filter:
    """Open tasks with these words: "when is the dentist?"."""
    words = trim(tokens, "?.,!")
    while len(words) > 1 and (words[0].norm in ARTICLES or words[0].norm in ("is", "i", "have", "to", "do", "need")):
        words = words[1:]
    if len(words) > 1 and words[-1].norm in ("due", "task", "happening", "planned"):
        words = words[:-1]
    return Filter(status="open", search=phrase(text, words))


def names(selection: Selection) -> bool:
    """Whether the clause names tasks or a condition on them."""
    return selection.names_tasks or selection.filter.narrows


def asks_for_tasks(tokens: Tokens, selection: Selection) -> bool:
    """Whether a question, or a phrase without a verb such as "my tasks" or "overdue?", is about tasks."""
    words = {token.norm for token in tokens}
    if is_question(tokens):
        return names(selection) or selection.says_all or bool(words & SIGNALS)
    is_brief = selection.filter.narrows and has_text(tokens) and len(trim(tokens, "?.,!")) <= LONGEST_BARE_FILTER
    return selection.names_tasks or is_brief or "agenda" in words


def open_by_default(selection: Selection) -> Filter:
    """Open tasks unless another status, all of them or words to search for were asked for."""
    found = selection.filter
    if selection.says_all and not found.narrows:
        return replace(found, all=True)
    only_words = found.search is not None and found == Filter(search=found.search)
    if found.status is None and not only_words:
        return replace(found, status="open")
    return found
