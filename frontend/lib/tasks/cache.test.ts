import { describe, expect, it } from "vitest";
import { task } from "@/lib/testing";
import { mergeTasks } from "./cache";

describe("merging", () => {
  const milk = task({ id: "milk", title: "Buy milk" });
  const bread = task({ id: "bread", title: "Buy bread" });

  it("replaces, removes and adds", () => {
    const oats = { ...milk, title: "Buy oat milk" };
    const eggs = task({ id: "eggs" });
    const changes = new Map([
      ["milk", oats],
      ["bread", null],
      ["eggs", eggs],
    ]);
    expect(mergeTasks([milk, bread], changes)).toEqual([oats, eggs]);
  });

  it("goes back to what was before", () => {
    const before = new Map([["new", null]]);
    const optimistic = mergeTasks([milk], new Map([["new", task({ id: "new" })]]));
    expect(mergeTasks(optimistic, before)).toEqual([milk]);
  });

  it("takes no completed task into the list, but lets one stay until it has left", () => {
    const done = { ...milk, status: "completed" as const };
    expect(mergeTasks([bread], new Map([["milk", done]]))).toEqual([bread]);
    expect(mergeTasks([milk], new Map([["milk", done]]))).toEqual([done]);
  });
});
