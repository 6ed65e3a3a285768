"""One message in, commands out: the order in which a clause is tried, and what holds for the message as a whole."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from app.chat.interpreter.clauses import is_question, split
from app.chat.interpreter.commands import (
    Command,
    CompleteTask,
    CreateTask,
    DeleteTask,
    Interpretation,
    ReopenTask,
    SmallTalk,
    Unknown,
    UpdateTask,
)
from app.chat.interpreter.creates import OPENINGS, Opening, create, read_bare, read_create, read_list
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.moments import Present
from app.chat.interpreter.queries import read_query
from app.chat.interpreter.status import read_status
from app.chat.interpreter.talk import read_talk
from app.chat.interpreter.tokens import Tokens, clean, norm_at, tokenize
from app.chat.interpreter.updates import read_update

MAX_LENGTH: Final = 4000
MAX_COMMANDS: Final = 50
DEFAULT_TIME: Final = time(9)


def interpret(text: str, *, now: datetime, time_zone: ZoneInfo, default_time: time = DEFAULT_TIME) -> Interpretation:
    """The commands of one message; never raises for any text.

    `now` is aware; days and times are those of `time_zone`, and `default_time` is when a reminder for a day without a
    time rings. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    present = Present(now.astimezone(time_zone), time_zone, default_time)
    if len(text) > MAX_LENGTH:
        return Interpretation(
            (Unknown("too_long", f"That is too long for me; please stay below {MAX_LENGTH} characters."),)
        )
    cleaned = clean(text)
    commands = list(read_message(cleaned, tokenize(cleaned), present))
    if len(commands) > MAX_COMMANDS:
        return Interpretation((Unknown("too_long", f"Please ask for at most {MAX_COMMANDS} things at once."),))
    return Interpretation(tuple(without_courtesies(careful(commands))))


def read_task(line: str, *, now: datetime, time_zone: ZoneInfo, default_time: time = DEFAULT_TIME) -> CreateTask:
    """The one task that a line describes, whether it announces one ("remind me to ...") or only names it ("milk").

    `now` is aware. Raises Complaint where the line has no title, or a moment that cannot be.
    """
    present = Present(now.astimezone(time_zone), time_zone, default_time)
    text = clean(line)
    tokens = tokenize(text)
    try:
        return read_create(text, tokens, present) or create(text, tokens, present, Opening())
    except OverflowError as error:
        raise Complaint("bad_date", "That is too far away in time.") from error


def read_message(text: str, tokens: Tokens, present: Present) -> Iterator[Command]:
    """The commands of all clauses; one without a verb of its own continues a list of new tasks."""
    whole = read_talk(tokens, present) if tokens else Unknown("empty", "Tell me what to do, or say help.")
    if whole is not None:
        yield whole
        return

    def acts(clause: Tokens) -> bool:
        return any(not isinstance(command, CreateTask | Unknown) for command in read_clause(text, clause, present))

    clauses = list(split(tokens, present, acts))
    creating = False
    for index, clause in enumerate(clauses):
        if OPENINGS.whole(clause, present) and index + 1 < len(clauses):
            creating = True  # "Add:" above a list
            continue
        commands = read_clause(text, clause, present, continues=creating)
        creating = any(isinstance(command, CreateTask) for command in commands)
        yield from commands


def read_clause(text: str, clause: Tokens, present: Present, *, continues: bool = False) -> list[Command]:
    """The commands of one clause; a complaint becomes the answer."""
    try:
        found = first_reading(text, clause, present)
        if not found and continues and not is_question(clause):
            found = [create(text, clause, present, Opening())]
    except Complaint as complaint:
        return [Unknown(complaint.reason, complaint.message)]
    except OverflowError:
        return [Unknown("bad_date", "That is too far away in time.")]
    return found or [not_understood(clause)]


def first_reading(text: str, clause: Tokens, present: Present) -> list[Command]:
    """The commands of the first reader that understands the clause; the order decides what a doubtful one means."""
    for reader in (
        read_talk_clause,
        read_update,
        read_status,
        read_list,
        read_create,
        read_negation,
        read_query,
        read_bare,
    ):
        found = reader(text, clause, present)
        if isinstance(found, list):
            return [*found]
        if found is not None:
            return [found]
    return []


def not_understood(clause: Tokens) -> Unknown:
    """Why nothing is done, with a way on."""
    if is_question(clause):
        return Unknown("question", "I can only help with your tasks. Ask for example: what's due today?")
    return Unknown("not_understood", 'I did not understand that. To make it a task, start with "add".')


def read_talk_clause(_text: str, clause: Tokens, present: Present) -> Command | None:
    """A clause that is about the conversation."""
    return read_talk(clause, present)


def read_negation(_text: str, clause: Tokens, _present: Present) -> Command | None:
    """ "Don't delete the milk" changes nothing; "don't forget the milk" has been read as a new task before."""
    if norm_at(clause, 0) in ("don't", "dont", "never") or (norm_at(clause, 0) == "do" and norm_at(clause, 1) == "not"):
        return Unknown("negated", "All right, I changed nothing.")
    return None


def careful(commands: list[Command]) -> list[Command]:
    """Where a part of the message was not understood, nothing is deleted and nothing is changed in bulk."""
    if not any(isinstance(command, Unknown) for command in commands):
        return commands
    refused = Unknown("refused", "I did not understand the whole message, so I deleted or changed nothing in bulk.")
    return [refused if is_risky(command) else command for command in commands]


def is_risky(command: Command) -> bool:
    """Whether a command deletes, or changes more than one task."""
    if isinstance(command, CompleteTask | ReopenTask | UpdateTask):
        return command.reference.is_bulk
    return isinstance(command, DeleteTask)


def without_courtesies(commands: list[Command]) -> list[Command]:
    """The commands without a greeting or thanks beside something to do."""
    kept: list[Command] = [command for command in commands if not isinstance(command, SmallTalk)]
    return kept or commands[:1] or [Unknown("empty", "Tell me what to do, or say help.")]
