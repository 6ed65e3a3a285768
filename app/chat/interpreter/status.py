"""Completing, reopening and deleting tasks that exist."""

from collections.abc import Callable
from typing import Final

from app.chat.interpreter.clauses import is_question
from app.chat.interpreter.commands import CompleteTask, DeleteTask, Reference, ReopenTask, Status
from app.chat.interpreter.creates import OPENINGS
from app.chat.interpreter.details import read_details
from app.chat.interpreter.filters import TASK_NOUNS, TASK_PLURALS
from app.chat.interpreter.grammar import Complaint, Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.references import read_reference, read_references, with_status
from app.chat.interpreter.tokens import Tokens, norm_at, trim
from app.chat.interpreter.verbs import ACTION_VERBS, COMMAND_VERBS
from app.chat.interpreter.when import NOTHING

StatusCommand = CompleteTask | ReopenTask | DeleteTask
_Action = Callable[[Reference], StatusCommand]

# Verbs that also begin to-dos ("finish the report", "cancel the gym") act on a task only where one is surely named.
_SURE: Final[Grammar[_Action]] = Grammar({})
_DOUBTFUL: Final[Grammar[_Action]] = Grammar({})
_BEHIND: Final[Grammar[_Action]] = Grammar({})


@_SURE.rule("complete", "(check|tick|cross) off", "tick", "done [with|:]", "erledige")
@_SURE.rule("i (finished|completed|did|have done|have finished|have completed|just finished|just did|just completed)")
@_SURE.rule(
    "(i'm|i am) (done|finished) with", "i've (done|finished|completed) [with]", "finished with", "completed", "finished"
)
def complete(_: Present) -> _Action:
    return CompleteTask


@_SURE.rule("reopen", "re-open", "uncomplete", "unfinish", "uncheck", "untick", "un-complete")
@_SURE.rule("i (didn't|did not) (complete|finish|do)", "i (haven't|have not) (completed|finished|done)")
def reopen(_: Present) -> _Action:
    return ReopenTask


@_SURE.rule("delete", "remove", "erase", "trash", "lösche", "entferne")
def delete(_: Present) -> _Action:
    return DeleteTask


@_DOUBTFUL.rule("finish", "close", "check", "resolve")
def perhaps_complete(_: Present) -> _Action:
    return CompleteTask


@_DOUBTFUL.rule("clear", "drop", "discard", "scrap", "cancel", "get rid of", "throw away", "take", "clear out")
def perhaps_delete(_: Present) -> _Action:
    return DeleteTask


@_BEHIND.rule(
    "[as] (done|complete|completed|finished)",
    "(is|are|is all) (done|complete|completed|finished) [now]",
    "off",
    "to (done|completed)",
)
def completed_behind(_: Present) -> _Action:
    return CompleteTask


@_BEHIND.rule(
    "[as] (incomplete|undone|open|unfinished|uncompleted)", "[as] not (done|complete|completed|finished) [yet]"
)
@_BEHIND.rule(
    "(is|are) not (done|complete|completed|finished) [yet|after all]", "as (todo|to do|to-do)", "(is|are) still open"
)
@_BEHIND.rule("(isn't|aren't) (done|complete|completed|finished) [yet|after all]", "to open")
def open_behind(_: Present) -> _Action:
    return ReopenTask


@_BEHIND.rule("(off|from) (my|the) [todo|task|to-do] list", "from [my|the] (todos|tasks)")
def deleted_behind(_: Present) -> _Action:
    return DeleteTask


def read_status(text: str, tokens: Tokens, present: Present) -> list[StatusCommand] | None:
    """The commands of a clause that completes, reopens or deletes; raises Complaint where it does not say what."""
    if marked := read_marked(tokens, present):
        action, rest = marked
        return each(action, text, rest, present)
    if opening := _SURE.opening(tokens, present):
        action, rest = opening[0], strip_list(opening[1], present)
        if action is CompleteTask and says_when(text, rest, present) and not is_sure(text, rest, present):
            return None  # "Complete the tax return by Friday" is a thing to do.
        return each(action, text, rest, present)
    if opening := _DOUBTFUL.opening(tokens, present):
        action, rest = opening[0], strip_list(opening[1], present)
        return each(action, text, rest, present) if is_sure(text, rest, present) else None
    return None


def read_marked(tokens: Tokens, present: Present) -> tuple[_Action, Tokens] | None:
    """A clause that says at its end what became of the task: "mark milk as done", "the milk is done"."""
    closing = _BEHIND.closing(tokens, present)
    if closing is None or not closing[1]:
        return None
    action, before = closing
    verb, named = before[0].norm, before[1:]
    off_the_list = action is DeleteTask or tokens[-1].norm == "off"
    if off_the_list:
        if named and verb in ("tick", "check", "cross"):
            return CompleteTask, named
        return (DeleteTask, named) if named and verb == "take" and action is DeleteTask else None
    if verb in ("mark", "set", "flag"):
        return (action, named) if named else None
    is_announced = OPENINGS.opening(tokens, present) is not None or is_question(tokens)
    return None if is_announced or verb in ACTION_VERBS | COMMAND_VERBS else closing


def strip_list(tokens: Tokens, present: Present) -> Tokens:
    """The tokens without "from my list"."""
    closing = _BEHIND.closing(tokens, present)
    return closing[1] if closing and closing[0] is DeleteTask else tokens


def each(action: _Action, text: str, tokens: Tokens, present: Present) -> list[StatusCommand]:
    """The action for every task the tokens name."""
    status: Status | None = "open" if action is CompleteTask else "completed" if action is ReopenTask else None
    return [action(with_status(reference, status)) for reference in read_references(text, tokens, present)]


def is_sure(text: str, tokens: Tokens, present: Present) -> bool:
    """Whether the tokens name tasks by more than words that may be anything."""
    try:
        reference = read_reference(text, tokens, present)
    except Complaint:
        if not tokens or any(token.norm in TASK_NOUNS | TASK_PLURALS | {"list"} for token in tokens):
            raise
        return False  # "close all windows"
    return reference.words is None or reference.exact or norm_at(trim(tokens), len(trim(tokens)) - 1) in TASK_NOUNS


def says_when(text: str, tokens: Tokens, present: Present) -> bool:
    """Whether the tokens say a moment besides a title."""
    details = read_details(text, tokens, present)
    return bool(details.leftover) and (details.when != NOTHING or details.repeat is not None)
