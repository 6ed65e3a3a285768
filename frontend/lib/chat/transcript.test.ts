import { describe, expect, it } from "vitest";
import type { ChatMessage, ConversationDetail } from "@/lib/api/types";
import {
  asked,
  type ChatEvent,
  EMPTY,
  follow,
  isStored,
  stored,
  type Transcript,
  unsent,
  withEarlier,
} from "./transcript";

const CALL = { id: "call_1", name: "delete_tasks", args: { ids: ["milk"] } };
const PENDING = { ...CALL, summary: "Delete “Buy milk”" };

function message(role: ChatMessage["role"], text: string, created_at = "2026-11-22T10:00:00Z"): ChatMessage {
  return { id: `${role}-${text}`, role, text, tool_calls: [], created_at };
}

function detail(given: Partial<ConversationDetail> = {}): ConversationDetail {
  const moment = "2026-11-22T10:00:00Z";
  return { id: "c", title: "Milk", messages: [], created_at: moment, updated_at: moment, ...given };
}

const replied = (start: Transcript, ...events: ChatEvent[]) => events.reduce(follow, start);
const texts = (transcript: Transcript) => transcript.messages.map((it) => it.text);

describe("a streamed reply", () => {
  const start = asked(EMPTY, "delete milk");

  it("grows by its pieces, and shows what the tools do", () => {
    const grown = replied(
      start,
      { type: "tool.call", ...CALL },
      { type: "message.delta", text: "Dele" },
      { type: "message.delta", text: "ted." },
      { type: "tool.result", id: "call_1", name: "delete_tasks", outcome: "success", result: { done: 1 } },
    );
    expect(texts(grown)).toEqual(["delete milk", "Deleted."]);
    expect(grown.messages[1]?.tool_calls).toEqual([{ ...CALL, outcome: "success", result: { done: 1 } }]);
    expect(grown.phase).toBe("answering");
  });

  it("is at its end what the server has stored, and stays the same message on the page", () => {
    const done = replied(start, { type: "message.done", message: message("assistant", "Deleted.") });
    expect(texts(done)).toEqual(["delete milk", "Deleted."]);
    expect(done.messages[1]?.id).toBe(start.messages[1]?.id);
    expect(done.phase).toBe("idle");
  });

  it("asks, and asks no more once the next thing is said", () => {
    const asking = replied(start, { type: "confirmation.required", calls: [PENDING] });
    expect(asking.pending).toEqual([PENDING]);
    expect(asked(asking, "No").pending).toEqual([]);
  });

  it("that breaks off keeps what was said until then", () => {
    const problem = { type: "about:blank", title: "Unavailable", status: 503, detail: "No model." };
    const broken = replied(start, { type: "message.delta", text: "Well" }, { type: "error", problem });
    expect(texts(broken)).toEqual(["delete milk", "Well"]);
    expect(broken.failure).toEqual({ reason: "No model.", isUnsent: false });
    expect(texts(replied(start, { type: "error", problem }))).toEqual(["delete milk"]);
  });
});

describe("what could not be sent", () => {
  const refused = unsent(asked(EMPTY, "hello"), "Too many messages.", [PENDING]);

  it("stays, with the reason and what waits", () => {
    expect(texts(refused)).toEqual(["hello"]);
    expect(refused.failure?.reason).toBe("Too many messages.");
    expect(refused.pending).toEqual([PENDING]);
  });

  it("is there once when it is sent again", () => {
    expect(texts(asked(refused, "hello"))).toEqual(["hello", ""]);
  });
});

it("what is stored says whether a reply is on its way", () => {
  expect(stored(detail({ busy: true })).phase).toBe("lost");
  expect(stored(detail({ pending: [PENDING] }))).toMatchObject({ phase: "idle", pending: [PENDING], title: "Milk" });
});

it("earlier messages come before the others", () => {
  const shown = stored(detail({ messages: [message("user", "later")], previous_cursor: "next" }));
  const whole = withEarlier(shown, detail({ messages: [message("user", "earlier")] }));
  expect(texts(whole)).toEqual(["earlier", "later"]);
  expect(whole.previousCursor).toBeNull();
});

it("what was said is found only after the last known reply", () => {
  const messages = [
    message("user", "undo", "2026-11-22T10:00:00Z"),
    message("assistant", "ok", "2026-11-22T10:00:01Z"),
  ];
  expect(isStored(detail({ messages }), "undo", null)).toBe(true);
  expect(isStored(detail({ messages }), "undo", "2026-11-22T10:00:01Z")).toBe(false);
  messages.push(message("user", "undo", "2026-11-22T10:00:02Z"));
  expect(isStored(detail({ messages }), "undo", "2026-11-22T10:00:01Z")).toBe(true);
});
