import { describe, expect, it } from "vitest";
import type { ToolCall } from "@/lib/api/types";
import { draftOf, stepOf } from "./tools";

const MILK = { id: "milk", title: "Buy milk", status: "open", priority: "high", due_at: "2026-11-23T09:00+01:00" };

function call(name: string, result: unknown, given: Partial<ToolCall> = {}): ToolCall {
  return { id: "call_1", name, args: {}, outcome: "success", result, ...given };
}

describe("a tool call", () => {
  it("made one task", () => {
    expect(stepOf(call("create_task", MILK))).toMatchObject({
      action: "create",
      canUndo: true,
      count: 1,
      tasks: [MILK],
    });
  });

  it("changed many, and not all of them", () => {
    const result = { done: 1, tasks: [MILK], refused: ["“Eggs”: it was so already"] };
    const step = stepOf(call("bulk_update_tasks", result, { args: { action: "complete" } }));
    expect(step).toMatchObject({ action: "complete", count: 1, complaints: ["“Eggs”: it was so already"] });
  });

  it("took back a creation", () => {
    const step = stepOf(call("undo_last_change", { action: "create", tasks: [], removed: ["milk"] }));
    expect(step).toMatchObject({ action: "undo", canUndo: false, count: 1 });
  });

  it("only looked", () => {
    expect(stepOf(call("list_tasks", { tasks: [MILK] }))).toMatchObject({ isReading: true, canUndo: false, count: 1 });
  });

  it("failed", () => {
    const step = stepOf(call("update_task", "There is no such task.", { outcome: "failed" }));
    expect(step).toMatchObject({ canUndo: false, tasks: [], complaints: ["There is no such task."] });
  });

  it.each([null, "text", 7, [], { tasks: [null, { id: 1 }] }])(
    "with the result %j is shown without tasks",
    (result) => {
      expect(stepOf(call("summon", result))).toMatchObject({ action: "other", canUndo: false, tasks: [] });
    },
  );
});

it("a task is a draft for its chips", () => {
  const task = stepOf(call("create_task", MILK)).tasks[0];
  expect(task && draftOf(task)).toMatchObject({ due_at: MILK.due_at, priority: "high", tags: [], rrule: null });
});
