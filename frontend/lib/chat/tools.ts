/** What the assistant's tool calls did, to be shown as cards. Pure, and doubtful: a call's data is whatever the tools say. */
import type { Priority, TaskDraft, ToolCall } from "@/lib/api/types";

/** A task as `app/chat/tools.py` tells the model; what has no value is left out. */
export type TaskView = {
  id: string;
  title: string;
  status: "open" | "completed";
  priority: Priority;
  due_at?: string;
  tags?: string[];
  notes?: string;
  rrule?: string;
  reminders?: string[];
};

const ACTIONS = {
  create_task: "create",
  update_task: "update",
  complete_tasks: "complete",
  reopen_tasks: "reopen",
  delete_tasks: "delete",
  undo_last_change: "undo",
  list_tasks: "list",
  get_task: "list",
  analytics_summary: "analytics",
} as const;

const BULK_ACTIONS = ["update", "complete", "reopen", "delete"] as const;

type Action = (typeof ACTIONS)[keyof typeof ACTIONS] | "other";

export type ToolStep = {
  action: Action;
  /** Whether it only looked. */
  isReading: boolean;
  /** Whether an undo takes it back. */
  canUndo: boolean;
  tasks: TaskView[];
  /** How many tasks it was about, also those that are gone. */
  count: number;
  /** Why it did not, or only partly, happen. */
  complaints: string[];
};

export function stepOf(call: ToolCall): ToolStep {
  const action = actionOf(call);
  const result = isRecord(call.result) ? call.result : {};
  const hasSucceeded = call.outcome === "success";
  const tasks = hasSucceeded ? tasksOf(result) : [];
  const isReading = action === "list" || action === "analytics";
  return {
    action,
    isReading,
    canUndo: hasSucceeded && !isReading && action !== "undo" && action !== "other" && tasks.length > 0,
    tasks,
    count: tasks.length + listOf(result.removed).length,
    complaints: hasSucceeded ? listOf(result.refused).map(String) : [String(call.result ?? "")].filter(Boolean),
  };
}

/** The task as a draft, whose details the chips of the quick-add line show. */
export function draftOf(task: TaskView): TaskDraft {
  return {
    title: task.title,
    notes: task.notes ?? "",
    priority: task.priority,
    tags: task.tags ?? [],
    due_at: task.due_at ?? null,
    reminders: task.reminders ?? [],
    rrule: task.rrule ?? null,
    recurrence_mode: "due",
  };
}

function actionOf({ name, args }: ToolCall): Action {
  if (name in ACTIONS) return ACTIONS[name as keyof typeof ACTIONS];
  const isBulk = name === "bulk_update_tasks";
  return BULK_ACTIONS.find((action) => isBulk && action === args.action) ?? "other";
}

function tasksOf(result: Record<string, unknown>): TaskView[] {
  const tasks = isTask(result) ? [result] : listOf(result.tasks);
  return tasks.filter(isTask);
}

function isTask(value: unknown): value is TaskView {
  return isRecord(value) && typeof value.id === "string" && typeof value.title === "string" && "priority" in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
