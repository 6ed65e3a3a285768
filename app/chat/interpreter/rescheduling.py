"""Changes of when a task is due, rings and repeats: "move it to Friday", "snooze it by an hour"."""

from dataclasses import replace
from typing import Final

from app.chat.interpreter.changes import (
    Updates,
    around,
    change_of,
    fully_understood,
    is_reference,
    opens,
    strip_ends,
    update,
)
from app.chat.interpreter.commands import Changes, Offset, Reference, UpdateTask
from app.chat.interpreter.dates import DAYS
from app.chat.interpreter.details import Details, read_details, timing
from app.chat.interpreter.durations import DURATIONS
from app.chat.interpreter.grammar import Complaint, Grammar
from app.chat.interpreter.moments import Present
from app.chat.interpreter.reminders import LEADS
from app.chat.interpreter.tokens import Tokens, norm_at, trim

REPEAT_WORDS: Final = {"repeat", "repeating", "recur", "recurring", "repeated"}
GOALS: Final = ("to", "until", "till", "for", "on", "=", ":")
EARLIER: Final = {"forward", "forwards", "earlier", "up", "ahead"}
LATER: Final = {"back", "later", "out", "off"}

# Due dates


@opens(
    "(remove|clear|delete|drop|cancel|unset) [the] (due date|due|deadline|date|due time) [of|from|for|on]", "unschedule"
)
def clear_due(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(clear_due=True), present)


@opens("move", "reschedule", "postpone", "delay", "defer", "push", "shift", "bump", "bring", "put off", "push back")
def move(text: str, rest: Tokens, present: Present) -> Updates | None:
    """To a moment, or by a distance; "move the boxes to the garage" is neither."""
    if found := reschedule_to(text, rest, present) or shift_by(text, rest, present):
        return found
    if found := move_to(text, rest, present):
        return found
    details = read_details(text, rest, present)
    named = strip_ends([token for token in details.leftover if token.norm not in LATER | EARLIER])
    if named and says_moment(details):
        return update(text, named, change_of(details, present), present)
    return None


@opens("reschedule", "postpone", "defer")
def move_without_goal(text: str, rest: Tokens, present: Present) -> Updates | None:
    """What can only mean a task, so it asks back where "move ..." would be left alone."""
    if found := move(text, rest, present):
        return found
    raise Complaint("needs_change", "Until when? Say for example: move it to Friday 3pm.")


@opens("schedule")
def schedule(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Schedule it for Friday"; anything but a sure reference is a new task."""
    found = reschedule_to(text, rest, present)
    return found if found and found[0].reference.words is None else None


@opens("(set|change|move|push|extend|update) [the|a|its] (due date|deadline|date|due|time|due time)")
def set_due_of_it(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Change the due date to tomorrow" is about the task last mentioned."""
    return move_to(text, rest, present)


@opens("(set|change|move|push|extend|update) [the|a] (due date|deadline|date|due|time|due time) (of|for|on)")
def set_due(text: str, rest: Tokens, present: Present) -> Updates | None:
    if found := reschedule_to(text, rest, present) or shift_by(text, rest, present):
        return found
    raise Complaint("needs_change", "I did not understand the new date. Say for example: move it to Friday 3pm.")


def move_to(text: str, rest: Tokens, present: Present) -> Updates | None:
    """Only a moment, as in "postpone to tomorrow"."""
    goal = fully_understood(text, rest[1:], present) if norm_at(rest, 0) in GOALS else None
    if goal is None or not says_moment(goal):
        return None
    return [UpdateTask(Reference(pronoun="it"), change_of(goal, present))]


def reschedule_to(text: str, tokens: Tokens, present: Present) -> Updates | None:
    """A task and a moment after "to": all of what follows must be one."""
    for named, goal in around(tokens, *GOALS):
        details = fully_understood(text, goal, present)
        # "Set an alarm for 7" is about a new one.
        if details and says_moment(details) and named[0].norm not in ("a", "an"):
            return update(text, strip_ends(named), change_of(details, present), present)
    return None


def says_moment(details: Details) -> bool:
    """Whether a new due moment or repetition was said."""
    return details != replace(Details(details.rest), priority=details.priority, tags=details.tags, notes=details.notes)


def shift_by(text: str, tokens: Tokens, present: Present) -> Updates | None:
    """A task and a distance: "the dentist by 2 days", "it an hour later", "gym forward a week"."""
    words = {token.norm for token in tokens}
    direction = -1 if words & EARLIER else 1
    for index in range(1, len(tokens)):
        if found := DURATIONS.match(tokens, index, present):
            after = tokens[found.end :]
            if isinstance(found.meaning, Offset) and all(
                token.norm in LATER | EARLIER | {".", "please"} for token in after
            ):
                named = strip_ends([token for token in tokens[:index] if token.norm not in LATER | EARLIER])
                offset = -found.meaning if direction < 0 else found.meaning
                return update(text, named, Changes(shift_due=offset), present)
    return None


@opens("snooze")
def snooze(text: str, rest: Tokens, present: Present) -> Updates | None:
    """Alone or with only a distance it is about the task last mentioned: "snooze 10 minutes"."""
    if offset := DURATIONS.whole(strip_ends(rest), present):
        return [UpdateTask(Reference(pronoun="it"), Changes(shift_due=offset))]
    return move_without_goal(text, rest, present)


# Reminders


@opens("(remove|clear|delete|cancel|drop|disable) [the|all|any] (reminder|reminders|alarm|alarms) (from|of|for|on)")
@opens(
    "turn off [the] (reminder|reminders) (from|of|for|on)", "(stop|don't|do not) (reminding|remind) me (about|of|to)"
)
def clear_reminders(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(clear_reminders=True), present)


@opens("remind me")
def remind_before(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Remind me an hour before the dentist" is about a task that exists; "remind me to ..." is a new one."""
    if opening := LEADS.opening(rest, present):
        lead, named = opening
        changes = Changes(remind_before=(lead,))
        if longer_date(rest, named, present) or any(token.norm == "to" for token in named):
            return None  # "2 days before Christmas", "an hour before lunch to print the slides"
        return update(text, named, changes, present) if trim(named) else [UpdateTask(Reference(pronoun="it"), changes)]
    closing = LEADS.closing(rest, present, longest=10)
    if norm_at(rest, 0) not in ("about", "of"):
        return None
    if closing and not read_details(text, closing[1], present).says_something:
        return update(text, closing[1], Changes(remind_before=(closing[0],)), present)
    return ring_at(text, rest, present)


def longer_date(rest: Tokens, named: Tokens, present: Present) -> bool:
    """Whether what looks like a lead is the beginning of a date."""
    day = DAYS.match(rest, 0, present)
    return day is not None and day.end > len(rest) - len(named)


def ring_at(text: str, rest: Tokens, present: Present) -> Updates | None:
    """A reminder at a moment of its own for a task that is surely named: "it tomorrow at 9"."""
    details = read_details(text, rest, present)
    named = strip_ends(details.leftover)
    if not is_reference(named) or not says_moment(details):
        return None
    rings = timing(details, present, reminding=True).remind_at
    return update(text, named, Changes(remind_at=rings), present)


@opens("(add|set) [a|another] (reminder|alarm) (to|for|on)")
def add_reminder(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Add a reminder to the dentist task at 5pm"; "add a reminder to call mom" is a new task."""
    lead = LEADS.closing(rest, present, longest=10)
    if lead and is_reference(lead[1]):
        return update(text, lead[1], Changes(remind_before=(lead[0],)), present)
    if is_reference(rest):
        raise Complaint("needs_change", "When should I remind you?")
    return ring_at(text, rest, present)


@opens("(add|set) [a|another] (reminder|alarm)")
def add_reminder_before(text: str, rest: Tokens, present: Present) -> Updates | None:
    """ "Add a reminder an hour before to the dentist"."""
    opening = LEADS.opening(rest, present)
    if opening is None or norm_at(opening[1], 0) not in ("to", "for", "on"):
        return None
    return update(text, opening[1][1:], Changes(remind_before=(opening[0],)), present)


# Repetition


@opens(
    "stop repeating",
    "(don't|do not) repeat",
    "(remove|clear|cancel) [the] (recurrence|repetition|repeat) (of|from|for)",
)
def stop_repeating(text: str, rest: Tokens, present: Present) -> Updates | None:
    return update(text, rest, Changes(clear_rrule=True), present)


@opens("repeat")
def repeat(text: str, rest: Tokens, present: Present) -> Updates | None:
    details = read_details(text, rest, present)
    named = strip_ends(details.leftover)
    if details.repeat is None:
        raise Complaint("needs_change", "How often? Say for example: repeat it every Monday.")
    if not named:
        return [UpdateTask(Reference(pronoun="it"), change_of(details, present))]
    return update(text, named, change_of(details, present), present)


NEVER_AGAIN: Final[Grammar[bool]] = Grammar({})


@NEVER_AGAIN.rule("not (repeat|recurring|repeating|recur) [anymore]", "stop (repeating|recurring)", "non-recurring")
def _never_again(_: Present) -> bool:
    return True


def not_repeating(text: str, rest: Tokens, present: Present) -> Updates | None:
    """The end of "make it not repeat"."""
    closing = NEVER_AGAIN.closing(rest, present)
    return update(text, closing[1], Changes(clear_rrule=True), present) if closing and closing[1] else None
