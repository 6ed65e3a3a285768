/**
 * The open tasks in memory. Whatever changes them (what the user does, what the server answers, what comes live) is
 * the same thing: tasks as they are now, by id, null for those that are gone.
 */
import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { Task, TaskPage } from "@/lib/api/types";

export type TaskChanges = ReadonlyMap<string, Task | null>;

export const TASKS_KEY = ["tasks", "open"] as const;
export const COMPLETED_KEY = ["tasks", "completed"] as const;
const PAGE_SIZE = 200;

/** All open tasks, page by page. */
export async function fetchOpenTasks(signal?: AbortSignal): Promise<Task[]> {
  const tasks: Task[] = [];
  let cursor: string | null = null;
  do {
    const query: { status: "open"; sort: "due"; limit: number; cursor?: string } = {
      status: "open",
      sort: "due",
      limit: PAGE_SIZE,
      ...(cursor && { cursor }),
    };
    const page: TaskPage = await dataOf(api.GET("/api/v1/tasks", { params: { query }, signal }));
    tasks.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return tasks;
}

/** The tasks after the changes; those that are not open any more stay until the list is loaded again. */
export function mergeTasks(tasks: readonly Task[], changes: TaskChanges): Task[] {
  const merged = tasks.flatMap((task) => {
    const changed = changes.get(task.id);
    return changed === undefined ? task : (changed ?? []);
  });
  const known = new Set(tasks.map((task) => task.id));
  for (const [id, task] of changes) {
    if (task?.status === "open" && !known.has(id)) merged.push(task);
  }
  return merged;
}

export function applyChanges(client: QueryClient, changes: TaskChanges): void {
  client.setQueryData<Task[]>(TASKS_KEY, (tasks) => tasks && mergeTasks(tasks, changes));
}

/** The tasks with these ids as they are now, to go back to. */
export function snapshot(client: QueryClient, ids: Iterable<string>): TaskChanges {
  const tasks = new Map(client.getQueryData<Task[]>(TASKS_KEY)?.map((task) => [task.id, task]));
  return new Map([...ids].map((id) => [id, tasks.get(id) ?? null]));
}

export function findTask(client: QueryClient, id: string): Task | undefined {
  return client.getQueryData<Task[]>(TASKS_KEY)?.find((task) => task.id === id);
}
