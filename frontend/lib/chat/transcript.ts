/** A conversation as it is shown, and what each event of a streamed reply does to it. Pure, so that it is easy to test. */
import type { ChatMessage, ConversationDetail, PendingCall, Problem, ToolCall } from "@/lib/api/types";

/** What `app/chat` streams, by the name of the event. */
export type ChatEvent =
  | { type: "conversation"; id: string }
  | { type: "message.delta"; text: string }
  | { type: "tool.call"; id: string; name: string; args: ToolCall["args"] }
  | { type: "tool.result"; id: string; name: string; outcome: ToolCall["outcome"]; result: unknown }
  | { type: "confirmation.required"; calls: PendingCall[] }
  | { type: "message.done"; message: ChatMessage }
  | { type: "error"; problem: Problem };

/** `lost`: a reply is being written, and the connection to it is gone. */
export type Phase = "idle" | "loading" | "answering" | "lost";

/** Why the last message got no whole reply; one that has not been sent is not stored either. */
export type Failure = { reason: string; isUnsent: boolean };

export type Transcript = {
  id: string | null;
  title: string;
  messages: readonly ChatMessage[];
  /** Calls that wait for a yes or no. */
  pending: readonly PendingCall[];
  phase: Phase;
  failure: Failure | null;
  previousCursor: string | null;
};

export const EMPTY: Transcript = {
  id: null,
  title: "",
  messages: [],
  pending: [],
  phase: "idle",
  failure: null,
  previousCursor: null,
};

/** The conversation as it is stored; a reply that is being written meanwhile is not a part of it. */
export function stored(detail: ConversationDetail): Transcript {
  return {
    id: detail.id,
    title: detail.title,
    messages: detail.messages,
    pending: detail.pending ?? [],
    phase: detail.busy ? "lost" : "idle",
    failure: null,
    previousCursor: detail.previous_cursor ?? null,
  };
}

/** With messages from before the first one. */
export function withEarlier(transcript: Transcript, detail: ConversationDetail): Transcript {
  return {
    ...transcript,
    messages: [...detail.messages, ...transcript.messages],
    previousCursor: detail.previous_cursor ?? null,
  };
}

/** The user has said something, and the reply begins. It takes the place of a message that could not be sent. */
export function asked(transcript: Transcript, text: string): Transcript {
  const said = transcript.failure?.isUnsent ? transcript.messages.slice(0, -1) : transcript.messages;
  const messages = [...said, message("user", text), message("assistant", "")];
  return { ...transcript, messages, pending: [], phase: "answering", failure: null };
}

/** What was said has not arrived; what waits for an answer goes on waiting. */
export function unsent(transcript: Transcript, reason: string, pending: Transcript["pending"]): Transcript {
  return {
    ...transcript,
    messages: transcript.messages.slice(0, -1),
    pending,
    phase: "idle",
    failure: { reason, isUnsent: true },
  };
}

/** The reply ends here, whole or not. */
function broken(transcript: Transcript, reason: string): Transcript {
  const messages = transcript.messages.filter((it) => it.role === "user" || it.text || it.tool_calls?.length);
  return { ...transcript, messages, phase: "idle", failure: { reason, isUnsent: false } };
}

/** The conversation after the next event of the reply that is being written. */
export function follow(transcript: Transcript, event: ChatEvent): Transcript {
  const reply = transcript.messages.at(-1);
  if (!reply) return transcript;
  const change = (changes: Partial<ChatMessage>): Transcript => ({
    ...transcript,
    messages: [...transcript.messages.slice(0, -1), { ...reply, ...changes }],
  });
  const calls = reply.tool_calls ?? [];
  switch (event.type) {
    case "message.delta":
      return change({ text: reply.text + event.text });
    case "tool.call": {
      const { id, name, args } = event;
      return change({ tool_calls: [...calls, { id, name, args, outcome: "pending" }] });
    }
    case "tool.result": {
      const { outcome, result } = event;
      return change({ tool_calls: calls.map((call) => (call.id === event.id ? { ...call, outcome, result } : call)) });
    }
    case "confirmation.required":
      return { ...transcript, pending: event.calls };
    case "message.done":
      // The id stays, so that the message is not drawn anew.
      return { ...change({ ...event.message, id: reply.id }), phase: "idle" };
    case "error":
      return broken(transcript, event.problem.detail ?? event.problem.title);
    default:
      return transcript;
  }
}

/** Whether what the user said is among the messages that are stored after the last reply that this browser knows. */
export function isStored(detail: ConversationDetail, text: string, lastReply: string | null): boolean {
  return detail.messages.some(
    (it) => it.role === "user" && it.text === text && (lastReply === null || it.created_at > lastReply),
  );
}

function message(role: ChatMessage["role"], text: string): ChatMessage {
  return { id: crypto.randomUUID(), role, text, tool_calls: [], created_at: new Date().toISOString() };
}
