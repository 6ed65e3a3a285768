"""New tasks: "add ...", "remind me to ...", "todo: ...", and bare imperatives such as "buy milk tomorrow"."""

from dataclasses import dataclass
from typing import Final

from app.chat.interpreter.clauses import is_question
from app.chat.interpreter.commands import CreateTask, Priority
from app.chat.interpreter.details import Details, read_details, timing
from app.chat.interpreter.grammar import Complaint, Grammar
from app.chat.interpreter.labels import SLOTS
from app.chat.interpreter.moments import Present
from app.chat.interpreter.recurrence import Repeat, adverb, plain
from app.chat.interpreter.tokens import Kind, Tokens, norm_at
from app.chat.interpreter.verbs import ACTION_VERBS

MAX_BARE_WORDS: Final = 8
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


OPENINGS: Final[Grammar[Opening]] = Grammar({**SLOTS, "adverb": adverb})
_ADD: Final = "(add|create|make|enter|insert|start)"
_NOUN: Final = "(task|todo|to-do|item|entry|to do)"
_AFTER: Final = "[to|called|named|titled|for|:|that says]"


@OPENINGS.rule(
    "add", "create", "add to [my|the] [todo|to-do|task] list", "todo", "to-do", "write down", "note down", "jot down"
)
@OPENINGS.rule(
    f"{_ADD} [me] [a|an|another|the|this] [new] {_NOUN} {_AFTER}", f"new {_NOUN} {_AFTER}", f"{_NOUN} :", "to do"
)
@OPENINGS.rule(
    "add : ", "note to self [:|to]", "make a note [to|of|that|:]", "(add|create) the following [tasks] [:]", "new : "
)
@OPENINGS.rule(
    "(i|we) (need|have|must|should|ought|want|got) to", "(i|we) (must|should|gotta)", "(i've|we've) got to", "need to"
)
@OPENINGS.rule(
    "have to", "(i'd|we'd) better", "(don't|do not|dont) forget [to|about|that i [have|need] [to]]", "remember to"
)
@OPENINGS.rule(
    "(don't|do not|dont) let me forget [to|about]", "make sure [i|to|that i|we|that we]", "put", "track", "tasks :"
)
@OPENINGS.rule("(todos|to-dos) :", "note :", "füge", "neue aufgabe [:]", "aufgabe :", "ich muss")
def announced(_: Present) -> Opening:
    return Opening()


@OPENINGS.rule(
    "remind me [please] [again] [to|about|of|that|:|that i [have|need] [to]]", "remind us to", "reminder [to|:|for]"
)
@OPENINGS.rule(
    "(set|add|create|make|give me|set up) [me] [a|an|another] (reminder|alarm|alert) [to|about|of|for|that|:]"
)
@OPENINGS.rule(
    "(notify|alert|ping) me (to|about|of|that|when)", "(erinner|erinnere) mich [an|daran]", "new reminder [to|:|for]"
)
def reminding(_: Present) -> Opening:
    return Opening(reminding=True)


@OPENINGS.rule(f"{_ADD} [me] [a|an|another] [new] <level> [priority|prio] {_NOUN} {_AFTER}")
@OPENINGS.rule(
    f"{_ADD} [me] [a|an|another] [new] <level> - priority {_NOUN} {_AFTER}", f"new <level> priority {_NOUN} {_AFTER}"
)
def with_priority(_: Present, level: Priority) -> Opening:
    return Opening(priority=level)


@OPENINGS.rule(f"{_ADD} [me] [a|an|another] [new] <adverb> {_NOUN} {_AFTER}", f"new <adverb> {_NOUN} {_AFTER}")
def with_adverb(_: Present, found: tuple[str, int]) -> Opening:
    return Opening(repeat=plain(*found, "due"))


@OPENINGS.rule(
    "(set|add|create|make) [me] [a|an|another] <adverb> reminder [to|about|of|for|that|:]",
    "remind me <adverb> [to|of|about]",
)
def with_adverb_reminding(_: Present, found: tuple[str, int]) -> Opening:
    return Opening(reminding=True, repeat=plain(*found, "due"))


@OPENINGS.rule(f"{_ADD} [me] [a|an|another] [new] (recurring|repeating) {_NOUN} {_AFTER}")
def recurring(_: Present) -> Opening:
    return Opening()


@OPENINGS.rule("schedule [a|an|the|my]")
def scheduled(_: Present) -> Opening:
    return Opening(needs_moment=True)


def read_create(text: str, tokens: Tokens, present: Present) -> CreateTask | None:
    """The task of a clause that announces one; raises Complaint where it has no title."""
    match = OPENINGS.match(tokens, 0, present)
    if match is None or not isinstance(match.meaning, Opening):
        return None
    if norm_at(tokens, 0) == "put" and "list" not in {token.norm for token in tokens}:
        return None
    if match.meaning.needs_moment and not read_details(text, tokens, present).says_something:
        return create(text, tokens, present, Opening())
    return create(text, tokens[match.end :], present, match.meaning)


def create(text: str, tokens: Tokens, present: Present, opening: Opening) -> CreateTask:
    """The task that the tokens describe; raises Complaint for what is impossible."""
    tokens = strip_lead(tokens)
    details = read_details(text, tokens, present, reminding=opening.reminding)
    details.repeat = details.repeat or opening.repeat
    title = Details([strip_lead(run) if i == 0 else run for i, run in enumerate(details.rest)]).title(text)
    if not title:
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
    if is_question(tokens) or norm_at(tokens, 1) in ("me", "us") or words & {"you", "your", "yourself"}:
        return None
    if norm_at(tokens, 0) in ACTION_VERBS and len(tokens) > 1:
        return create(text, tokens, present, Opening())
    if words & STATEMENT_WORDS:
        return None
    details = read_details(text, tokens, present)
    title_words = [token for token in details.leftover if token.kind is not Kind.MARK]
    if details.says_something and 0 < len(title_words) <= MAX_BARE_WORDS:
        return create(text, tokens, present, Opening())
    return None
