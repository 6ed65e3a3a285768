"""Conversations as such: kept per user, listed, renamed, deleted."""

from uuid import UUID, uuid4

import httpx
import pytest

from tests.chat.talking import Talk

CONVERSATIONS = "/api/v1/chat/conversations"


async def begin(client: httpx.AsyncClient) -> str:
    response = await client.post(CONVERSATIONS)
    assert response.status_code == 201
    assert response.headers["location"] == f"{CONVERSATIONS}/{response.json()['id']}"
    return str(response.json()["id"])


async def test_a_new_conversation_is_empty(alice: httpx.AsyncClient) -> None:
    id_ = await begin(alice)
    got = (await alice.get(f"{CONVERSATIONS}/{id_}")).json()
    assert got["messages"] == []
    assert got["pending"] == []
    assert got["busy"] is False
    assert got["title"] == ""


async def test_the_first_message_gives_the_title(alice: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    await talk.say("add buy milk   tomorrow\nand more")
    assert (await talk.stored())["title"] == "add buy milk tomorrow"
    await talk.say("list my tasks")
    assert (await talk.stored())["title"] == "add buy milk tomorrow"


async def test_a_long_first_message_is_cut_at_a_word(alice: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    await talk.say("hello " + "wonderful " * 30)
    title = (await talk.stored())["title"]
    assert len(title) <= 61
    assert title.endswith("wonderful…")


async def test_rename(alice: httpx.AsyncClient) -> None:
    path = f"{CONVERSATIONS}/{await begin(alice)}"
    renamed = await alice.patch(path, json={"title": "  Garden "})
    assert renamed.status_code == 200
    assert (await alice.get(path)).json()["title"] == "Garden"


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\0b", "\ud800", None, 5])
async def test_rename_refuses_a_bad_title(alice: httpx.AsyncClient, title: object) -> None:
    path = f"{CONVERSATIONS}/{await begin(alice)}"
    content = b'{"title": "\\ud800"}' if title == "\ud800" else None
    response = await alice.patch(
        path,
        **(
            {"content": content, "headers": {"content-type": "application/json"}}
            if content
            else {"json": {"title": title}}
        ),
    )
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == ["title"]


async def test_the_list_is_paged_by_last_use(alice: httpx.AsyncClient) -> None:
    ids = [await begin(alice) for _ in range(5)]
    await Talk(alice, UUID(ids[1])).say("hello")
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    listed, cursor = [], None
    while True:
        page = (await alice.get(CONVERSATIONS, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        listed += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert listed == expected


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "WyIyMDI2LTAxLTAxIiwiYSJd", "é", "WzEsMl0", "\0"])
async def test_a_foreign_cursor_is_refused(alice: httpx.AsyncClient, cursor: str) -> None:
    for path in (CONVERSATIONS, f"{CONVERSATIONS}/{await begin(alice)}"):
        response = await alice.get(path, params={"cursor": cursor})
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "cursor"


async def test_messages_are_paged_backwards(alice: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    for number in range(3):
        await talk.say(f"hello {number}")
    newest = (await alice.get(talk.path, params={"limit": 4})).json()
    assert [message["role"] for message in newest["messages"]] == ["user", "assistant"] * 2
    assert newest["messages"][0]["text"] == "hello 1"
    older = (await alice.get(talk.path, params={"limit": 4, "cursor": newest["previous_cursor"]})).json()
    assert [message["text"] for message in older["messages"]][:1] == ["hello 0"]
    assert len(older["messages"]) == 2
    assert older["previous_cursor"] is None


async def test_delete(alice: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    await talk.say("add buy milk")
    assert (await alice.delete(talk.path)).status_code == 204
    assert (await alice.get(talk.path)).status_code == 404
    assert (await alice.delete(talk.path)).status_code == 404
    assert await talk.titles() == ["buy milk"]


async def test_others_conversations_do_not_exist(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    talk = Talk(alice)
    await talk.say("add buy milk")
    await talk.say("delete buy milk")
    for id_ in (talk.id, uuid4()):
        path = f"{CONVERSATIONS}/{id_}"
        refusals = [
            await bob.get(path),
            await bob.patch(path, json={"title": "mine"}),
            await bob.delete(path),
            await bob.post(f"{path}/messages", json={"text": "yes"}),
            await bob.post(f"{path}/confirmation", json={"approve": True}),
        ]
        assert [refusal.status_code for refusal in refusals] == [404] * 5
        assert len({refusal.text for refusal in refusals}) == 1
    assert (await bob.get(CONVERSATIONS)).json()["items"] == []
    assert await talk.titles() == ["buy milk"]
    assert len((await talk.stored())["pending"]) == 1


async def test_chat_needs_a_signed_in_user(client: httpx.AsyncClient) -> None:
    for response in (
        await client.get(CONVERSATIONS),
        await client.post(CONVERSATIONS),
        await client.post("/api/v1/chat/messages", json={"text": "hello"}),
        await client.post(f"{CONVERSATIONS}/{uuid4()}/confirmation", json={"approve": True}),
    ):
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": " \n "}, {"text": "x" * 4001}, {"text": "x" * 10_000}, {"text": "a\0b"}, {"text": 5}],
)
async def test_a_bad_message_is_refused_and_leaves_nothing(alice: httpx.AsyncClient, body: dict[str, object]) -> None:
    response = await alice.post("/api/v1/chat/messages", json=body)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["text"]
    assert (await alice.get(CONVERSATIONS)).json()["items"] == []


async def test_the_longest_message_is_read(alice: httpx.AsyncClient) -> None:
    answer = await Talk(alice).say("lorem ipsum " * 333)
    assert answer.names[-1] == "message.done"


@pytest.mark.parametrize("id_", ["1", "not-a-uuid", "00000000-0000-0000-0000-00000000000g"])
async def test_a_malformed_id_is_bad_input(alice: httpx.AsyncClient, id_: str) -> None:
    assert (await alice.get(f"{CONVERSATIONS}/{id_}")).status_code == 422
