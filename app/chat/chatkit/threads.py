"""Where ChatKit's server finds threads and their items: in the conversations of the user who asks.

What is said is stored by the run itself (`app.chat.runner`): this writes only what ChatKit begins, renames or deletes.
"""

from uuid import uuid4

from chatkit.store import NotFoundError, Store, StoreItemType
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata
from typing_extensions import override

from app.chat import service
from app.chat.chatkit.items import checked, conversation_id, message_item, question_id, question_item, thread_of
from app.chat.schemas import RenameConversation
from app.core.database import Database
from app.core.errors import NotFound
from app.users.auth import Principal


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
            return thread_of(await service.read_conversation(session, context, conversation_id(thread_id)))

    @override
    async def load_threads(self, limit: int, after: str | None, order: str, context: Principal) -> Page[ThreadMetadata]:
        """The last used first, whatever `order` says: nobody looks for their oldest conversation."""
        async with self._database.transaction() as session:
            page = await service.list_conversations(session, context, cursor=after, limit=limit)
        threads = [thread_of(item) for item in page.items]
        return Page(data=threads, has_more=page.next_cursor is not None, after=page.next_cursor)

    @override
    async def save_thread(self, thread: ThreadMetadata, context: Principal) -> None:
        """Begin the conversation, or give it the thread's title."""
        async with self._database.transaction() as session:
            try:
                kept = await service.read_conversation(session, context, conversation_id(thread.id))
            except NotFound:
                await service.create_conversation(session, context, id=conversation_id(thread.id))
            else:
                if thread.title and thread.title != kept.title:
                    title = checked(RenameConversation, title=thread.title).title
                    await service.rename_conversation(session, context, kept.id, title)

    @override
    async def delete_thread(self, thread_id: str, context: Principal) -> None:
        async with self._database.transaction() as session:
            await service.delete_conversation(session, context, conversation_id(thread_id))

    @override
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Principal
    ) -> Page[ThreadItem]:
        """Messages, and beside the newest the question that waits for an answer."""
        newest_first = order == "desc"
        async with self._database.transaction() as session:
            conversation = await service.read_conversation(session, context, conversation_id(thread_id))
            messages, cursor = await service.page_of_messages(
                session, conversation.id, cursor=after, limit=limit, newest_first=newest_first
            )
        items: list[ThreadItem] = [message_item(thread_id, message) for message in messages]
        if conversation.pending and (after is None if newest_first else cursor is None):
            items.insert(0 if newest_first else len(items), question_item(thread_id, conversation.pending))
        return Page(data=items, has_more=cursor is not None, after=cursor)

    @override
    async def load_item(self, thread_id: str, item_id: str, context: Principal) -> ThreadItem:
        """The question that waits. Nothing asks for a message by its id."""
        async with self._database.transaction() as session:
            conversation = await service.read_conversation(session, context, conversation_id(thread_id))
        if not conversation.pending or item_id != question_id(thread_id):
            raise NotFound("There is no such question any more.")
        return question_item(thread_id, conversation.pending)

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
