"""The same assistant with a language model behind an OpenAI-compatible endpoint, and every way that one can fail."""

from typing import Any

import pytest

from tests.chat.conftest import Connect, TalkWith
from tests.chat.fake_llm import Completion, answers, breaks_off, calls, says
from tests.support.serving import serve

NOWHERE = "http://127.0.0.1:9/v1"
"""The discard port: nothing listens there."""


def roles(request: dict[str, Any]) -> list[str]:
    return [message["role"] for message in request["messages"]]


async def test_text_and_tools_are_streamed(talk_with: TalkWith) -> None:
    completions = (
        calls(("create_task", {"title": "Buy milk", "due_at": "2030-05-01"})),
        says("I have added ", "“Buy milk”."),
        says("You are welcome."),
    )
    async with talk_with(*completions) as (talk, model):
        answer = await talk.say("put milk on my list for the first of May 2030")
        assert answer.names == ["conversation", "tool.call", "tool.result", "message.delta", "message.done"]
        assert answer.text == "I have added “Buy milk”."
        assert len(answer.named("message.delta")) == 2
        (task,) = await talk.tasks()
        assert (task["title"], task["due_has_time"]) == ("Buy milk", False)
        assert answer.named("tool.result")[0]["result"]["id"] == task["id"]

        await talk.say("thank you")
        first, second, third = model.requests
        assert model.keys == ["Bearer sk-secret"] * 3
        assert first["model"] == "fake"
        assert first["stream"] is True
        assert {tool["function"]["name"] for tool in first["tools"]} >= {"create_task", "list_tasks", "delete_tasks"}
        assert "Europe/Berlin" in first["messages"][0]["content"]
        assert roles(second) == ["system", "user", "assistant", "tool"]
        assert roles(third) == ["system", "user", "assistant", "tool", "assistant", "user"]


async def test_deletions_wait_for_the_user(talk_with: TalkWith) -> None:
    async with talk_with(says("?")) as (talk, model):
        created = await talk.client.post("/api/v1/tasks", json={"title": "Buy milk"})
        task_id = created.json()["id"]
        model.completions = [calls(("delete_tasks", {"ids": [task_id]})), says("It is gone.")]
        asked = await talk.say("get rid of the milk thing")
        assert asked.asked[0]["summary"] == "Delete “Buy milk”"
        assert asked.text == "Delete “Buy milk”? Please answer yes or no."
        assert await talk.titles() == ["Buy milk"]
        assert len(model.requests) == 1
        assert (await talk.say("yes")).text == "It is gone."
        assert await talk.tasks() == []
        assert roles(model.requests[1]) == ["system", "user", "assistant", "tool"]


async def test_text_around_tool_calls_makes_paragraphs(talk_with: TalkWith) -> None:
    async with talk_with(says("?")) as (talk, model):
        task_id = (await talk.client.post("/api/v1/tasks", json={"title": "Buy milk"})).json()["id"]
        model.completions = [calls(("list_tasks", {}), saying="Let me see."), says("You have ", "one task.")]
        assert (await talk.say("how many?")).text == "Let me see.\n\nYou have one task."
        model.completions = [calls(("delete_tasks", {"ids": [task_id]}), saying="Sure.")]
        assert (await talk.say("delete it")).text == "Sure.\n\nDelete “Buy milk”? Please answer yes or no."


async def test_several_calls_are_confirmed_one_by_one(talk_with: TalkWith) -> None:
    async with talk_with(says("?")) as (talk, model):
        ids = [
            (await talk.client.post("/api/v1/tasks", json={"title": title})).json()["id"] for title in ("milk", "bread")
        ]
        model.completions = [
            calls(
                ("list_tasks", {}),
                ("delete_tasks", {"ids": ids[:1]}),
                ("delete_tasks", {"ids": ids[1:]}),
            ),
            says("Done."),
        ]
        asked = await talk.say("delete milk and bread")
        assert asked.text.splitlines()[:2] == ["- Delete “milk”", "- Delete “bread”"]
        answer = await talk.confirm(True, [asked.asked[1]["id"]])
        outcomes = [(result["id"], result["outcome"]) for result in answer.named("tool.result")]
        assert sorted(outcomes) == [("call_1", "denied"), ("call_2", "success")]
        assert await talk.titles() == ["milk"]


async def test_a_model_cannot_confirm_for_the_user(talk_with: TalkWith) -> None:
    async with talk_with(says("?")) as (talk, model):
        await talk.client.post("/api/v1/tasks", json={"title": "milk"})
        everything = {"action": "delete", "all": True}
        model.completions = [says("yes"), calls(("bulk_update_tasks", everything)), says("ok")]
        await talk.say("hello")
        await talk.say("clean up")
        assert await talk.titles() == ["milk"]
        model.completions = [calls(("bulk_update_tasks", everything), ids="again"), says("ok")]
        answer = await talk.say("what is the weather?")
        assert answer.asked
        assert await talk.titles() == ["milk"]


@pytest.mark.parametrize(
    "args",
    [
        {"action": "delete", "filter": {}},
        {"action": "delete"},
        {"action": "complete", "ids": []},
        {"action": "update", "all": True},
        {"action": "burn", "all": True},
        "{not json",
        "[]",
    ],
)
async def test_wrong_arguments_are_told_to_the_model(talk_with: TalkWith, args: dict[str, Any] | str) -> None:
    async with talk_with(says("?")) as (talk, model):
        await talk.client.post("/api/v1/tasks", json={"title": "milk"})
        model.completions = [calls(("bulk_update_tasks", args)), says("Sorry.")]
        answer = await talk.say("do something")
        assert answer.text == "Sorry."
        assert [result["outcome"] for result in answer.named("tool.result")] == ["retried"]
        assert model.requests[1]["messages"][-1]["role"] in ("tool", "user")
        assert (await talk.stored())["messages"][-1]["text"] == "Sorry."
        assert await talk.titles(status="open") == ["milk"]


async def test_what_the_service_refuses_is_told_to_the_model(talk_with: TalkWith) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    completions = (
        calls(("get_task", {"id": nobody}), ("update_task", {"id": nobody, "changes": {"priority": "high"}})),
        says("There is no such task."),
    )
    async with talk_with(*completions) as (talk, _):
        answer = await talk.say("make it urgent")
        assert [result["outcome"] for result in answer.named("tool.result")] == ["failed", "failed"]
        assert answer.text == "There is no such task."


async def test_a_model_that_runs_in_circles_is_stopped(talk_with: TalkWith) -> None:
    async with talk_with(calls(("list_tasks", {}))) as (talk, model):
        answer = await talk.say("hello")
        assert answer.names[-1] == "error"
        assert answer.named("error")[0]["problem"]["status"] == 503
        assert len(model.requests) <= 30


async def test_nul_and_surrogates_from_a_model_are_stored_cleanly(talk_with: TalkWith) -> None:
    completions = (calls(("list_tasks", '{"q": "a\\u0000b"}')), says("a\0b\ud83d"))
    async with talk_with(*completions) as (talk, _):
        answer = await talk.say("hello")
        assert answer.names[-1] == "message.done"
        assert (await talk.stored())["messages"][-1]["text"] == answer.text


FAILURES = [
    pytest.param(answers(401, b'{"error": {"message": "Incorrect API key sk-secret", "code": "x"}}'), id="401"),
    pytest.param(answers(404, b"not found", "text/plain"), id="404"),
    pytest.param(answers(429, b'{"error": {"message": "slow down"}}'), id="429"),
    pytest.param(answers(500, b"<html>oops</html>", "text/html"), id="500"),
    pytest.param(answers(200, b"<html>a proxy's login page</html>", "text/html"), id="html"),
    pytest.param(answers(200, b"data: {garbage\n\n", "text/event-stream"), id="garbage"),
    pytest.param(answers(200, b'data: {"a": 1}\n\n', "text/event-stream"), id="other-json"),
    pytest.param(answers(200, b"", "text/event-stream"), id="empty"),
    pytest.param(breaks_off(), id="broken-at-once"),
    pytest.param(breaks_off("I will ", "now "), id="broken-in-the-middle"),
]


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_model_is_excused_and_the_conversation_goes_on(
    talk_with: TalkWith, failure: Completion
) -> None:
    async with talk_with(failure) as (talk, model):
        answer = await talk.say("add milk")
        assert answer.names[-1] == "error"
        problem = answer.named("error")[0]["problem"]
        assert problem["status"] == 503
        assert problem["detail"].startswith("I could not finish this reply")
        assert "sk-secret" not in str(answer.events)
        stored = await talk.stored()
        assert [message["role"] for message in stored["messages"]] == ["user", "assistant"]
        assert stored["messages"][1]["text"].endswith(problem["detail"])
        assert stored["busy"] is False

        model.completions = [calls(("create_task", {"title": "milk"})), says("Added.")]
        assert (await talk.say("add milk, please")).text == "Added."
        assert await talk.titles() == ["milk"]
        assert [message["content"] for message in model.requests[-1]["messages"] if message["role"] == "user"] == [
            "add milk",
            "add milk, please",
        ]


@pytest.mark.parametrize("failure", [answers(500), breaks_off("I have ")])
async def test_what_the_tools_did_before_a_failure_is_kept(talk_with: TalkWith, failure: Completion) -> None:
    async with talk_with(calls(("create_task", {"title": "milk"})), failure) as (talk, model):
        answer = await talk.say("add milk")
        assert answer.names[-1] == "error"
        assert await talk.titles() == ["milk"]
        reply = (await talk.stored())["messages"][1]
        assert [(call["name"], call["outcome"]) for call in reply["tool_calls"]] == [("create_task", "success")]
        model.completions = [says("You have it already.")]
        await talk.say("did you add it?")
        request = model.requests[-1]
        assert roles(request)[:4] == ["system", "user", "assistant", "tool"]
        assert [call["function"]["name"] for call in request["messages"][2]["tool_calls"]] == ["create_task"]


async def test_a_confirmed_deletion_happens_though_the_model_is_gone_by_then(talk_with: TalkWith) -> None:
    async with talk_with(says("?")) as (talk, model):
        task_id = (await talk.client.post("/api/v1/tasks", json={"title": "milk"})).json()["id"]
        model.completions = [calls(("delete_tasks", {"ids": [task_id]})), answers(500)]
        await talk.say("delete milk")
        answer = await talk.confirm(True)
        assert [result["outcome"] for result in answer.named("tool.result")] == ["success"]
        assert answer.names[-1] == "error"
        assert await talk.tasks() == []
        assert (await talk.stored())["pending"] == []


async def test_an_unreachable_endpoint(connect: Connect) -> None:
    async with connect(NOWHERE) as (_, talk):
        answer = await talk.say("add milk")
        assert answer.names == ["conversation", "error"]
        assert answer.named("error")[0]["problem"]["title"] == "Temporarily unavailable"
        assert await talk.tasks() == []
        whole = await talk.client.post(
            f"{talk.path}/messages", json={"text": "add milk"}, headers={"Accept": "application/json"}
        )
        assert whole.status_code == 503
        assert whole.headers["content-type"] == "application/problem+json"
        assert [message["text"] for message in (await talk.stored())["messages"]][::2] == ["add milk"] * 2


async def test_an_endpoint_that_never_answers(connect: Connect) -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serve(silent) as url, connect(f"{url}/v1") as (_, talk):
        answer = await talk.say("add milk")
        assert answer.names == ["conversation", "error"]
        assert (await talk.stored())["busy"] is False
