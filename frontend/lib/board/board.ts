/** What the board shows: which columns, and which tasks in each. Pure, so that it is easy to test. */
import type { Priority, Task, TaskUpdate } from "@/lib/api/types";
import { type Clock, DEFAULT_FILTERS, PRIORITIES, selectTasks } from "@/lib/tasks/view";

export const BOARDS = ["status", "priority"] as const;
export type BoardKind = (typeof BOARDS)[number];

export type ColumnId = "open" | "completed" | Priority;
export type Column = { id: ColumnId; tasks: Task[] };

export const COLUMNS: Record<BoardKind, readonly ColumnId[]> = {
  status: ["open", "completed"],
  priority: PRIORITIES,
};

/** What has to happen for a task to be in another column. */
export type Move = { kind: "done"; isDone: boolean } | { kind: "update"; changes: TaskUpdate };

export function readBoard(params: URLSearchParams): BoardKind {
  return BOARDS.find((kind) => kind === params.get("by")) ?? "status";
}

export function boardPath(kind: BoardKind): string {
  return kind === "status" ? "/board" : `/board?by=${kind}`;
}

/**
 * The columns in order: what is due first is on top, and of what is done the last. `known` are the tasks in memory, among
 * them some that were just completed; `completed` is what the server has of those.
 */
export function arrange(
  kind: BoardKind,
  known: readonly Task[],
  completed: readonly Task[],
  clock: Clock,
): readonly Column[] {
  const open = selectTasks(
    known.filter((task) => task.status === "open"),
    DEFAULT_FILTERS,
    clock,
  );
  return COLUMNS[kind].map((id) => ({
    id,
    tasks: id === "open" ? open : id === "completed" ? done(known, completed) : open.filter((it) => it.priority === id),
  }));
}

function done(known: readonly Task[], completed: readonly Task[]): Task[] {
  const inMemory = new Map(known.map((task) => [task.id, task]));
  // What is in memory is newer: a task may have been completed, or reopened, since the server was asked.
  const tasks = new Map(completed.map((task) => [task.id, inMemory.get(task.id) ?? task]));
  for (const task of known) tasks.set(task.id, task);
  return [...tasks.values()]
    .filter((task) => task.status === "completed")
    .sort((a, b) => (b.completed_at ?? "").localeCompare(a.completed_at ?? ""));
}

/** How a task gets into a column; null when it is there. */
export function moveTo(task: Task, column: ColumnId): Move | null {
  if (column === "open" || column === "completed") {
    return task.status === column ? null : { kind: "done", isDone: column === "completed" };
  }
  return task.priority === column ? null : { kind: "update", changes: { priority: column } };
}

export type Place = { column: number; row: number };

const STEPS: Record<string, Place> = {
  ArrowUp: { column: 0, row: -1 },
  ArrowDown: { column: 0, row: 1 },
  ArrowLeft: { column: -1, row: 0 },
  ArrowRight: { column: 1, row: 0 },
};

/** Where an arrow key leads from a card: to the next one, or over empty columns to the next that has one. */
export function neighbour(columns: readonly Column[], from: Place, key: string): Place | null {
  const step = STEPS[key];
  if (!step) return null;
  if (step.row !== 0) {
    const row = from.row + step.row;
    return columns[from.column]?.tasks[row] ? { column: from.column, row } : null;
  }
  for (let column = from.column + step.column; columns[column]; column += step.column) {
    const count = columns[column]?.tasks.length ?? 0;
    if (count > 0) return { column, row: Math.min(from.row, count - 1) };
  }
  return null;
}
