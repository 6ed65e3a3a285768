import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/lib/api/errors";
import type { ChatMessage, ConversationDetail } from "@/lib/api/types";
import { ChatSession } from "./session";

const server = vi.hoisted(() => ({ post: vi.fn(), get: vi.fn() }));

vi.mock("@/lib/api/client", () => {
  const answer = (asking: Promise<unknown>) => asking.then((data) => ({ data, response: { ok: true } }));
  return {
    api: {
      POST: (path: string, init?: { body?: unknown }) => answer(Promise.resolve(server.post(path, init?.body))),
      GET: (path: string) => answer(Promise.resolve(server.get(path))),
    },
  };
});

const DONE: ChatMessage = { id: "m", role: "assistant", text: "Hi.", created_at: "2026-11-22T10:00:01Z" };
const MESSAGES = "/api/v1/chat/conversations/{conversation_id}/messages";

const events = {
  hi: `event: message.delta\ndata: {"text":"Hi."}\n\n: keep-alive\n\nevent: message.done\ndata: ${JSON.stringify({ message: DONE })}\n\n`,
  broken: `event: error\ndata: {"problem":{"title":"Unavailable","status":503,"detail":"No model."}}\n\n`,
};

/** A stream of text, cut into small pieces; it breaks at its end if it is told to. */
function streaming(text: string, breaks = false): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start < bytes.length) controller.enqueue(bytes.slice(start, start + 7));
      else if (breaks) controller.error(new TypeError("network error"));
      else controller.close();
      start += 7;
    },
  });
}

function conversation(given: Partial<ConversationDetail> = {}): ConversationDetail {
  const moment = "2026-11-22T09:00:00Z";
  return { id: "c", title: "", messages: [], created_at: moment, updated_at: moment, ...given };
}

const said = (text: string) => ({ id: text, role: "user" as const, text, created_at: "2026-11-22T10:00:00Z" });
const listener = { onStored: vi.fn(), unreachable: () => "unreachable" };
const begun = () => new ChatSession("c", listener, conversation());
const texts = (session: ChatSession) => session.get().messages.map((it) => it.text);

beforeEach(() => {
  vi.useFakeTimers();
  server.post.mockReset();
  server.get.mockReset();
});
afterEach(() => vi.useRealTimers());

it("a new conversation begins with the first message", async () => {
  server.post.mockReturnValueOnce({ id: "c" }).mockReturnValueOnce(streaming(events.hi));
  const session = new ChatSession(null, listener);
  await session.send("hello");
  expect(server.post).toHaveBeenLastCalledWith(MESSAGES, { text: "hello" });
  expect(texts(session)).toEqual(["hello", "Hi."]);
  expect(session.get()).toMatchObject({ id: "c", phase: "idle", failure: null });
  expect(listener.onStored).toHaveBeenCalledWith("c");
});

it("nothing is said while a reply is written", async () => {
  server.post.mockReturnValue(streaming(events.hi));
  const session = begun();
  const first = session.send("hello");
  await session.send("again");
  await first;
  expect(server.post).toHaveBeenCalledOnce();
});

it("a refused message stays, with the reason, and is said again", async () => {
  server.post.mockRejectedValueOnce(new ApiError({ title: "Too many", status: 429, detail: "Too many messages." }));
  const session = begun();
  await session.send("hello");
  expect(session.get().failure).toEqual({ reason: "Too many messages.", isUnsent: true });

  server.post.mockReturnValueOnce(streaming(events.hi));
  await session.retry();
  expect(texts(session)).toEqual(["hello", "Hi."]);
});

it("a reply that failed can be asked for again", async () => {
  server.post.mockReturnValueOnce(streaming(events.broken)).mockReturnValueOnce(streaming(events.hi));
  const session = begun();
  await session.send("hello");
  expect(session.get().failure?.reason).toBe("No model.");
  await session.retry();
  expect(texts(session)).toEqual(["hello", "hello", "Hi."]);
});

describe("when the line breaks", () => {
  it("the reply is found again when it is whole", async () => {
    server.post.mockReturnValueOnce(streaming('event: message.delta\ndata: {"text":"H', true));
    server.get
      .mockRejectedValueOnce(new TypeError("offline"))
      .mockReturnValueOnce(conversation({ busy: true, messages: [said("hello")] }))
      .mockReturnValueOnce(conversation({ messages: [said("hello"), DONE] }));
    const session = begun();
    const sending = session.send("hello");
    await vi.advanceTimersByTimeAsync(100);
    expect(session.get().phase).toBe("lost");
    await vi.advanceTimersByTimeAsync(20_000);
    await sending;
    expect(texts(session)).toEqual(["hello", "Hi."]);
    expect(server.post).toHaveBeenCalledOnce();
  });

  it("what was not heard is said again, once", async () => {
    server.post.mockRejectedValue(new TypeError("network error"));
    server.get.mockReturnValue(conversation());
    const session = begun();
    await session.send("hello");
    expect(server.post).toHaveBeenCalledTimes(2);
    expect(texts(session)).toEqual(["hello"]);
    expect(session.get().failure).toEqual({ reason: "unreachable", isUnsent: true });
  });

  it("a connection that only falls silent is given up", async () => {
    server.post.mockReturnValueOnce(new ReadableStream({}));
    server.get.mockReturnValue(conversation({ messages: [said("hello"), DONE] }));
    const session = begun();
    const sending = session.send("hello");
    await vi.advanceTimersByTimeAsync(46_000);
    await sending;
    expect(texts(session)).toEqual(["hello", "Hi."]);
  });
});

describe("a confirmation", () => {
  const pending = [{ id: "call_1", name: "delete_tasks", args: {}, summary: "Delete “Buy milk”" }];

  it("names the calls that it is for", async () => {
    server.post.mockReturnValueOnce(streaming(events.hi));
    const session = new ChatSession("c", listener, conversation({ pending }));
    await session.answer(true, ["call_1"]);
    expect(server.post.mock.lastCall?.[1]).toEqual({ approve: true, ids: ["call_1"] });
    expect(session.get().pending).toEqual([]);
  });

  it("that somebody else gave already shows what came of it", async () => {
    server.post.mockRejectedValueOnce(new ApiError({ title: "Conflict", status: 409, detail: "Nothing waits." }));
    server.get.mockReturnValue(conversation({ messages: [said("Yes"), DONE] }));
    const session = new ChatSession("c", listener, conversation({ pending }));
    await session.answer(true, ["call_1"]);
    expect(texts(session)).toEqual(["Yes", "Hi."]);
    expect(session.get().failure).toBeNull();
  });
});

it("opening a conversation loads it, and waits for a reply that is being written", async () => {
  server.get
    .mockReturnValueOnce(conversation({ busy: true, messages: [said("hello")] }))
    .mockReturnValueOnce(conversation({ messages: [said("hello"), DONE] }));
  const session = new ChatSession("c", listener);
  expect(session.get().phase).toBe("loading");
  session.open();
  await vi.advanceTimersByTimeAsync(2000);
  expect(texts(session)).toEqual(["hello", "Hi."]);
});
