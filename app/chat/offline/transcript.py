"""The conversation as the offline model sees it: turns, their tool calls, and the tasks they were about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_ai import ModelMessage, TextPart, ToolCallPart, ToolReturnPart, UserPromptPart
from pydantic_core import to_jsonable_python

Json = dict[str, Any]

_NUMBERED = re.compile(r"^\s*(\d+)[.)] (.+)$", re.MULTILINE)


@dataclass(slots=True)
class Step:
    """A tool call and what came of it."""

    name: str
    args: Json
    outcome: str = "pending"
    result: Any = None

    @property
    def succeeded(self) -> bool:
        return self.outcome == "success"

    @property
    def tasks(self) -> list[Json]:
        """The tasks that the tool told of."""
        if not self.succeeded or not isinstance(self.result, dict):
            return []
        if "title" in self.result:
            return [self.result]
        tasks: list[Json] = self.result.get("tasks", [])
        return tasks

    @property
    def complaint(self) -> str:
        """Why it did not succeed."""
        if isinstance(self.result, str):
            return self.result
        if isinstance(self.result, list):  # arguments that do not fit, as pydantic reports them
            return "; ".join(str(error["msg"]) for error in self.result)
        return str(self.result)


@dataclass(slots=True)
class Turn:
    """What the user said, and everything until they spoke again."""

    text: str
    at: datetime
    steps: list[Step] = field(default_factory=list)
    said: str = ""


@dataclass(slots=True)
class Memory:
    """What earlier turns were about, for "it", "them" and "the second one"."""

    shown: list[Json] = field(default_factory=list)
    """The list that the user saw last, in its order."""
    mentioned: list[Json] = field(default_factory=list)
    """The tasks of the last call."""
    titles: dict[str, str] = field(default_factory=dict)
    """The titles of all tasks that were met, by id."""

    def note(self, step: Step) -> None:
        """Remember a call's tasks; of a call that lists only their titles, for what matters of it is what is shown."""
        self.titles.update((task["id"], task["title"]) for task in step.tasks)
        if step.name == "list_tasks":
            return
        if step.tasks:
            self.mentioned = step.tasks
        elif not step.succeeded and step.args.get("ids"):  # declined: they are still what was talked about
            known = {task["id"]: task for task in [*self.shown, *self.mentioned]}
            self.mentioned = [known[id_] for id_ in step.args["ids"] if id_ in known] or self.mentioned

    def note_turn(self, turn: Turn) -> None:
        for step in turn.steps:
            self.note(step)
        if shown := list_of(turn):
            self.shown = self.mentioned = shown


def list_of(turn: Turn) -> list[Json]:
    """The tasks that the turn's reply showed in a numbered list, whoever wrote it."""
    candidates = [task for step in turn.steps for task in step.tasks]
    shown = []
    for line in _NUMBERED.finditer(turn.said):
        for task in candidates:
            if line[2].startswith(one_line(task["title"])):
                shown.append(task)
                candidates.remove(task)
                break
    return shown


def one_line(title: str) -> str:
    return " ".join(title.split())


def read_turns(messages: Iterable[ModelMessage]) -> list[Turn]:
    """The turns of a history that begins with a user's prompt; the last one is the present one."""
    turns: list[Turn] = []
    steps: dict[str, Step] = {}
    for message in messages:
        for part in message.parts:
            match part:
                case UserPromptPart(content=str() as text, timestamp=at):
                    turns.append(Turn(text, at))
                case ToolCallPart():
                    step = Step(part.tool_name, part.args_as_dict())
                    steps[part.tool_call_id] = step
                    turns[-1].steps.append(step)
                case ToolReturnPart() if part.tool_call_id in steps:
                    step = steps[part.tool_call_id]
                    step.outcome, step.result = part.outcome, to_jsonable_python(part.content)
                case TextPart(content=text):
                    turns[-1].said += f"\n{text}"
    return turns
