"""HTTP endpoints of the chat domain."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.responses import JSONResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from app.chat import service
from app.chat.preview import preview
from app.chat.runner import Chat
from app.chat.runs import Reply
from app.chat.schemas import (
    EVENT_NAMES,
    ChatReply,
    Confirm,
    ConversationDetail,
    ConversationPage,
    ConversationRead,
    ErrorEvent,
    MessageDone,
    PreviewTask,
    RenameConversation,
    SendMessage,
    TaskPreview,
)
from app.core.database import Session, utc_now
from app.core.errors import Problem, problem_response
from app.users.auth import CurrentUser

conversations = APIRouter(prefix="/api/v1/chat", tags=["chat"], responses={401: {"model": Problem}})
quick_add = APIRouter(prefix="/api/v1/tasks", tags=["tasks"], responses={401: {"model": Problem}})

_KEEPALIVE = 15
"""Seconds of silence after which a comment keeps proxies from closing the stream."""

_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "Not a conversation of yours."}}
_REPLY: dict[int | str, dict[str, Any]] = {
    200: {
        "model": ChatReply,
        "description": "The reply, as a stream of events or, with `Accept: application/json`, as a whole.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'event: message.delta\ndata: {"text":"Added “Water the plants”."}\n\n',
            }
        },
    },
    409: {"model": Problem, "description": "A reply is being written, or nothing waits for confirmation."},
    429: {"model": Problem, "description": "Too many messages."},
    503: {"model": Problem, "description": "The language model cannot be reached (only as a whole reply)."},
}


async def _within_rate_limit(request: Request, user: CurrentUser) -> None:
    state = request.app.state
    await service.count_message(state.database, user, per_minute=state.settings.chat_messages_per_minute)


def _chat(request: Request) -> Chat:
    chat: Chat = request.app.state.chat
    return chat


Assistant = Annotated[Chat, Depends(_chat)]
RateLimited = Depends(_within_rate_limit)
PageSize = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=300, description="From the previous answer.")]


@conversations.post("/conversations", status_code=status.HTTP_201_CREATED, summary="Begin a conversation")
async def create_conversation(session: Session, user: CurrentUser, response: Response) -> ConversationRead:
    conversation = await service.create_conversation(session, user)
    response.headers["Location"] = _location(conversation.id)
    return conversation


@conversations.get("/conversations", summary="List your conversations, the last used first")
async def list_conversations(
    session: Session, user: CurrentUser, cursor: Cursor = None, limit: PageSize = 30
) -> ConversationPage:
    return await service.list_conversations(session, user, cursor=cursor, limit=limit)


@conversations.get(
    "/conversations/{conversation_id}", summary="Get a conversation with its messages", responses=_NOT_FOUND
)
async def get_conversation(
    session: Session, user: CurrentUser, conversation_id: UUID, cursor: Cursor = None, limit: PageSize = 100
) -> ConversationDetail:
    return await service.get_conversation(session, user, conversation_id, cursor=cursor, limit=limit)


@conversations.patch("/conversations/{conversation_id}", summary="Rename a conversation", responses=_NOT_FOUND)
async def rename_conversation(
    session: Session, user: CurrentUser, conversation_id: UUID, change: RenameConversation
) -> ConversationRead:
    return await service.rename_conversation(session, user, conversation_id, change.title)


@conversations.delete(
    "/conversations/{conversation_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete a conversation; the tasks stay",
    responses=_NOT_FOUND,
)
async def delete_conversation(session: Session, user: CurrentUser, conversation_id: UUID) -> None:
    await service.delete_conversation(session, user, conversation_id)


@conversations.post(
    "/messages",
    summary="Say something in a new conversation",
    responses=_REPLY,
    dependencies=[RateLimited],
)
async def send_first_message(request: Request, user: CurrentUser, chat: Assistant, message: SendMessage) -> Response:
    return await _respond(request, await chat.send(user, None, message.text))


@conversations.post(
    "/conversations/{conversation_id}/messages",
    summary="Say something",
    description="While calls wait for confirmation, a yes or no answers them and anything else declines them.",
    responses=_NOT_FOUND | _REPLY,
    dependencies=[RateLimited],
)
async def send_message(
    request: Request, user: CurrentUser, chat: Assistant, conversation_id: UUID, message: SendMessage
) -> Response:
    return await _respond(request, await chat.send(user, conversation_id, message.text))


@conversations.post(
    "/conversations/{conversation_id}/confirmation",
    summary="Confirm or decline what the assistant asked",
    responses=_NOT_FOUND | _REPLY,
    dependencies=[RateLimited],
)
async def confirm(
    request: Request, user: CurrentUser, chat: Assistant, conversation_id: UUID, answer: Confirm
) -> Response:
    return await _respond(request, await chat.confirm(user, conversation_id, approve=answer.approve, ids=answer.ids))


@quick_add.post("/preview", summary="What a quick-add line would become; nothing is created")
async def preview_task(user: CurrentUser, line: PreviewTask) -> TaskPreview:
    return preview(line.text, now=utc_now(), time_zone=user.time_zone)


def _location(conversation_id: UUID) -> str:
    return f"{conversations.prefix}/conversations/{conversation_id}"


async def _respond(request: Request, reply: Reply) -> Response:
    headers = {"Location": _location(reply.run.conversation_id)}
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted and EventSourceResponse.media_type not in accepted:
        return await _whole(reply, headers)
    # nginx and its kind would otherwise hold the pieces back.
    headers |= {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventSourceResponse(_stream(reply), headers=headers)


async def _whole(reply: Reply, headers: dict[str, str]) -> Response:
    async for event in reply:
        if isinstance(event, ErrorEvent):
            problem = event.problem
            return problem_response(problem.status, problem.title, problem.detail, headers=headers)
        if isinstance(event, MessageDone):
            whole = ChatReply(
                conversation_id=reply.run.conversation_id, message=event.message, confirmation=reply.pending
            )
            return JSONResponse(whole.model_dump(mode="json"), headers=headers)
    raise RuntimeError("a reply ended without its last event")


async def _stream(reply: Reply) -> AsyncIterator[bytes]:
    """The reply as server-sent events; when the client leaves, the run goes on and is stored all the same."""
    while True:
        try:
            async with asyncio.timeout(_KEEPALIVE):
                event = await reply.next_event()
        except TimeoutError:
            yield KEEPALIVE_COMMENT
            continue
        if event is None:
            return
        yield format_sse_event(event=EVENT_NAMES[type(event)], data_str=event.model_dump_json())


router = APIRouter()
for part in (conversations, quick_add):
    router.include_router(part)
