"""The assistant at work: one run at a time per conversation, from the user's message to the stored reply."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog
from pydantic_ai import (
    AgentRunError,
    AgentRunEvents,
    AgentRunResultEvent,
    DeferredToolRequests,
    DeferredToolResults,
    ModelAPIError,
    ModelMessage,
    ModelRequest,
    ToolDenied,
    UserError,
)
from pydantic_ai.messages import repair_messages
from sqlalchemy.ext.asyncio import AsyncSession

from app.chat import history, repository, service
from app.chat.agent import Assistant
from app.chat.interpreter import Confirm, interpret
from app.chat.models import ChatMessage, Conversation, Role
from app.chat.runs import Reply, Run
from app.chat.schemas import ConversationEvent, ErrorEvent, MessageDone, MessageRead
from app.core.database import Database, utc_now
from app.core.errors import AppError, Conflict, InvalidInput, NotFound, Problem, Unavailable
from app.users.auth import Principal

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
"""How long a crashed run blocks its conversation; a live one renews it three times as often."""

_TITLE_LENGTH = 60
_DECLINED = "The user did not confirm, so nothing was changed."
_UNAVAILABLE = "I could not finish this reply: my language model cannot be reached right now. Please try again later."
_NO_SENSE = "I could not finish this reply: my language model gave no usable answer. Please try again."
_INTERRUPTED = "I was interrupted before this reply was finished. Please try again."
_BROKEN = "I could not finish this reply; the error is logged. Please try again."


class Chat:
    """Runs the assistant: one run at a time per conversation, finished and stored even when nobody listens any more."""

    def __init__(self, database: Database, assistant: Assistant) -> None:
        self._database = database
        self._assistant = assistant
        self._running: set[asyncio.Task[None]] = set()

    async def send(self, principal: Principal, conversation_id: UUID | None, text: str) -> Reply:
        """Begin the reply to a message; without `conversation_id` in a new conversation.

        While calls wait for confirmation, a yes or no answers them and anything else declines them.
        Raises `NotFound`, and `Conflict` while another reply is being written.
        """
        run_id = uuid4()
        async with self._database.transaction() as session:
            if conversation_id is None:
                conversation_id = (await service.create_conversation(session, principal)).id
            conversation = await _claim(session, principal, conversation_id, run_id)
            waiting, conversation.pending = conversation.pending, None
            conversation.title = conversation.title or _title_of(text)
            session.add(ChatMessage(conversation_id=conversation_id, role=Role.USER, text=text))
        answer = _typed_answer(text) if waiting else None
        answers = _answers(waiting, approve=bool(answer)) if waiting else None
        return self._start(Run(run_id, conversation_id, principal, None if answer is not None else text, answers))

    async def confirm(
        self, principal: Principal, conversation_id: UUID, *, approve: bool, ids: list[str] | None
    ) -> Reply:
        """Go on with the calls that wait for confirmation.

        Raises `NotFound`, `Conflict` when none waits or a reply is being written, `InvalidInput` for unknown `ids`.
        """
        run_id = uuid4()
        async with self._database.transaction() as session:
            conversation = await _claim(session, principal, conversation_id, run_id)
            waiting, conversation.pending = conversation.pending, None
            if not waiting:
                raise Conflict("Nothing waits for your confirmation.")
            answers = _answers(waiting, approve=approve, ids=ids)
            session.add(ChatMessage(conversation_id=conversation_id, role=Role.USER, text="Yes" if approve else "No"))
        return self._start(Run(run_id, conversation_id, principal, None, answers))

    async def close(self, grace: float = 10) -> None:
        """Let the running replies end; after `grace` seconds break them off, stored as interrupted."""
        if not self._running:
            return
        _, unfinished = await asyncio.wait(self._running, timeout=grace)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _start(self, run: Run) -> Reply:
        reply = Reply(run)
        reply.emit(ConversationEvent(id=run.conversation_id))
        task = asyncio.create_task(self._run(reply), name=f"chat-{run.id}")
        self._running.add(task)  # the event loop itself holds only a weak reference
        task.add_done_callback(self._running.discard)
        return reply

    async def _run(self, reply: Reply) -> None:
        keeper = asyncio.create_task(self._keep_lease(reply.run))
        try:
            messages, problem = await self._drive(reply)
            stored = await self._store(reply, messages)
            if problem is not None:
                reply.emit(ErrorEvent(problem=problem))
            elif stored is not None:
                reply.emit(MessageDone(message=stored))
            else:
                reply.emit(ErrorEvent(problem=_problem(NotFound("The conversation was deleted meanwhile."))))
        except Exception:
            log.exception("a chat reply could not be stored", conversation_id=str(reply.run.conversation_id))
            reply.emit(ErrorEvent(problem=_problem(Unavailable("The reply could not be stored."))))
        finally:
            keeper.cancel()
            reply.end()

    async def _drive(self, reply: Reply) -> tuple[list[ModelMessage], Problem | None]:
        """Let the agent work; the model messages of the run, and what kept it from finishing."""
        run = reply.run
        async with self._assistant.run(run, await self._earlier(run)) as events:
            try:
                async for event in events:
                    if not isinstance(event, AgentRunResultEvent):
                        reply.follow(event)
                    elif isinstance(event.result.output, DeferredToolRequests):
                        reply.ask(event.result.output)
                return events.new_messages(), None
            except asyncio.CancelledError:  # by `close`, and not raised again: the task ends once this is stored
                excuse = _INTERRUPTED
            except ModelAPIError as error:
                log.warning("the language model is unavailable", reason=str(error))
                excuse = _UNAVAILABLE
            except AgentRunError as error:
                log.warning("the language model failed", reason=str(error))
                excuse = _NO_SENSE
            except Exception:
                log.exception("a chat run failed", conversation_id=str(run.conversation_id))
                excuse = _BROKEN
            return self._break_off(reply, events, excuse), _problem(Unavailable(excuse))

    @staticmethod
    def _break_off(reply: Reply, events: AgentRunEvents[object], excuse: str) -> list[ModelMessage]:
        """End the reply with `excuse`; what the model and the tools did until then stays in its history."""
        made: list[ModelMessage] = []
        with suppress(UserError):  # the run has not even begun
            made = events.new_messages()
        if not made and reply.run.prompt is not None:
            made = [ModelRequest.user_text_prompt(reply.run.prompt)]
        reply.text = f"{reply.text}\n\n{excuse}".strip()
        return history.close(made, excuse)

    async def _earlier(self, run: Run) -> list[ModelMessage]:
        """What the model is given again; calls without a result are closed unless this run answers them."""
        async with self._database.transaction() as session:
            rows = await repository.replies(session, run.conversation_id, history.MAX_TURNS)
        messages = history.load(row.model_messages for row in rows)
        return messages if run.answers else repair_messages(messages)

    async def _store(self, reply: Reply, messages: list[ModelMessage]) -> MessageRead | None:
        """Write the reply and give the conversation free; None when it is gone."""
        run = reply.run
        async with self._database.transaction() as session:
            conversation = await repository.get_for_run(session, run.conversation_id, run.id)
            if conversation is None:
                return None
            conversation.run_id = conversation.busy_until = None
            conversation.updated_at = utc_now()
            if reply.pending:
                calls = [call.model_dump() for call in reply.pending]
                conversation.pending = {"calls": calls, "metadata": reply.pending_metadata}
            message = ChatMessage(
                conversation_id=run.conversation_id,
                role=Role.ASSISTANT,
                text=reply.text,
                tool_calls=[call.model_dump() for call in reply.tool_calls.values()],
                model_messages=history.dump(messages),
            )
            session.add(message)
            await session.flush()
            return service.read_message(message)

    async def _keep_lease(self, run: Run) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._database.transaction() as session:
                    await repository.renew(session, run.conversation_id, run.id, LEASE)
            except Exception as error:  # the next try may be in time
                log.warning("a chat lease was not renewed", reason=str(error))


async def _claim(session: AsyncSession, principal: Principal, conversation_id: UUID, run_id: UUID) -> Conversation:
    conversation = await repository.claim(session, principal.user_id, conversation_id, run_id, LEASE)
    if conversation is None:
        await service.require_conversation(session, principal, conversation_id)
        raise Conflict("A reply is being written in this conversation; wait for its end.")
    return conversation


def _problem(error: AppError) -> Problem:
    return Problem(title=error.title, status=error.status, detail=error.detail)


def _title_of(text: str) -> str:
    """The message's first line, cut at a word."""
    line = " ".join(text.splitlines()[0].split())
    return line if len(line) <= _TITLE_LENGTH else line[:_TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _typed_answer(text: str) -> bool | None:
    """Whether the message is just a yes or no, in the words that the interpreter knows; None when it is not."""
    match interpret(text, now=utc_now(), time_zone=ZoneInfo("UTC")).commands:
        case (Confirm(yes=yes),):
            return yes
    return None


def _answers(waiting: Mapping[str, Any], *, approve: bool, ids: list[str] | None = None) -> DeferredToolResults:
    """The answer to every waiting call: yes to those of `ids` (None: all) if `approve`, else no."""
    known = [call["id"] for call in waiting["calls"]]
    if unknown := set(ids or ()) - set(known):
        raise InvalidInput.of("ids", f"no such call waits: {', '.join(sorted(unknown))}")
    return DeferredToolResults(
        approvals={id_: True if approve and (ids is None or id_ in ids) else ToolDenied(_DECLINED) for id_ in known},
        metadata=waiting["metadata"],
    )
