"""The offline model's understanding: one chat message in, commands out; no clock, no I/O, no database.

From the bottom up: `tokens` cuts the message, `grammar` matches patterns over tokens, and each kind of phrase has a
module of patterns: `durations`, `times`, `dates` ("end of month" is there), `recurrence`, `reminders`, `labels`.
`fragments` finds them in a title and decides which count, `details` adds them up, `schedule` makes moments of them.
A clause is read by `talk`, `updates` and `rescheduling`, `status`, `creates` or `queries`, which name tasks by
`references` and `filters`; `interpreter` has their order. `apply` and `describe` are for the caller.
"""

from app.chat.interpreter.commands import (
    Changes,
    Command,
    CompleteTask,
    Confirm,
    CreateTask,
    DeleteTask,
    Filter,
    Help,
    Interpretation,
    Lead,
    ListTasks,
    Offset,
    Reference,
    ReopenTask,
    SmallTalk,
    Summary,
    Undo,
    Unknown,
    UpdateTask,
    Window,
)
from app.chat.interpreter.describe import describe_due, describe_rrule
from app.chat.interpreter.grammar import Complaint
from app.chat.interpreter.interpreter import interpret, read_task

__all__ = [
    "Changes",
    "Command",
    "Complaint",
    "CompleteTask",
    "Confirm",
    "CreateTask",
    "DeleteTask",
    "Filter",
    "Help",
    "Interpretation",
    "Lead",
    "ListTasks",
    "Offset",
    "Reference",
    "ReopenTask",
    "SmallTalk",
    "Summary",
    "Undo",
    "Unknown",
    "UpdateTask",
    "Window",
    "describe_due",
    "describe_rrule",
    "interpret",
    "read_task",
]
