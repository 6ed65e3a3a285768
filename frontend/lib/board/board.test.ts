import { describe, expect, it } from "vitest";
import { task } from "@/lib/testing";
import { arrange, boardPath, moveTo, neighbour, readBoard } from "./board";

const clock = { now: Date.UTC(2026, 10, 22), timeZone: "Europe/Berlin", locale: "en" } as const;
const titles = (columns: ReturnType<typeof arrange>) =>
  columns.map(({ id, tasks }) => [id, ...tasks.map((it) => it.title)]);

describe("arranging", () => {
  const soon = task({ title: "soon", due_at: "2026-11-23T08:00:00Z", priority: "low" });
  const later = task({ title: "later", due_at: "2026-12-23T08:00:00Z", priority: "urgent" });
  const done = (title: string, completed_at: string) => task({ title, status: "completed", completed_at });

  it("by priority has open tasks only, due first", () => {
    const other = task({ title: "other", priority: "low" });
    const tasks = [other, later, soon, done("done", "2026-11-20T00:00:00Z")];
    expect(titles(arrange("priority", tasks, [], clock))).toEqual([
      ["urgent", "later"],
      ["high"],
      ["medium"],
      ["low", "soon", "other"],
    ]);
  });

  it("by status has what is done, the last first", () => {
    const first = done("first", "2026-11-20T00:00:00Z");
    const last = done("last", "2026-11-21T00:00:00Z");
    expect(titles(arrange("status", [later, soon], [first, last], clock))).toEqual([
      ["open", "soon", "later"],
      ["completed", "last", "first"],
    ]);
  });

  it("believes what is in memory rather than what the server said before", () => {
    const reopened = { ...soon, status: "completed" as const, completed_at: "2026-11-20T00:00:00Z" };
    const justDone = { ...later, status: "completed" as const, completed_at: "2026-11-22T00:00:00Z" };
    expect(titles(arrange("status", [soon, justDone], [reopened], clock))).toEqual([
      ["open", "soon"],
      ["completed", "later"],
    ]);
  });
});

describe("moving", () => {
  it("completes, reopens or changes the priority", () => {
    expect(moveTo(task(), "completed")).toEqual({ kind: "done", isDone: true });
    expect(moveTo(task({ status: "completed" }), "open")).toEqual({ kind: "done", isDone: false });
    expect(moveTo(task(), "urgent")).toEqual({ kind: "update", changes: { priority: "urgent" } });
  });

  it("does nothing where the task is already", () => {
    expect(moveTo(task(), "open")).toBeNull();
    expect(moveTo(task({ priority: "high" }), "high")).toBeNull();
  });
});

describe("arrow keys", () => {
  const columns = [
    { id: "urgent" as const, tasks: [task(), task(), task()] },
    { id: "high" as const, tasks: [] },
    { id: "medium" as const, tasks: [task()] },
  ];

  it.each([
    ["ArrowDown", { column: 0, row: 0 }, { column: 0, row: 1 }],
    ["ArrowDown", { column: 0, row: 2 }, null],
    ["ArrowUp", { column: 0, row: 0 }, null],
    ["ArrowRight", { column: 0, row: 2 }, { column: 2, row: 0 }],
    ["ArrowLeft", { column: 2, row: 0 }, { column: 0, row: 0 }],
    ["ArrowRight", { column: 2, row: 0 }, null],
    ["Enter", { column: 0, row: 0 }, null],
  ])("%s from %o leads to %o", (key, from, to) => {
    expect(neighbour(columns, from, key)).toEqual(to);
  });
});

describe("addresses", () => {
  it("lead to the board that they were made of", () => {
    for (const kind of ["status", "priority"] as const) {
      expect(readBoard(new URL(boardPath(kind), "http://localhost").searchParams)).toBe(kind);
    }
    expect(readBoard(new URLSearchParams("by=colour"))).toBe("status");
  });
});
