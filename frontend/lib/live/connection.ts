/**
 * What changed elsewhere, as it happens: server-sent events with resume, polling where they do not get through. One tab
 * of the browser listens for all of them, because a browser opens few connections to one server.
 */
import { api, refreshSession } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { SyncData } from "@/lib/api/types";

export type LiveState = "connecting" | "live" | "polling";

export type LiveHandlers = {
  change(data: SyncData): void;
  /** Too much was missed: everything is to be loaded again. */
  resync(): void;
  state(state: LiveState): void;
};

type Message =
  | { kind: "change"; cursor: number; data: SyncData }
  | { kind: "resync"; cursor: number }
  | { kind: "state"; state: LiveState };

const POLL_MILLISECONDS = 4000;
const RETRY_MILLISECONDS = 1000;
/** A stream that is not open after so long is blocked by something on the way. */
const OPEN_MILLISECONDS = 8000;
/** While polling, the stream is tried again so often. */
const STREAM_MILLISECONDS = 60_000;

/** Listen from `start`, the position that the page was loaded at; returns how to stop. */
export function connectLive(start: number, handlers: LiveHandlers): () => void {
  let cursor = start;
  const stopped = new AbortController();
  const channel = new BroadcastChannel("live");

  function receive(message: Message): void {
    if (message.kind === "state") {
      handlers.state(message.state);
      return;
    }
    cursor = message.cursor;
    if (message.kind === "change") handlers.change(message.data);
    else handlers.resync();
  }

  function publish(message: Message): void {
    if (stopped.signal.aborted) return;
    receive(message);
    channel.postMessage(message);
  }

  /** Ask once for what happened since the cursor. */
  async function poll(tell: (message: Message) => void): Promise<void> {
    const changes = await dataOf(api.GET("/api/v1/sync/changes", { params: { query: { cursor } } }));
    if (stopped.signal.aborted) return;
    if (changes.resync) return tell({ kind: "resync", cursor: changes.cursor });
    for (const event of changes.events) tell({ kind: "change", cursor: event.cursor, data: event.data });
  }

  /** One stream, until it breaks for good; true if it was ever open. */
  function stream(): Promise<boolean> {
    return new Promise((resolve) => {
      const source = new EventSource(`/api/v1/sync?cursor=${cursor}`);
      let wasOpen = false;
      const end = () => {
        clearTimeout(timer);
        source.close();
        resolve(wasOpen);
      };
      const timer = setTimeout(() => !wasOpen && end(), OPEN_MILLISECONDS);
      stopped.signal.addEventListener("abort", end, { once: true });
      const resume = (event: MessageEvent<string>) =>
        publish({ kind: "resync", cursor: JSON.parse(event.data).cursor });
      source.addEventListener("open", () => {
        wasOpen = true;
        publish({ kind: "state", state: "live" });
      });
      source.addEventListener("task.sync", (event) =>
        publish({ kind: "change", cursor: Number(event.lastEventId), data: JSON.parse(event.data) }),
      );
      source.addEventListener("hello", resume);
      source.addEventListener("resync", resume);
      // The access token has expired: the next stream needs a new one.
      source.addEventListener("expired", end);
      source.addEventListener("error", () => {
        publish({ kind: "state", state: "connecting" });
        if (source.readyState === EventSource.CLOSED) end();
      });
    });
  }

  async function listen(): Promise<void> {
    while (!stopped.signal.aborted) {
      const wasOpen = await stream();
      if (!wasOpen) await pollFor(STREAM_MILLISECONDS);
      await pause(RETRY_MILLISECONDS);
      // Refused for want of a valid token, most likely; offline it changes nothing.
      await refreshSession().catch(() => undefined);
    }
  }

  async function pollFor(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!stopped.signal.aborted && Date.now() < end) {
      try {
        await poll(publish);
        publish({ kind: "state", state: "polling" });
      } catch {
        publish({ kind: "state", state: "connecting" });
      }
      await pause(POLL_MILLISECONDS);
    }
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      stopped.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  channel.addEventListener("message", (event: MessageEvent<Message>) => receive(event.data));
  // Whoever has the lock listens; when that tab closes, the next one goes on from where it was.
  navigator.locks.request("live", { signal: stopped.signal }, listen).catch(() => undefined);
  // Another tab may be listening already: what happened between the loading of this page and now is asked for.
  poll(receive)
    .then(() => handlers.state("live"))
    .catch(() => undefined);

  return () => {
    stopped.abort();
    channel.close();
  };
}
