"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { BulkChanges, Priority, Task, TaskDraft, TaskUpdate } from "@/lib/api/types";
import { dayOf, toInstant } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import type { CountKey } from "@/lib/i18n";
import { useTranslate } from "@/lib/i18n/client";
import { showToast } from "@/lib/toasts";
import { applyChanges, COMPLETED_KEY, snapshot, type TaskChanges } from "./cache";

/** Something the user does with tasks: how they will look, and how to make it so. */
type Change = {
  expected: TaskChanges;
  send: () => Promise<TaskChanges>;
  /** What to say when it is done; such a change can be undone. */
  say?: () => string;
};

/** Changes on their way, by task: what the server says about such a task is not the last word yet. */
const onTheirWay = new Map<string, number>();

export function isOnItsWay(id: string): boolean {
  return onTheirWay.has(id);
}

function count(ids: Iterable<string>, step: 1 | -1): void {
  for (const id of ids) {
    const left = (onTheirWay.get(id) ?? 0) + step;
    if (left > 0) onTheirWay.set(id, left);
    else onTheirWay.delete(id);
  }
}

/** What can be done with tasks. It shows at once, is sent in order, and is taken back with a reason when refused. */
export function useTaskActions() {
  const client = useQueryClient();
  const translate = useTranslate();
  const clock = useClock();

  const { mutate } = useMutation({
    // One after the other, also those that wait for the network.
    scope: { id: "tasks" },
    retry: (failures, error) => !(error instanceof ApiError) && failures < 3,
    mutationFn: (change: Change) => change.send(),
    onMutate: (change) => {
      const before = snapshot(client, change.expected.keys());
      count(change.expected.keys(), 1);
      applyChanges(client, change.expected);
      return before;
    },
    onSuccess: (result, change) => {
      count(change.expected.keys(), -1);
      applyChanges(client, new Map([...result].filter(([id]) => !isOnItsWay(id))));
      if (change.say) showToast({ text: change.say(), action: { label: translate("toast.undo"), run: undo } });
    },
    onError: (error, change, before) => {
      count(change.expected.keys(), -1);
      if (before) applyChanges(client, before);
      const reason = error instanceof ApiError ? error.message : translate("error.network");
      showToast({ tone: "error", text: translate("toast.failed", { reason }) });
    },
    onSettled: () => client.invalidateQueries({ queryKey: COMPLETED_KEY }),
  });

  function undo(): void {
    mutate({
      expected: new Map(),
      send: async () => {
        const undone = await dataOf(api.POST("/api/v1/tasks/undo"));
        showToast({ text: translate("toast.undone") });
        return new Map<string, Task | null>([
          ...undone.tasks.map((task) => [task.id, task] as const),
          ...undone.removed.map((id) => [id, null] as const),
        ]);
      },
    });
  }

  /** "Completed “Buy milk”", or "Completed 3 tasks". */
  function told(key: CountKey, tasks: readonly Task[]): () => string {
    return () => translate.count(key, tasks.length, { title: tasks[0]?.title ?? "" });
  }

  function create(draft: TaskDraft): void {
    const id = `new-${crypto.randomUUID()}`;
    mutate({
      expected: new Map([[id, drafted(id, draft, clock.timeZone)]]),
      send: async () => {
        // Without any of its own the task has the user's default reminders.
        const { reminders, ...rest } = draft;
        const body = reminders.length > 0 ? draft : rest;
        const task = await dataOf(api.POST("/api/v1/tasks", { body }));
        return new Map<string, Task | null>([
          [id, null],
          [task.id, task],
        ]);
      },
    });
  }

  function update(task: Task, changes: TaskUpdate): void {
    mutate({
      expected: new Map([[task.id, changed(task, changes, clock.timeZone)]]),
      send: async () => {
        const path = { task_id: task.id };
        const updated = await dataOf(api.PATCH("/api/v1/tasks/{task_id}", { params: { path }, body: changes }));
        return new Map([[updated.id, updated]]);
      },
    });
  }

  /** Complete or reopen. */
  function setDone(task: Task, isDone: boolean): void {
    mutate({
      expected: new Map([[task.id, done(task, isDone)]]),
      send: async () => {
        const path = { task_id: task.id };
        const answering = isDone
          ? api.POST("/api/v1/tasks/{task_id}/complete", { params: { path } })
          : api.POST("/api/v1/tasks/{task_id}/reopen", { params: { path } });
        const updated = await dataOf(answering);
        return new Map([[updated.id, updated]]);
      },
      say: told(isDone ? "toast.completed" : "toast.reopened", [task]),
    });
  }

  function remove(task: Task): void {
    mutate({
      expected: new Map([[task.id, null]]),
      send: async () => {
        const path = { task_id: task.id };
        await dataOf(api.DELETE("/api/v1/tasks/{task_id}", { params: { path } }));
        return new Map([[task.id, null]]);
      },
      say: told("toast.deleted", [task]),
    });
  }

  type BulkAction = "complete" | "reopen" | "delete" | { update: BulkChanges };

  /** One action on many tasks, which one undo takes back. */
  function bulk(tasks: readonly Task[], action: BulkAction): void {
    const expect = (task: Task): Task | null => {
      if (action === "delete") return null;
      if (action === "complete" || action === "reopen") return done(task, action === "complete");
      const { add_tags = [], remove_tags = [], ...rest } = action.update;
      const tags = [...new Set([...task.tags, ...add_tags])].filter((tag) => !remove_tags.includes(tag));
      return changed(task, { ...rest, tags }, clock.timeZone);
    };
    const said = {
      complete: "toast.completed",
      reopen: "toast.reopened",
      delete: "toast.deleted",
      update: "toast.updated",
    } as const;
    const name = typeof action === "string" ? action : "update";
    mutate({
      expected: new Map(tasks.map((task) => [task.id, expect(task)])),
      send: async () => {
        const result = await dataOf(
          api.POST("/api/v1/tasks/bulk", {
            body: {
              action: name,
              ids: tasks.map((task) => task.id),
              ...(typeof action === "object" && { changes: action.update }),
            },
          }),
        );
        const refused = result.results.filter((item) => item.outcome === "refused");
        if (refused[0]) {
          const reason = refused[0].reason ?? "";
          showToast({ tone: "error", text: translate("toast.partly", { count: refused.length, reason }) });
        }
        return new Map(
          result.results.map((item) => [
            item.id,
            name === "delete" && item.outcome !== "refused" ? null : (item.task ?? null),
          ]),
        );
      },
      say: told(said[name], tasks),
    });
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the actions read what is current when they are called
  return useMemo(() => ({ create, update, setDone, remove, bulk, undo }), [mutate, translate, clock.timeZone]);
}

export type TaskActions = ReturnType<typeof useTaskActions>;

function done(task: Task, isDone: boolean): Task {
  return isDone
    ? { ...task, status: "completed", completed_at: new Date().toISOString() }
    : { ...task, status: "open", completed_at: null };
}

/** The task as it will look after the changes; reminders are left for the server to say. */
function changed(task: Task, changes: TaskUpdate, timeZone: string): Task {
  const { reminders: _, due_at, ...rest } = changes;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const cleared = { ...(given.priority === null && { priority: "medium" as Priority }) };
  return { ...task, ...given, ...cleared, ...(due_at !== undefined && due(due_at, timeZone)) };
}

/** A due date as the API takes it, as it will come back. */
function due(moment: string | null, timeZone: string) {
  if (moment === null) return { due_at: null, due_has_time: false };
  const [day = "", time] = moment.split("T");
  if (time === undefined)
    return { due_at: toInstant(day, "23:59:59", timeZone), due_has_time: false, time_zone: timeZone };
  const isInstant = /(Z|[+-]\d\d:?\d\d)$/.test(time);
  return { due_at: isInstant ? new Date(moment).toISOString() : toInstant(day, time, timeZone), due_has_time: true };
}

/** A task that is being created. */
function drafted(id: string, draft: TaskDraft, timeZone: string): Task {
  const now = new Date().toISOString();
  const startsToday = draft.rrule && !draft.due_at ? dayOf(now, timeZone) : null;
  return {
    id,
    title: draft.title,
    notes: draft.notes,
    status: "open",
    priority: draft.priority,
    tags: draft.tags,
    time_zone: timeZone,
    reminders: draft.reminders.map((remind_at, index) => ({ id: `${id}-${index}`, remind_at })),
    rrule: draft.rrule,
    recurrence_mode: draft.recurrence_mode,
    recurrence_text: null,
    series_id: null,
    occurrence: 0,
    completed_at: null,
    created_at: now,
    updated_at: now,
    version: 0,
    ...due(draft.due_at ?? startsToday, timeZone),
  };
}
