"""The offline model behind pydantic-ai's interface of a language model."""

import re
from collections.abc import AsyncIterator

from pydantic_ai import ModelMessage
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from pydantic_core import to_json

from app.chat.offline.plans import Call, next_move
from app.chat.offline.transcript import read_turns

_PIECE = re.compile(r"(?:\S+\s*){1,6}|\s+")
"""Six words: a reply appears bit by bit, and the pieces cost little."""


def offline_model(time_zone: str) -> FunctionModel:
    """A model that needs no network, for a user whose clock shows `time_zone`."""

    async def reply(messages: list[ModelMessage], _: AgentInfo) -> AsyncIterator[str | dict[int, DeltaToolCall]]:
        turns = read_turns(messages)
        match next_move(turns, time_zone):
            case Call(name, args):
                # Calls are counted, not drawn at random: the same conversation gives the same reply.
                call_id = f"call_{sum(len(turn.steps) for turn in turns) + 1}"
                yield {0: DeltaToolCall(name=name, json_args=to_json(args).decode(), tool_call_id=call_id)}
            case str() as text:
                for piece in _PIECE.findall(text):
                    yield piece

    return FunctionModel(stream_function=reply, model_name="offline")
