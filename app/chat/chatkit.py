"""OpenAI's ChatKit protocol over the same conversations, for operators who show ChatKit's widget instead of our chat.

ChatKit's threads are our conversations and its items are their messages. What is said is stored by the run itself
(`app.chat.runner`), so the store below writes only what ChatKit begins, renames or deletes.
Imported only where a domain key is set: the library costs a process 60 MB.
"""

from collections.abc import AsyncIterator
from typing import Any, TypeVar
from uuid import UUID, uuid4

from chatkit.actions import Action, ActionConfig
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, NonStreamingResult
from chatkit.store import NotFoundError, Store, StoreItemType
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    Attachment,
    InferenceOptions,
    Page,
    ProgressUpdateEvent,
    StreamOptions,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from chatkit.widgets import DynamicWidgetRoot
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ValidationError
from typing_extensions import override

from app.chat import service
from app.chat.models import Role
from app.chat.runner import Chat
from app.chat.runs import Reply
from app.chat.schemas import (
    ConversationRead,
    ErrorEvent,
    MessageDelta,
    MessageDone,
    MessageRead,
    PendingCall,
    RenameConversation,
    SendMessage,
    ToolCallEvent,
)
from app.core.bodies import read_body
from app.core.database import Database, utc_now
from app.core.errors import AppError, InvalidInput, NotFound
from app.users.auth import CurrentUser, Principal

T = TypeVar("T", bound=BaseModel)

ANSWER = "answer"
"""The action of the two buttons under a question; its payload is {"approve": bool}."""

_MAX_BYTES = 64 * 2**10
"""Of a request: the longest message, and more than its other fields can need."""

_QUESTION = "question-"
"""An item's id begins with it when it is the question that waits in the conversation of that id, not a message."""


class Threads(Store[Principal]):
    """A user's conversations as ChatKit's threads. Raises `NotFound` for what is not theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def generate_thread_id(self, context: Principal) -> str:
        return str(uuid4())

    @override
    def generate_item_id(self, item_type: StoreItemType, thread: ThreadMetadata, context: Principal) -> str:
        return str(uuid4())

    @override
    async def load_thread(self, thread_id: str, context: Principal) -> ThreadMetadata:
        async with self._database.transaction() as session:
            return _thread(await service.read_conversation(session, context, _id(thread_id)))

    @override
    async def load_threads(self, limit: int, after: str | None, order: str, context: Principal) -> Page[ThreadMetadata]:
        """The last used first, whatever `order` says: nobody looks for their oldest conversation."""
        async with self._database.transaction() as session:
            page = await service.list_conversations(session, context, cursor=after, limit=limit)
        threads = [_thread(item) for item in page.items]
        return Page(data=threads, has_more=page.next_cursor is not None, after=page.next_cursor)

    @override
    async def save_thread(self, thread: ThreadMetadata, context: Principal) -> None:
        """Begin the conversation, or give it the thread's title."""
        async with self._database.transaction() as session:
            try:
                kept = await service.read_conversation(session, context, _id(thread.id))
            except NotFound:
                await service.create_conversation(session, context, id=_id(thread.id))
            else:
                if thread.title and thread.title != kept.title:
                    title = _checked(RenameConversation, title=thread.title).title
                    await service.rename_conversation(session, context, kept.id, title)

    @override
    async def delete_thread(self, thread_id: str, context: Principal) -> None:
        async with self._database.transaction() as session:
            await service.delete_conversation(session, context, _id(thread_id))

    @override
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Principal
    ) -> Page[ThreadItem]:
        """Messages, and beside the newest the question that waits for an answer."""
        newest_first = order == "desc"
        async with self._database.transaction() as session:
            conversation = await service.read_conversation(session, context, _id(thread_id))
            messages, cursor = await service.page_of_messages(
                session, conversation.id, cursor=after, limit=limit, newest_first=newest_first
            )
        items: list[ThreadItem] = [_item(thread_id, message) for message in messages]
        if conversation.pending and (after is None if newest_first else cursor is None):
            items.insert(0 if newest_first else len(items), _question(thread_id, conversation.pending))
        return Page(data=items, has_more=cursor is not None, after=cursor)

    @override
    async def load_item(self, thread_id: str, item_id: str, context: Principal) -> ThreadItem:
        """The question that waits. Nothing asks for a message by its id."""
        async with self._database.transaction() as session:
            conversation = await service.read_conversation(session, context, _id(thread_id))
        if not conversation.pending or item_id != f"{_QUESTION}{thread_id}":
            raise NotFound("There is no such question any more.")
        return _question(thread_id, conversation.pending)

    @override
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Principal) -> None:
        """The run stores it."""

    @override
    async def save_item(self, thread_id: str, item: ThreadItem, context: Principal) -> None:
        """The run stores it."""

    @override
    async def delete_thread_item(self, thread_id: str, item_id: str, context: Principal) -> None:
        """What was said stays said; an answered question goes with its run."""

    @override
    async def save_attachment(self, attachment: Attachment, context: Principal) -> None:
        raise NotFoundError("There are no attachments here.")

    @override
    async def load_attachment(self, attachment_id: str, context: Principal) -> Attachment:
        raise NotFoundError("There are no attachments here.")

    @override
    async def delete_attachment(self, attachment_id: str, context: Principal) -> None:
        raise NotFoundError("There are no attachments here.")


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
            text = _checked(SendMessage, text=said).text
            await self._count(context)
            reply = await self._chat.send(context, _id(thread.id), text)
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
            reply = await self._chat.confirm(context, _id(thread.id), approve=approve, ids=None)
        except AppError as error:
            raise _shown(error) from None
        yield ThreadItemRemovedEvent(item_id=f"{_QUESTION}{thread.id}")
        yield ThreadItemDoneEvent(item=_user_message(thread.id, str(uuid4()), "Yes" if approve else "No"))
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
            yield ThreadItemDoneEvent(item=_question(thread.id, reply.pending))
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


def _id(thread_id: str) -> UUID:
    try:
        return UUID(thread_id)
    except ValueError:
        raise NotFound("There is no such conversation.") from None


def _checked(schema: type[T], **fields: str) -> T:
    try:
        return schema(**fields)
    except ValidationError as error:
        raise InvalidInput.of(next(iter(fields)), error.errors()[0]["msg"]) from None


def _shown(error: AppError) -> CustomStreamError:
    return CustomStreamError(error.detail or error.title, allow_retry=True)


def _thread(conversation: ConversationRead) -> ThreadMetadata:
    return ThreadMetadata(id=str(conversation.id), title=conversation.title or None, created_at=conversation.created_at)


def _item(thread_id: str, message: MessageRead) -> ThreadItem:
    if message.role == Role.USER:
        return _user_message(thread_id, str(message.id), message.text)
    content = [AssistantMessageContent(text=message.text)]
    return AssistantMessageItem(id=str(message.id), thread_id=thread_id, created_at=message.created_at, content=content)


def _user_message(thread_id: str, id_: str, text: str) -> UserMessageItem:
    content = [UserMessageTextContent(text=text)]
    return UserMessageItem(
        id=id_, thread_id=thread_id, created_at=utc_now(), content=content, inference_options=InferenceOptions()
    )


def _question(thread_id: str, calls: list[PendingCall]) -> WidgetItem:
    """The question as a card with two buttons."""

    def button(label: str, *, approve: bool) -> dict[str, Any]:
        return {"label": label, "action": ActionConfig(type=ANSWER, payload={"approve": approve}).model_dump()}

    card = {
        "type": "Card",
        "children": [{"type": "Text", "value": call.summary} for call in calls],
        "confirm": button("Yes", approve=True),
        "cancel": button("No", approve=False),
    }
    return WidgetItem(
        id=f"{_QUESTION}{thread_id}",
        thread_id=thread_id,
        created_at=utc_now(),
        widget=DynamicWidgetRoot.model_validate(card),
    )
