"""What the model is given again: whole exchanges, the newest ones."""

from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from app.chat import history


def turn(number: int) -> list[ModelMessage]:
    """A question, a tool call with its result, an answer."""
    call_id = f"call_{number}"
    return [
        ModelRequest(parts=[UserPromptPart(f"question {number}")], instructions="be brief"),
        ModelResponse(parts=[ToolCallPart("list_tasks", {}, tool_call_id=call_id)]),
        ModelRequest(parts=[ToolReturnPart("list_tasks", {"tasks": []}, tool_call_id=call_id)]),
        ModelResponse(parts=[TextPart(f"answer {number}")]),
    ]


def question(number: int) -> list[ModelMessage]:
    """A turn that ends with a call that waits for confirmation."""
    return turn(number)[:2]


def prompts(messages: list[ModelMessage]) -> list[object]:
    return [part.content for message in messages for part in message.parts if isinstance(part, UserPromptPart)]


def stored_newest_first(*turns: list[ModelMessage]) -> list[history.StoredMessages]:
    return [history.dump(messages) for messages in reversed(turns)]


def test_what_is_stored_is_given_again() -> None:
    loaded = history.load(stored_newest_first(turn(1), turn(2)))
    assert prompts(loaded) == ["question 1", "question 2"]
    assert [type(part) for message in loaded for part in message.parts] == [
        UserPromptPart,
        ToolCallPart,
        ToolReturnPart,
        TextPart,
    ] * 2
    assert all(message.instructions is None for message in loaded if isinstance(message, ModelRequest))


def test_only_whole_turns_are_dropped() -> None:
    stored = stored_newest_first(turn(1), turn(2), turn(3))
    assert prompts(history.load(stored, limit=11)) == ["question 2", "question 3"]
    assert prompts(history.load(stored, limit=8)) == ["question 2", "question 3"]
    assert prompts(history.load(stored, limit=7)) == ["question 3"]


def test_the_newest_turn_is_kept_however_long() -> None:
    assert prompts(history.load(stored_newest_first(turn(1), turn(2)), limit=1)) == ["question 2"]


def test_a_confirmed_call_stays_with_its_question() -> None:
    confirmed = turn(2)[2:]
    stored = stored_newest_first(turn(1), question(2), confirmed)
    assert prompts(history.load(stored, limit=4)) == ["question 2"]
    assert len(history.load(stored, limit=4)) == 4


def test_a_declined_call_stays_with_its_question() -> None:
    declined: list[ModelMessage] = [
        ModelRequest(parts=[ToolReturnPart("list_tasks", "no", tool_call_id="call_2"), UserPromptPart("question 3")]),
        ModelResponse(parts=[TextPart("answer 3")]),
    ]
    stored = stored_newest_first(turn(1), question(2), declined)
    assert prompts(history.load(stored, limit=4)) == ["question 2", "question 3"]


def test_nothing_is_nothing() -> None:
    assert history.load([]) == []


def test_a_turn_that_broke_off_is_closed() -> None:
    closed = history.close(question(1), "sorry")
    returned, last = closed[-2].parts[0], closed[-1].parts[0]
    assert isinstance(returned, ToolReturnPart)
    assert (returned.tool_call_id, returned.outcome) == ("call_1", "interrupted")
    assert isinstance(last, TextPart)
    assert last.content == "sorry"


def test_storable_data() -> None:
    assert history.storable({"a\0": ["b\0c", "\ud83d", 1, None, True, {"d": "é"}]}) == {
        "a": ["bc", "?", 1, None, True, {"d": "é"}]
    }
