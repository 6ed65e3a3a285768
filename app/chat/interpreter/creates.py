"""New tasks: "add ...", "remind me to ...", "todo: ...", and bare imperatives such as "buy milk tomorrow"."""

from dataclasses import dataclass
from typing import Final

from app.chat.interpreter.clauses import is_question
from app.chat.interpreter.commands import CreateTask, Priority
from app.chat.interpreter.details import Details, read_details, timing
from app.chat.interpreter.fragments import find
from app.chat.interpreter.grammar import Complaint, Grammar
from app.chat.interpreter.labels import SLOTS
from app.chat.interpreter.moments import Present
from app.chat.interpreter.recurrence import adverb
from app.chat.interpreter.references import split_list
from app.chat.interpreter.repeat import Repeat, plain
from app.chat.interpreter.tokens import Kind, Tokens, has_text, norm_at, tokenize
from app.chat.interpreter.verbs import ACTION_VERBS
from app.chat.interpreter.vocabulary import VOCABULARY, one_of

MAX_BARE_WORDS: Final = 8
LONGEST_MOMENT: Final = 15
# "Write me a poem" asks the assistant for something; "wake me up" is a thing to do.
FAVOURS: Final = {
    "write",
    "tell",
    "give",
    "show",
    "make",
    "sing",
    "draw",
    "read",
    "teach",
    "send",
    "compose",
    "play",
    "get",
}
# A sentence with one of these states something; it is not a thing to do.
_STATEMENT_WORDS: Final = """
is are was were am i i'm i've i'll i'd you you're your he she it it's they we will has had does did would could should
must can all everything ignore system assistant delete remove me that's there isn't aren't don't not never
ich du ist sind
"""
STATEMENT_WORDS: Final = frozenset(_STATEMENT_WORDS.split())


@dataclass(frozen=True, slots=True)
class Opening:
    """How a new task was announced."""

    reminding: bool = False
    priority: Priority | None = None
    repeat: Repeat | None = None
    # Whether the verb itself is the title's first word unless a moment was said: "schedule the movers".
    needs_moment: bool = False


OPENINGS: Final[Grammar[Opening]] = Grammar(
    {
        **SLOTS,
        "adverb": adverb,
        "add": one_of("add", "create", "make", "enter", "insert", "start", "set"),
        "a": one_of("a", "an", "another", "the", "this", "new"),
        "task": one_of("task", "todo", "to-do", "item", "entry"),
        "ring": one_of("reminder", "alarm", "alert"),
        "lead": one_of("to", "called", "named", "titled", "for", "about", "of", "that", ":"),
        "we": one_of("i", "we"),
    }
)


@OPENINGS.rule("add", "create", "todo", "to-do", "to do", "put", "track", "(write|note|jot) down", "need to", "have to")
@OPENINGS.rule("<add> [me] [<a>] [new] [recurring|repeating] <task> [<lead>]", "new <task> [<lead>]", "<task> :")
@OPENINGS.rule("add :", "new :", "note :", "(tasks|todos|to-dos) :")
@OPENINGS.rule("note to self [:|to]", "make a note [to|of|that|:]", "make sure [to]", "make sure [that] <we>")
@OPENINGS.rule(
    "<we> (need|have|must|should|ought|want|got) to",
    "[<we>] gotta",
    "<we> (must|should) [probably|really]",
    "(i've|we've) got to",
)
@OPENINGS.rule(
    "remember to", "<we> need", "(i'd|we'd) better", "(don't|dont) forget [to|about]", "do not forget [to|about]"
)
@OPENINGS.rule("(don't|dont) let me forget [to|about]", "do not let me forget [to|about]")
@OPENINGS.rule("neue aufgabe [:]", "aufgabe :", "ich muss")
def announced(_: Present) -> Opening:
    return Opening()


@OPENINGS.rule(
    "remind me [please] [again] [<lead>]", "remind me that i (have|need) to", "remind us to", "reminder [<lead>]"
)
@OPENINGS.rule("<add> [me] [<a>] [new] <ring> [<lead>]", "set up [<a>] <ring> [<lead>]", "give me a <ring> [<lead>]")
@OPENINGS.rule(
    "(notify|alert|ping) me (to|about|of|that|when)", "(erinner|erinnere) mich [an|daran]", "new <ring> [<lead>]"
)
def reminding(_: Present) -> Opening:
    return Opening(reminding=True)


@OPENINGS.rule(
    "<add> [me] [<a>] [new] <level> [-] [priority|prio] <task> [<lead>]", "new <level> priority <task> [<lead>]"
)
def with_priority(_: Present, level: Priority) -> Opening:
    return Opening(priority=level)


@OPENINGS.rule("<add> [me] [<a>] [new] <adverb> <task> [<lead>]", "new <adverb> <task> [<lead>]")
def with_adverb(_: Present, found: tuple[str, int]) -> Opening:
    return Opening(repeat=plain(*found, "due"))


@OPENINGS.rule("<add> [me] [<a>] [new] <adverb> <ring> [<lead>]", "remind me <adverb> [<lead>]")
def with_adverb_reminding(_: Present, found: tuple[str, int]) -> Opening:
    return Opening(reminding=True, repeat=plain(*found, "due"))


@OPENINGS.rule("schedule [a|an|the|my]")
def scheduled(_: Present) -> Opening:
    return Opening(needs_moment=True)


def read_create(text: str, tokens: Tokens, present: Present) -> CreateTask | None:
    """The task of a clause that announces one; raises Complaint where it has no title."""
    found = OPENINGS.opening(tokens, present) or after_moment(tokens, present)
    if found is None or (norm_at(tokens, 0) == "put" and "list" not in {token.norm for token in tokens}):
        return None
    opening, body = found
    if opening.needs_moment and not read_details(text, tokens, present).says_something:
        return create(text, tokens, present, Opening())
    return create(text, body, present, opening)


def after_moment(tokens: Tokens, present: Present) -> tuple[Opening, Tokens] | None:
    """An announcement after its moment: "tomorrow at 9 remind me to ..."; the moment goes to the end."""
    end = 0
    for fragment in find(tokens[:LONGEST_MOMENT], present):
        if fragment.start > end + 1 or (fragment.start > end and tokens[end].norm != ","):
            break
        end = fragment.end
    body = end + 1 if norm_at(tokens, end) == "," else end
    found = OPENINGS.opening(tokens[body:], present) if end else None
    return (found[0], [*found[1], *tokens[:end]]) if found else None


LISTS: Final[Grammar[bool]] = Grammar(VOCABULARY)


@LISTS.rule("(add|create) [these|the following] [<number>] (tasks|todos|items) :", "(add|create) the following :")
def _several(_: Present, *_count: int) -> bool:
    return True


def read_list(text: str, tokens: Tokens, present: Present) -> list[CreateTask] | None:
    """One task for each part of "add three tasks: milk, eggs and bread"; a comma alone never splits a title."""
    found = LISTS.opening(tokens, present)
    parts = split_list(found[1]) if found else []
    return [create(text, part, present, Opening()) for part in parts] or None


def create(text: str, tokens: Tokens, present: Present, opening: Opening) -> CreateTask:
    """The task that the tokens describe; raises Complaint for what is impossible."""
    tokens = strip_lead(tokens)
    details = read_details(text, tokens, present, reminding=opening.reminding)
    details.repeat = details.repeat or opening.repeat
    title = Details([strip_lead(run) if i == 0 else run for i, run in enumerate(details.rest)]).title(text)
    if not has_text(tokenize(title)):
        asked = "What should I remind you of?" if opening.reminding else "What should the task be called?"
        raise Complaint("needs_title", asked)
    times = timing(details, present, reminding=opening.reminding)
    return CreateTask(
        title=title,
        priority=details.priority or opening.priority,
        tags=details.tags,
        due_at=times.due.at if times.due else None,
        due_has_time=times.due is not None and times.due.has_time,
        remind_at=times.remind_at,
        rrule=times.rrule,
        recurrence_mode=times.mode,
        notes=details.notes,
    )


def strip_lead(tokens: Tokens) -> Tokens:
    """The tokens without what only leads over to the title: "to", "about", a colon."""
    while tokens and tokens[0].norm in ("to", "about", "that", "of", ":", ",", "-", "an", "daran") and len(tokens) > 1:
        if tokens[0].norm == "an" and tokens[0].text != "an":
            break
        tokens = tokens[1:]
    return tokens


def read_bare(text: str, tokens: Tokens, present: Present) -> CreateTask | None:
    """The task of a clause without an announcement: an imperative, or a short noun phrase with a date or a label."""
    words = {token.norm for token in tokens if token.kind is not Kind.QUOTED}
    asks_favour = norm_at(tokens, 0) in FAVOURS and norm_at(tokens, 1) in ("me", "us")
    if is_question(tokens) or asks_favour or words & {"you", "your", "yourself"}:
        return None
    if norm_at(tokens, 0) in ACTION_VERBS and len(tokens) > 1:
        return create(text, tokens, present, Opening())
    details = read_details(text, tokens, present)
    title_words = [token for token in details.leftover if token.kind is not Kind.MARK]
    if STATEMENT_WORDS.intersection(token.norm for token in title_words):
        return None
    if details.says_something and 0 < len(title_words) <= MAX_BARE_WORDS:
        return create(text, tokens, present, Opening())
    return None
