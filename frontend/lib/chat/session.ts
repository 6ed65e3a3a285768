import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { ConversationDetail } from "@/lib/api/types";
import { readEvents } from "./stream";
import { asked, EMPTY, follow, isStored, type Phase, stored, type Transcript, unsent, withEarlier } from "./transcript";

const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 8000;

/** What the user says: words, or the answer to what waits for confirmation. */
type Utterance = { text: string; answer?: { approve: boolean; ids: string[] } };

export type ChatListener = {
  /** The conversation has got its id, or a reply is over: lists of conversations have changed. */
  onStored(id: string): void;
  /** Why nothing was heard from the server, in words. */
  unreachable(): string;
};

/** One conversation in memory: it says what the user says, follows the reply, and finds it again when the line breaks. */
export class ChatSession {
  /** Names the session on the page; the conversation has an id only when it has begun. */
  readonly key = crypto.randomUUID();
  private transcript: Transcript;
  private readonly subscribers = new Set<() => void>();
  private readonly listener: ChatListener;
  private isLoaded: boolean;
  /** What is to be said again when the user tries again. */
  private unsaid: Utterance | null = null;
  /** When the last stored reply that is known was written, by the server's clock. */
  private lastReply: string | null = null;

  constructor(id: string | null, listener: ChatListener, detail?: ConversationDetail) {
    this.listener = listener;
    this.isLoaded = id === null || detail !== undefined;
    this.transcript = detail ? stored(detail) : { ...EMPTY, id, phase: id === null ? "idle" : "loading" };
    if (detail) this.remember(detail);
  }

  readonly get = (): Transcript => this.transcript;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  };

  /** Load what is not there yet, and wait for a reply that is being written for somebody else. */
  open(): void {
    if (!this.isLoaded || this.transcript.phase === "lost") void this.resume();
    this.isLoaded = true;
  }

  async send(text: string): Promise<void> {
    if (this.phase === "idle") await this.say({ text });
  }

  /** Answer the calls that wait: yes to those of `ids`, no to the others. */
  async answer(approve: boolean, ids: string[]): Promise<void> {
    // The words that the server stores for it.
    if (this.phase === "idle") await this.say({ text: approve ? "Yes" : "No", answer: { approve, ids } });
  }

  /** Say again what was not heard, or not answered. */
  async retry(): Promise<void> {
    if (this.unsaid) await this.say(this.unsaid);
    else await this.resume();
  }

  async loadEarlier(): Promise<void> {
    const { id, previousCursor } = this.transcript;
    if (!id || !previousCursor) return;
    const detail = await fetchConversation(id, previousCursor);
    if (this.transcript.previousCursor === previousCursor) this.set(withEarlier(this.transcript, detail));
  }

  private async say(utterance: Utterance, isLastTry = false): Promise<void> {
    const { pending } = this.transcript;
    this.unsaid = utterance;
    this.set(asked(this.transcript, utterance.text));
    try {
      const id = this.transcript.id ?? (await this.create());
      for await (const event of readEvents(await post(id, utterance))) {
        // What was said can be said again when the reply fails; an answer cannot, because nothing waits any more.
        this.unsaid = event.type === "error" && !utterance.answer ? utterance : null;
        this.set(follow(this.transcript, event));
        if (event.type === "message.done") this.lastReply = event.message.created_at;
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 409 && utterance.answer) await this.resume();
      else if (error instanceof ApiError) this.set(unsent(this.transcript, error.message, pending));
      else if (this.transcript.id === null) this.set(unsent(this.transcript, this.listener.unreachable(), pending));
    }
    if (this.phase === "answering" && (await this.resume(utterance.text)) === "unheard") {
      if (!isLastTry) return this.say(utterance, true);
      this.set(unsent(asked(this.transcript, utterance.text), this.listener.unreachable(), this.transcript.pending));
    }
    if (this.transcript.id) this.listener.onStored(this.transcript.id);
  }

  private async create(): Promise<string> {
    const { id } = await dataOf(api.POST("/api/v1/chat/conversations"));
    this.set({ ...this.transcript, id });
    this.listener.onStored(id);
    return id;
  }

  /** Ask how the conversation stands until no reply is being written. `said` is what was said when the line broke. */
  private async resume(said?: string): Promise<"heard" | "unheard"> {
    const { id } = this.transcript;
    if (id === null) return "unheard";
    for (let wait = FIRST_WAIT_MILLISECONDS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS)) {
      try {
        const detail = await fetchConversation(id);
        const isHeard = said === undefined || isStored(detail, said, this.lastReply);
        if (!isHeard || !detail.busy) {
          if (isHeard) this.unsaid = null;
          this.set(stored({ ...detail, busy: false }));
          this.remember(detail);
          return isHeard ? "heard" : "unheard";
        }
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) {
          const failure = { reason: error.message, isUnsent: false };
          this.set({ ...this.transcript, phase: "idle", failure });
          return "heard";
        }
      }
      this.set({ ...this.transcript, phase: "lost" });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private get phase(): Phase {
    return this.transcript.phase;
  }

  private remember(detail: ConversationDetail): void {
    this.lastReply = detail.messages.findLast((message) => message.role === "assistant")?.created_at ?? null;
  }

  private set(transcript: Transcript): void {
    this.transcript = transcript;
    for (const subscriber of this.subscribers) subscriber();
  }
}

async function post(id: string, { text, answer }: Utterance): Promise<ReadableStream<Uint8Array>> {
  const options = {
    params: { path: { conversation_id: id } },
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
  } as const;
  const answering = answer
    ? api.POST("/api/v1/chat/conversations/{conversation_id}/confirmation", {
        ...options,
        body: answer.approve ? answer : { approve: false },
      })
    : api.POST("/api/v1/chat/conversations/{conversation_id}/messages", { ...options, body: { text } });
  const body = await dataOf<ReadableStream<Uint8Array> | null>(answering);
  if (!body) throw new TypeError("an answer without a body");
  return body;
}

function fetchConversation(id: string, cursor?: string): Promise<ConversationDetail> {
  const params = { path: { conversation_id: id }, query: { cursor } };
  return dataOf(api.GET("/api/v1/chat/conversations/{conversation_id}", { params }));
}
