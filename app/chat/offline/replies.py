"""How the offline model talks: every sentence it can say."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.chat.interpreter import Filter, describe_due
from app.chat.interpreter.commands import TalkKind
from app.chat.interpreter.schedule import END_OF_DAY
from app.chat.offline.transcript import Json, Step, one_line

HELP = """\
I look after your tasks. You can say, for example:
- add buy milk tomorrow at 9 #errands, high priority
- remind me to call Ann on Friday at 15:00, every week
- what is due today? show my overdue tasks
- complete the milk task, complete 2, reopen it
- move it to Monday, rename it to buy oat milk
- delete the second one, delete all completed tasks (I ask before)
- undo
- how am I doing?"""

SMALL_TALK: dict[TalkKind, str] = {
    "hello": "Hello! What shall I put on your list?",
    "thanks": "You are welcome.",
    "bye": "Bye! Your list is safe with me.",
    "how_are_you": "Ready to work, thank you. What is on your mind?",
    "who_are_you": "I am the assistant of your todo list. Say “help” to see what I can do.",
    "praise": "Thank you!",
}

NOTHING_TO_CONFIRM = "There is nothing to confirm right now."
DECLINED = "Okay, I changed nothing."
WHICH_TASK = "Which task do you mean? Say some words of its title, or “list my tasks”."
NO_LIST = "I have not shown a list yet. Say “list my tasks” first."
NONE_MATCHES = "No task matches."
TOO_MANY = "More than 500 tasks match; please choose fewer."
NEEDS_DUE = "A reminder before the task needs to know when the task is due."
ONLY_ONE_BY_ONE = "Of many tasks at once I can change the priority, tags and due date only."

_WHICH = "Which one do you mean?"


@dataclass(frozen=True, slots=True)
class Clock:
    """The user's time: what "tomorrow" means."""

    now: datetime
    zone: ZoneInfo

    def moment(self, at: datetime, *, has_time: bool) -> str:
        """A due moment as the tools take it."""
        local = at.astimezone(self.zone)
        return local.isoformat() if has_time else local.date().isoformat()

    def parse_due(self, due_at: str) -> tuple[datetime, bool]:
        """A due moment as the tools give it, and whether it has a time; a day is its last second."""
        moment = datetime.fromisoformat(due_at)
        if len(due_at) > len("2026-12-24"):
            return moment, True
        return datetime.combine(moment, END_OF_DAY, self.zone), False

    def due(self, due_at: str) -> str:
        """A due moment, as the tools give it, in words."""
        moment, has_time = self.parse_due(due_at)
        return describe_due(moment, self.now, self.zone, has_time=has_time)


def quoted(task: Json) -> str:
    return f"“{one_line(task['title'])}”"


def created(task: Json, clock: Clock) -> str:
    return f"Added {_full(task, clock)}."


def updated(task: Json, clock: Clock) -> str:
    return f"Changed: {_full(task, clock)}."


def _full(task: Json, clock: Clock) -> str:
    return ", ".join([quoted(task), *_details(task, clock)])


def _details(task: Json, clock: Clock) -> list[str]:
    """What is worth saying of a task besides its title."""
    details = []
    if due_at := task.get("due_at"):
        details.append(f"due {clock.due(due_at)}")
    if recurrence := task.get("recurrence"):
        details.append(recurrence)
    if task["priority"] != "medium":
        details.append(f"{task['priority']} priority")
    details += [f"#{tag}" for tag in task.get("tags", [])]
    if reminders := task.get("reminders"):
        rings = [describe_due(datetime.fromisoformat(at), clock.now, clock.zone, has_time=True) for at in reminders]
        details.append(f"reminder {' and '.join(rings)}")
    return details


def listing(tasks: list[Json], wanted: Filter, clock: Clock, *, more: bool) -> str:
    """A numbered list under a heading that says what was asked for."""
    what = _asked_for(wanted)
    if not tasks:
        return f"You have no {what}."
    count = f"the first {len(tasks)} of your" if more else f"{len(tasks)}"
    noun = what if more or len(tasks) > 1 else what.replace("tasks", "task", 1)
    heading = f"Here are {count} {noun}:" if more else f"You have {count} {noun}:"
    return "\n".join([heading, *_numbered(tasks, clock)])


def _asked_for(wanted: Filter) -> str:
    window = wanted.due.name.replace("_", " ") if wanted.due and wanted.due.name not in ("range", "none") else ""
    words = [
        window if window == "overdue" else "",
        wanted.status or ("completed" if wanted.completed else ""),
        f"{wanted.priority} priority" if wanted.priority else "",
        "tasks",
        f"tagged {' '.join(f'#{tag}' for tag in wanted.tags)}" if wanted.tags else "",
        f"about “{wanted.search}”" if wanted.search else "",
        f"due {window.replace('next 7 days', 'in the next 7 days')}" if window and window != "overdue" else "",
        "without a due date" if wanted.due and wanted.due.name == "none" else "",
        "in that time" if wanted.due and wanted.due.name == "range" else "",
    ]
    return " ".join(word for word in words if word)


def _numbered(tasks: list[Json], clock: Clock) -> list[str]:
    lines = []
    for number, task in enumerate(tasks, 1):
        details = ", ".join(_details(task, clock))
        done = " ✓" if task["status"] == "completed" else ""
        lines.append(f"{number}. {one_line(task['title'])}{done}{f' ({details})' if details else ''}")
    return lines


def which(candidates: list[Json], clock: Clock) -> str:
    return "\n".join([_WHICH, *_numbered(candidates, clock)])


def asks_which(said: str) -> bool:
    """Whether a reply asked which of several tasks is meant."""
    return _WHICH in said


def not_found(words: str, status: str | None) -> str:
    return f"I found no {f'{status} ' if status else ''}task like “{words}”."


def out_of_range(count: int) -> str:
    return f"The list that I showed last has only {count} {'entry' if count == 1 else 'entries'}."


_DONE = {
    "complete_tasks": "Completed",
    "reopen_tasks": "Reopened",
    "delete_tasks": "Deleted",
    "bulk_update_tasks": "Changed",
}


def acted(name: str, result: Json, titles: dict[str, str]) -> str:
    """What an action did to its tasks; `titles` are those of all known tasks, by id."""
    tasks = result["tasks"]
    lines = []
    if len(tasks) == 1:
        lines.append(f"{_DONE[name]} {quoted(tasks[0])}.")
    elif tasks:
        lines.append(f"{_DONE[name]} {len(tasks)} tasks.")
    lines += (f"{refusal}." for refusal in result.get("refused", []))
    lines += (f"{_named(id_, titles)} does not exist any more." for id_ in result.get("missing", []))
    return "\n".join(lines)


def _named(id_: str, titles: dict[str, str]) -> str:
    return f"“{one_line(titles[id_])}”" if id_ in titles else "The task"


_UNDONE = {
    "create": "creation",
    "update": "change",
    "complete": "completion",
    "reopen": "reopening",
    "delete": "deletion",
}


def undone(result: Json, titles: dict[str, str]) -> str:
    """What an undo took back; `titles` are those of all known tasks, by id."""
    names = [quoted(task) for task in result["tasks"]]
    names += [_named(id_, titles) for id_ in result.get("removed", [])]
    of = names[0] if len(names) == 1 else f"{len(names)} tasks"
    return f"Undone: the {_UNDONE[result['action']]} of {of}."


def summary(result: Json) -> str:
    totals, streak, longest = result["totals"], result["current_streak"], result["longest_streak"]
    days = "day" if streak == 1 else "days"
    return (
        f"In the last {len(result['days'])} days you created {totals['created']} and completed {totals['completed']}"
        f" tasks. Your streak is {streak} {days} now, {longest} at its longest."
    )


def failed(complaint: str) -> str:
    return f"That did not work. {complaint}"


def outcome(steps: list[Step]) -> str:
    """What is said of calls that this model did not plan itself."""
    if any(step.outcome == "denied" for step in steps):
        return DECLINED
    complaints = [step.complaint for step in steps if not step.succeeded]
    return failed(complaints[0]) if complaints else "Done."
