"""OpenAI's ChatKit protocol over the same conversations, for operators who show ChatKit's widget instead of our chat.

ChatKit's threads are our conversations and its items are their messages.
Imported only where a domain key is set: the library costs a process 60 MB.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, NonStreamingResult
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ProgressUpdateEvent,
    StreamOptions,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from typing_extensions import override

from app.chat import service
from app.chat.chatkit.items import ANSWER, checked, conversation_id, question_id, question_item, user_message
from app.chat.chatkit.threads import Threads
from app.chat.runner import Chat
from app.chat.runs import Reply
from app.chat.schemas import (
    ErrorEvent,
    MessageDelta,
    MessageDone,
    SendMessage,
    ToolCallEvent,
)
from app.core.bodies import read_body
from app.core.database import Database, utc_now
from app.core.errors import AppError, InvalidInput
from app.users.auth import CurrentUser, Principal

_MAX_BYTES = 64 * 2**10
"""Of a request: the longest message, and more than its other fields can need."""


class Server(ChatKitServer[Principal]):
    """Answers ChatKit's requests with the runs of `Chat`."""

    def __init__(self, database: Database, chat: Chat, messages_per_minute: int) -> None:
        self._threads = Threads(database)
        super().__init__(self._threads)
        self._database = database
        self._chat = chat
        self._messages_per_minute = messages_per_minute

    @override
    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Principal
    ) -> AsyncIterator[ThreadStreamEvent]:
        said = "".join(part.text for part in input_user_message.content) if input_user_message else ""
        try:
            text = checked(SendMessage, text=said).text
            await self._count(context)
            reply = await self._chat.send(context, conversation_id(thread.id), text)
        except AppError as error:
            raise _shown(error) from None
        async for event in self._follow(reply, thread, context):
            yield event

    @override
    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Principal
    ) -> AsyncIterator[ThreadStreamEvent]:
        approve = action.payload.get("approve") if isinstance(action.payload, dict) else None
        if action.type != ANSWER or not isinstance(approve, bool):
            raise CustomStreamError("This button does nothing here.")
        try:
            await self._count(context)
            reply = await self._chat.confirm(context, conversation_id(thread.id), approve=approve, ids=None)
        except AppError as error:
            raise _shown(error) from None
        yield ThreadItemRemovedEvent(item_id=question_id(thread.id))
        yield ThreadItemDoneEvent(item=user_message(thread.id, str(uuid4()), "Yes" if approve else "No", utc_now()))
        async for event in self._follow(reply, thread, context):
            yield event

    @override
    def get_stream_options(self, thread: ThreadMetadata, context: Principal) -> StreamOptions:
        """A run cannot be called off: it ends, and is stored, when nobody listens any more."""
        return StreamOptions(allow_cancel=False)

    async def _count(self, principal: Principal) -> None:
        await service.count_message(self._database, principal, per_minute=self._messages_per_minute)

    async def _follow(
        self, reply: Reply, thread: ThreadMetadata, context: Principal
    ) -> AsyncIterator[ThreadStreamEvent]:
        """The run's events as ChatKit's. The reply has another id here than in the database: that one comes last."""
        item = AssistantMessageItem(id=str(uuid4()), thread_id=thread.id, created_at=utc_now(), content=[])
        async for event in reply:
            match event:
                case ToolCallEvent(name=name):
                    yield ProgressUpdateEvent(text=f"{name.replace('_', ' ').capitalize()} …")
                case MessageDelta(text=text):
                    if not item.content:
                        yield ThreadItemAddedEvent(item=item.model_copy(deep=True))
                        part = AssistantMessageContentPartAdded(
                            content_index=0, content=AssistantMessageContent(text="")
                        )
                        yield ThreadItemUpdatedEvent(item_id=item.id, update=part)
                        item.content.append(AssistantMessageContent(text=""))
                    delta = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
                    yield ThreadItemUpdatedEvent(item_id=item.id, update=delta)
                case MessageDone(message=message):
                    item.content = [AssistantMessageContent(text=message.text)]
                    yield ThreadItemDoneEvent(item=item)
                case ErrorEvent(problem=problem):
                    raise CustomStreamError(problem.detail or problem.title, allow_retry=True)
        if reply.pending:
            yield ThreadItemDoneEvent(item=question_item(thread.id, reply.pending))
        thread.title = (await self._threads.load_thread(thread.id, context)).title


router = APIRouter()


@router.post("/api/v1/chat/chatkit", include_in_schema=False)
async def chatkit(request: Request, user: CurrentUser) -> Response:
    """One request of ChatKit's protocol; the answer is JSON or a stream of server-sent events."""
    state = request.app.state
    server = Server(state.database, state.chat, state.settings.chat_messages_per_minute)
    try:
        result = await server.process(await read_body(request, _MAX_BYTES), user)
    except ValidationError:
        raise InvalidInput.of("body", "is not a request of ChatKit's") from None
    if isinstance(result, NonStreamingResult):
        return Response(result.json, media_type="application/json")
    stream = aiter(result)
    # Before the first event a refusal can still have a status of its own.
    first = await anext(stream)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_rejoin(first, stream), media_type="text/event-stream", headers=headers)


async def _rejoin(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for event in rest:
        yield event


def _shown(error: AppError) -> CustomStreamError:
    return CustomStreamError(error.detail or error.title, allow_retry=True)
