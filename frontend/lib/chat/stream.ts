import { createParser } from "eventsource-parser";
import type { ChatEvent } from "./transcript";

/** The server says something every 15 s; after three times that the connection is dead. */
const SILENCE_MILLISECONDS = 45_000;

/** The events of a streamed reply, as they come; throws when the connection breaks or falls silent. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  const events: ChatEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ ...JSON.parse(data), type: event }),
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await unlessSilent(reader.read());
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function unlessSilent<T>(reading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TypeError("the server fell silent")), SILENCE_MILLISECONDS);
  });
  return Promise.race([reading, silence]).finally(() => clearTimeout(timer));
}
