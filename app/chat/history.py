"""What the model is given again of earlier turns: bounded, and never half of a tool call."""

from collections.abc import Iterable
from typing import Any

from pydantic_ai import ModelMessage, ModelMessagesTypeAdapter, ModelRequest, ModelResponse, TextPart, UserPromptPart
from pydantic_ai.messages import repair_messages

MAX_MESSAGES = 60
"""Model messages kept; a turn with one tool call has four. Each one costs a language model's tokens."""

MAX_TURNS = 20
"""Replies that are looked through for them."""

_DROPPED: Any = {"__all__": {"instructions": True, "usage": True, "run_id": True, "conversation_id": True}}
"""What each run sets anew, or what only accounting would read."""

StoredMessages = list[dict[str, Any]]


def dump(messages: list[ModelMessage]) -> StoredMessages:
    """The messages as JSON, without what the next run does not need."""
    stored: StoredMessages = storable(
        ModelMessagesTypeAdapter.dump_python(messages, mode="json", exclude_none=True, exclude=_DROPPED)
    )
    return stored


def storable(value: Any) -> Any:
    """JSON data as PostgreSQL can hold it: a model may write NUL characters and lone surrogates."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case list():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
    return value


def load(turns_newest_first: Iterable[StoredMessages], limit: int = MAX_MESSAGES) -> list[ModelMessage]:
    """The newest turns, oldest first, `limit` messages at most unless the newest exchange alone has more.

    It begins with a user's prompt: a turn that continues after a confirmation is kept or dropped with its question,
    so no tool call loses its result.
    """
    kept: list[ModelMessage] = []
    exchange: list[ModelMessage] = []
    for stored in turns_newest_first:
        exchange = ModelMessagesTypeAdapter.validate_python(stored) + exchange
        if not _begins_with_prompt(exchange):
            continue
        if kept and len(kept) + len(exchange) > limit:
            break
        kept, exchange = exchange + kept, []
    return kept or exchange


def close(messages: list[ModelMessage], text: str) -> list[ModelMessage]:
    """The messages of a run that broke off, made a whole turn that says `text` at its end."""
    whole = repair_messages(messages)
    if not whole or isinstance(whole[-1], ModelRequest):
        whole.append(ModelResponse(parts=[TextPart(text)]))
    return whole


def _begins_with_prompt(messages: list[ModelMessage]) -> bool:
    """Whether the first message is a fresh prompt; one that also declines earlier calls answers an earlier turn."""
    first = messages[0] if messages else None
    return isinstance(first, ModelRequest) and all(isinstance(part, UserPromptPart) for part in first.parts)
