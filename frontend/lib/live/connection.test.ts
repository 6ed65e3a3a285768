import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connectLive, type LiveHandlers } from "./connection";

const server = vi.hoisted(() => ({ changes: vi.fn(), refresh: vi.fn(async () => true) }));

vi.mock("@/lib/api/client", () => ({
  api: {
    GET: async (_: string, { params }: { params: { query: { cursor: number } } }) => ({
      data: await server.changes(params.query.cursor),
      response: { ok: true },
    }),
  },
  refreshSession: server.refresh,
}));

/** A stream that does what the test says. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 0;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }

  tell(type: string, data: unknown = {}, lastEventId = "") {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }
}

const handlers = { change: vi.fn(), resync: vi.fn(), state: vi.fn() } satisfies LiveHandlers;
const milk = { entity: "task", entity_id: "milk", action: "updated" };
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.opened = [];
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("navigator", { locks: { request: async (_: string, __: object, run: () => Promise<void>) => run() } });
  server.changes.mockReset().mockResolvedValue({ events: [], cursor: 7, resync: false });
  for (const handler of Object.values(handlers)) handler.mockReset();
  stop = connectLive(7, handlers);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("goes on from where the page was loaded, and from where a stream ended", async () => {
  const [first] = FakeSource.opened;
  expect(first?.url).toBe("/api/v1/sync?cursor=7");
  first?.tell("open");
  first?.tell("task.sync", milk, "9");
  expect(handlers.change).toHaveBeenCalledWith(milk);
  expect(handlers.state).toHaveBeenLastCalledWith("live");

  first?.tell("expired");
  await vi.advanceTimersByTimeAsync(1500);
  expect(server.refresh).toHaveBeenCalled();
  expect(FakeSource.opened.map((source) => source.url)).toEqual(["/api/v1/sync?cursor=7", "/api/v1/sync?cursor=9"]);
});

it("says when too much was missed", () => {
  FakeSource.opened[0]?.tell("resync", { cursor: 20 });
  expect(handlers.resync).toHaveBeenCalledOnce();
});

it("polls where streams are blocked, and tries again later", async () => {
  server.changes.mockResolvedValueOnce({ events: [{ cursor: 8, data: milk }], cursor: 8, resync: false });
  await vi.advanceTimersByTimeAsync(13_000);
  expect(handlers.change).toHaveBeenCalledWith(milk);
  expect(handlers.state).toHaveBeenLastCalledWith("polling");
  expect(server.changes).toHaveBeenLastCalledWith(8);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSource.opened.length).toBe(2);
});

it("ends when it is told to", async () => {
  stop();
  expect(FakeSource.opened[0]?.readyState).toBe(FakeSource.CLOSED);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeSource.opened.length).toBe(1);
  expect(server.changes).toHaveBeenCalledTimes(1);
});
