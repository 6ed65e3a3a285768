"""One run of the agent: it outlives its HTTP response, streams its events to it, and is stored when it ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic_ai import (
    AgentStreamEvent,
    DeferredToolRequests,
    DeferredToolResults,
    FunctionToolCallEvent,
    FunctionToolResultEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
)
from pydantic_core import to_jsonable_python

from app.chat.history import storable
from app.chat.schemas import (
    ChatEvent,
    ConfirmationRequired,
    MessageDelta,
    PendingCall,
    ToolCall,
    ToolCallEvent,
    ToolResultEvent,
)
from app.users.auth import Principal


@dataclass(frozen=True, slots=True)
class Run:
    """What the assistant is to answer."""

    id: UUID
    conversation_id: UUID
    principal: Principal
    prompt: str | None
    """None when only calls that waited for confirmation are answered."""
    answers: DeferredToolResults | None = None


@dataclass(slots=True)
class Reply:
    """The reply as it grows: what is stored at its end, and a queue of events for the one who listens.

    All that a model wrote is made storable on its way in, so that what is streamed and what is stored are the same.
    """

    run: Run
    text: str = ""
    tool_calls: dict[str, ToolCall] = field(default_factory=dict)
    pending: list[PendingCall] = field(default_factory=list)
    pending_metadata: dict[str, Any] = field(default_factory=dict)
    _begins_paragraph: bool = False
    _events: asyncio.Queue[ChatEvent | None] = field(default_factory=asyncio.Queue)

    def emit(self, event: ChatEvent) -> None:
        self._events.put_nowait(event)

    def end(self) -> None:
        self._events.put_nowait(None)

    async def next_event(self) -> ChatEvent | None:
        """The next event; None after the last."""
        return await self._events.get()

    async def __aiter__(self) -> AsyncIterator[ChatEvent]:
        while (event := await self.next_event()) is not None:
            yield event

    def say(self, text: str) -> None:
        """Append to the reply's text."""
        if text := storable(text):
            text = f"\n\n{text}" if self._begins_paragraph and self.text else text
            self._begins_paragraph = False
            self.text += text
            self.emit(MessageDelta(text=text))

    def begin_paragraph(self) -> None:
        """Let what is said next stand apart from what was said before."""
        self._begins_paragraph = True

    def follow(self, event: AgentStreamEvent) -> None:
        """Take over what the agent just did."""
        match event:
            case PartStartEvent(part=TextPart(content=text)):
                self.begin_paragraph()
                self.say(text)
            case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                self.say(text)
            case FunctionToolCallEvent(part=call):
                args = storable(call.args_as_dict())
                self.tool_calls[call.tool_call_id] = ToolCall(id=call.tool_call_id, name=call.tool_name, args=args)
                self.emit(ToolCallEvent(id=call.tool_call_id, name=call.tool_name, args=args))
            case FunctionToolResultEvent(part=returned):
                made = self.tool_calls[returned.tool_call_id]
                made.outcome = returned.outcome
                made.result = storable(to_jsonable_python(returned.content, fallback=str))
                self.emit(ToolResultEvent(id=made.id, name=made.name, outcome=made.outcome, result=made.result))
            case _:
                pass

    def ask(self, requests: DeferredToolRequests) -> None:
        """End the reply with a question for confirmation."""
        self.pending_metadata = requests.metadata
        self.pending = [
            PendingCall(
                id=call.tool_call_id,
                name=call.tool_name,
                args=storable(call.args_as_dict()),
                summary=requests.metadata[call.tool_call_id]["summary"],
            )
            for call in requests.approvals
        ]
        self.begin_paragraph()
        self.say(question([call.summary for call in self.pending]))
        self.emit(ConfirmationRequired(calls=self.pending))


def question(summaries: list[str]) -> str:
    """The question that asks for a yes before the calls run."""
    if len(summaries) == 1:
        return f"{summaries[0]}? Please answer yes or no."
    return "\n".join([*(f"- {summary}" for summary in summaries), "Shall I do this? Please answer yes or no."])
