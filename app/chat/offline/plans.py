"""What the offline model does for each command: plans that call tools and end with what is said.

A plan is a generator: it yields a tool call and is sent its step. The model keeps nothing between requests: each time
it replays the plan over the steps already made. So a plan goes on after a confirmation, a restart, in another replica.
"""

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache, partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from app.chat.interpreter import (
    Changes,
    Command,
    CompleteTask,
    Confirm,
    CreateTask,
    DeleteTask,
    Filter,
    Help,
    Interpretation,
    ListTasks,
    Reference,
    ReopenTask,
    SmallTalk,
    Summary,
    Undo,
    Unknown,
    UpdateTask,
    interpret,
)
from app.chat.interpreter.apply import changed_due, lead_time
from app.chat.interpreter.commands import Status
from app.chat.offline import replies
from app.chat.offline.transcript import Json, Memory, Step, Turn, list_of, one_line

_PAGE = 20
"""Tasks that one list shows."""
_LOOKUP = 200
"""The most tasks that a tool gives at once."""
_SEARCHED = 100
"""Tasks, those changed last, that are looked through for a title that is not quite right."""
_MANY = 500
"""Tasks that one action may change."""
_CHOICES = 10
"""Tasks that a question which one is meant shows."""
_SIMILAR = 0.75
"""How alike two words must be to be one word with a typo or another ending."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call to make."""

    name: str
    args: Json


Plan = Generator[Call, Step, str]
Finding = Generator[Call, Step, list[Json]]
Acting = CompleteTask | ReopenTask | DeleteTask
_ACTIONS: dict[type[Command], str] = {
    CompleteTask: "complete_tasks",
    ReopenTask: "reopen_tasks",
    DeleteTask: "delete_tasks",
}
_NAMED_WINDOWS = {
    "overdue": "overdue",
    "today": "today",
    "tomorrow": "tomorrow",
    "next_7_days": "week",
    "none": "none",
}
_SORTS = {"due": "due", "priority": "priority", "created": "created"}
_STATUS: dict[str, Status] = {"complete_tasks": "open", "reopen_tasks": "completed"}
"""Which tasks an action is about, when it is not said."""


class UnresolvedError(Exception):
    """It is not clear which task is meant; the message is what the user is told or asked."""


def next_move(turns: list[Turn], time_zone: str) -> Call | str:
    """The next call of the present turn, or its last words."""
    *earlier, present = turns
    memory = Memory()
    for turn in earlier:
        memory.note_turn(turn)
    commands = _commands(present, earlier, memory, time_zone)
    plan = Planner(memory, present.at, time_zone).everything(commands)
    try:
        call = next(plan)
        for step in present.steps:
            if step.name != call.name:  # another model made these calls
                return replies.outcome(present.steps)
            call = plan.send(step)
    except StopIteration as end:
        said: str = end.value
        return said
    return call


@lru_cache(maxsize=256)
def _interpret(text: str, now: datetime, time_zone: str) -> Interpretation:
    """Cached because each replay of a turn reads it again."""
    return interpret(text, now=now, time_zone=ZoneInfo(time_zone))


def _commands(present: Turn, earlier: Sequence[Turn], memory: Memory, time_zone: str) -> Sequence[Command]:
    """What the user wants now: the answer to our question which task is meant, or what the message says by itself."""
    asked = _question_of(earlier, time_zone)
    if asked is not None:
        chosen = _interpret(f"complete {present.text}", present.at, time_zone).commands
        references = [command.reference for command in chosen if isinstance(command, CompleteTask)]
        if len(references) == len(chosen) and all(_is_answer(reference, memory.shown) for reference in references):
            return [replace(asked, reference=_within(reference, memory)) for reference in references]
    return _interpret(present.text, present.at, time_zone).commands


def _question_of(earlier: Sequence[Turn], time_zone: str) -> Acting | UpdateTask | None:
    """The command for which the last reply asked which task is meant."""
    for turn in reversed(earlier):
        if not replies.asks_which(turn.said):
            return None
        commands = _interpret(turn.text, turn.at, time_zone).commands
        acting = [it for it in commands if isinstance(it, CompleteTask | ReopenTask | DeleteTask | UpdateTask)]
        if acting:
            # Nothing is done after a question, so it belongs to the first command that fits what it showed.
            shown = list_of(turn)
            return next((command for command in acting if _may_mean(command.reference, shown)), acting[0])
    return None


def _may_mean(reference: Reference, shown: list[Json]) -> bool:
    """Whether a question that showed these tasks may have been about the reference."""
    words = reference.words
    return reference.pronoun == "it" or (words is not None and all(_resembles(task["title"], words) for task in shown))


def _is_answer(reference: Reference, shown: list[Json]) -> bool:
    if reference.filter is not None:
        return reference.filter.all and not reference.filter.narrows
    return not reference.words or any(_has_words(task, reference.words) for task in shown)


def _within(reference: Reference, memory: Memory) -> Reference:
    """An answer is about the tasks that were shown, and nothing else."""
    if reference.filter is not None or reference.pronoun == "them":
        memory.mentioned = memory.shown
        return Reference(pronoun="them")
    if reference.words:
        matching = [n for n, task in enumerate(memory.shown, 1) if _has_words(task, reference.words)]
        return Reference(number=matching[0]) if len(matching) == 1 else reference
    return reference


def _has_words(task: Json, words: str) -> bool:
    title = task["title"].casefold()
    return all(word in title for word in words.casefold().split())


class Planner:
    """The plans of one turn."""

    def __init__(self, memory: Memory, now: datetime, time_zone: str) -> None:
        self._memory = memory
        self._clock = replies.Clock(now, ZoneInfo(time_zone))
        self._has_asked = False
        """Whether the turn ends with a question; nothing is done after it."""

    def everything(self, commands: Sequence[Command]) -> Plan:
        """One command after the other, those of one action on several tasks in one call."""
        said = []
        for kind, group in groupby(commands, type):
            together = list(group)
            references = [it.reference for it in together if isinstance(it, CompleteTask | ReopenTask | DeleteTask)]
            plans = [self._act(_ACTIONS[kind], references)] if references else map(self._plan, together)
            for plan in plans:
                text = yield from plan
                said.append(text)
                if self._has_asked:
                    return _joined(said)
        return _joined(said)

    def _plan(self, command: Command) -> Plan:
        plan: Plan
        match command:
            case CreateTask():
                plan = self._create(command)
            case ListTasks(filter):
                plan = self._list(filter)
            case UpdateTask(reference, changes):
                plan = self._update(reference, changes)
            case Undo():
                plan = self._simply("undo_last_change", partial(replies.undone, titles=self._memory.titles))
            case Summary():
                plan = self._simply("analytics_summary", replies.summary)
            case Help():
                plan = _say(replies.HELP)
            case Confirm():
                plan = _say(replies.NOTHING_TO_CONFIRM)
            case SmallTalk(kind):
                plan = _say(replies.SMALL_TALK[kind])
            case Unknown(message=message):
                plan = _say(message)
            case _:
                raise TypeError(f"{type(command).__name__} is planned by `everything`")
        return plan

    def _call(self, name: str, **args: Any) -> Generator[Call, Step, Step]:
        step = yield Call(name, {key: value for key, value in args.items() if value not in (None, [], ())})
        self._memory.note(step)
        return step

    def _simply(self, name: str, tell: Callable[[Any], str]) -> Plan:
        step = yield from self._call(name)
        return tell(step.result) if step.succeeded else replies.failed(step.complaint)

    def _create(self, command: CreateTask) -> Plan:
        step = yield from self._call(
            "create_task",
            title=command.title,
            notes=command.notes,
            priority=command.priority,
            tags=command.tags,
            due_at=command.due_at and self._clock.moment(command.due_at, has_time=command.due_has_time),
            reminders=[moment.isoformat() for moment in command.remind_at],
            rrule=command.rrule,
            recurrence_mode=command.recurrence_mode if command.rrule else None,
        )
        return replies.created(step.result, self._clock) if step.succeeded else replies.failed(step.complaint)

    def _list(self, wanted: Filter) -> Plan:
        if wanted.status is None and not wanted.all and wanted.completed is None:
            wanted = replace(wanted, status="open")
        limit = wanted.limit or _PAGE
        # What the tool cannot filter or sort by is done here, among as many tasks as it gives at once.
        here = wanted.completed is not None or wanted.sort == "title"
        step = yield from self._call(
            "list_tasks", **self._query(wanted), limit=_LOOKUP if here else min(limit, _LOOKUP)
        )
        if not step.succeeded:
            return replies.failed(step.complaint)
        found = [task for task in step.tasks if self._is_completed_in(task, wanted)]
        if wanted.sort == "title":
            found.sort(key=lambda task: task["title"].casefold())
        shown = found[:limit]
        self._memory.shown = self._memory.mentioned = shown
        more = len(found) > limit or (wanted.limit is None and "next_cursor" in step.result)
        return replies.listing(shown, wanted, self._clock, more=more)

    def _act(self, name: str, references: Sequence[Reference]) -> Plan:
        """Complete, reopen or delete what the references name, in one call."""
        ids: list[str] = []
        said: list[str] = []
        for reference in references:
            try:
                found = yield from self._find(reference, _STATUS.get(name))
                ids += [task["id"] for task in found if task["id"] not in ids]
            except UnresolvedError as unclear:
                said.append(str(unclear))
            if self._has_asked:
                break
        if ids:
            step = yield from self._call(name, ids=ids)
            said.insert(0, self._told(step))
        return _joined(said)

    def _update(self, reference: Reference, changes: Changes) -> Plan:
        try:
            found = yield from self._find(reference, None)
            if len(found) == 1:
                is_fresh = reference.words is not None or reference.filter is not None
                return (yield from self._update_one(found[0], changes, is_fresh=is_fresh))
            name, args = "bulk_update_tasks", {"action": "update", "changes": self._changes_of_many(changes)}
        except UnresolvedError as unclear:
            return str(unclear)
        step = yield from self._call(name, ids=[task["id"] for task in found], **args)
        return self._told(step)

    def _update_one(self, task: Json, changes: Changes, *, is_fresh: bool) -> Plan:
        if not is_fresh:  # moving it, or adding to its tags, wants its present state, and not that of an earlier turn
            step = yield from self._call("get_task", id=task["id"])
            if not step.succeeded:
                return replies.failed(step.complaint)
            task = step.result
        step = yield from self._call("update_task", id=task["id"], changes=self._changes_of_one(task, changes))
        return replies.updated(step.result, self._clock) if step.succeeded else replies.failed(step.complaint)

    def _changes_of_one(self, task: Json, changes: Changes) -> Json:
        """The arguments of update_task: null clears a field. Raises `UnresolvedError` for an impossible reminder."""
        clock = self._clock
        new: Json = {
            key: value
            for key in ("title", "priority", "notes", "rrule")
            if (value := getattr(changes, key)) is not None
        }
        if changes.rrule:
            new["recurrence_mode"] = changes.recurrence_mode
        if changes.clear_rrule:
            new["rrule"] = None
        if changes.add_tags or changes.remove_tags or changes.clear_tags:
            kept = [] if changes.clear_tags else task.get("tags", [])
            tags = [tag for tag in kept if tag not in changes.remove_tags]
            new["tags"] = list(dict.fromkeys([*tags, *changes.add_tags]))
        was, had_time = clock.parse_due(task["due_at"]) if "due_at" in task else (None, False)
        due_at, has_time = changed_due(changes, was, had_time, now=clock.now, time_zone=clock.zone)
        if (due_at, has_time) != (was, had_time):
            new["due_at"] = due_at and clock.moment(due_at, has_time=has_time)
        rings = [moment.isoformat() for moment in changes.remind_at]
        if changes.remind_before and due_at is None:
            raise UnresolvedError(replies.NEEDS_DUE)
        if due_at is not None:
            leads = (lead_time(lead, due_at, has_time, time_zone=clock.zone) for lead in changes.remind_before)
            rings += [moment.isoformat() for moment in leads]
        if rings or changes.clear_reminders:
            new["reminders"] = [*([] if changes.clear_reminders else task.get("reminders", [])), *rings]
        return new

    def _changes_of_many(self, changes: Changes) -> Json:
        """The `changes` of bulk_update_tasks. Raises `UnresolvedError` for what goes only one by one."""
        simple = replace(changes, priority=None, add_tags=(), remove_tags=(), due_at=None, clear_due=False)
        if replace(simple, due_has_time=False) != Changes() or not changes.due_has_date:
            raise UnresolvedError(replies.ONLY_ONE_BY_ONE)
        new: Json = {}
        if changes.priority:
            new["priority"] = changes.priority
        if changes.add_tags:
            new["add_tags"] = list(changes.add_tags)
        if changes.remove_tags:
            new["remove_tags"] = list(changes.remove_tags)
        if changes.due_at or changes.clear_due:
            at = changes.due_at
            new["due_at"] = at and self._clock.moment(at, has_time=changes.due_has_time)
        return new

    def _told(self, step: Step) -> str:
        if step.succeeded:
            return replies.acted(step.name, step.result, self._memory.titles)
        return replies.DECLINED if step.outcome == "denied" else replies.failed(step.complaint)

    def _find(self, reference: Reference, status: Status | None) -> Finding:
        """The tasks that the reference names. Raises `UnresolvedError` when none does, or one of several is meant."""
        memory = self._memory
        if reference.number is not None:
            return [self._shown(reference.number)]
        if reference.filter is not None:
            return (yield from self._select(reference.filter, status))
        if reference.words is not None:
            return [(yield from self._look_up(reference.words, status, exact=reference.exact))]
        if not memory.mentioned:
            raise UnresolvedError(replies.WHICH_TASK)
        if reference.pronoun == "it" and len(memory.mentioned) > 1:
            raise self._ask_which(memory.mentioned)
        return memory.mentioned

    def _shown(self, number: int) -> Json:
        """The task with that number in the list last shown; -1 is its last."""
        shown = self._memory.shown
        if not shown:
            raise UnresolvedError(replies.NO_LIST)
        if number > len(shown):
            raise UnresolvedError(replies.out_of_range(len(shown)))
        return shown[number - 1 if number > 0 else number]

    def _select(self, wanted: Filter, status: Status | None) -> Finding:
        """All tasks that pass the filter."""
        if wanted.status is None and wanted.completed is None:
            wanted = replace(wanted, status=status)
        found: list[Json] = []
        cursor: str | None = None
        while cursor is not None or not found:
            step = yield from self._call("list_tasks", **self._query(wanted), limit=_LOOKUP, cursor=cursor)
            if not step.succeeded:
                raise UnresolvedError(replies.failed(step.complaint))
            found += [task for task in step.tasks if self._is_completed_in(task, wanted)]
            cursor = step.result.get("next_cursor")
            if cursor is None or len(found) > _MANY:
                break
        if not found:
            raise UnresolvedError(replies.NONE_MATCHES)
        if len(found) > _MANY:
            raise UnresolvedError(replies.TOO_MANY)
        return found[: wanted.limit]

    def _look_up(self, words: str, status: Status | None, *, exact: bool) -> Generator[Call, Step, Json]:
        """The one task whose title has the words, or nearly so."""
        plain = " ".join(re.findall(r"\w+", words))
        found: list[Json] = []
        if plain:
            found = (yield from self._call("list_tasks", q=plain, status=status, limit=_PAGE)).tasks
        if not found:
            step = yield from self._call("list_tasks", status=status, sort="updated", limit=_SEARCHED)
            found = [task for task in step.tasks if _resembles(task["title"], words)]
        same = [task for task in found if one_line(task["title"]).casefold() == one_line(words).casefold()]
        still_open = [task for task in found if task["status"] == "open"]
        found = same or (still_open if status is None and not exact else []) or found
        if not found:
            raise UnresolvedError(replies.not_found(words, status))
        if len(found) > 1:
            raise self._ask_which(found)
        return found[0]

    def _ask_which(self, candidates: list[Json]) -> UnresolvedError:
        self._memory.shown = candidates[:_CHOICES]
        self._has_asked = True
        return UnresolvedError(replies.which(self._memory.shown, self._clock))

    def _query(self, wanted: Filter) -> Json:
        """The arguments of list_tasks for a filter."""
        query: Json = {
            "status": "completed" if wanted.completed else wanted.status,
            "priority": [wanted.priority] if wanted.priority else None,
            "tag": list(wanted.tags),
            "q": wanted.search,
            "sort": _SORTS.get(wanted.sort or "", "updated" if wanted.completed else "due"),
        }
        window = wanted.due
        if window is not None and window.name in _NAMED_WINDOWS:
            query["due"] = _NAMED_WINDOWS[window.name]
        elif window is not None:
            query["due_after"] = window.start and window.start.isoformat()
            query["due_before"] = window.end and window.end.isoformat()
        return query

    @staticmethod
    def _is_completed_in(task: Json, wanted: Filter) -> bool:
        window = wanted.completed
        if window is None:
            return True
        if not task.get("completed_at"):
            return False
        at = datetime.fromisoformat(task["completed_at"])
        return (window.start is None or window.start <= at) and (window.end is None or at < window.end)


def _resembles(title: str, words: str) -> bool:
    """Whether the title has each of the words, but for an ending or a typo."""
    there = title.casefold().split()
    return all(
        any(word in other for other in there) or get_close_matches(word, there, n=1, cutoff=_SIMILAR)
        for word in words.casefold().split()
    )


def _joined(said: Sequence[str]) -> str:
    """What was said, line by line, nothing twice."""
    return "\n".join(dict.fromkeys(said))


def _say(text: str) -> Plan:
    """A plan without calls."""
    return text
    yield  # what makes it a generator
