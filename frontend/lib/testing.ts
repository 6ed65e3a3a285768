import type { Task } from "./api/types";

let last = 0;

/** A task for tests; what they do not care about is filled in. */
export function task(given: Partial<Task> = {}): Task {
  last += 1;
  return {
    id: `task-${last}`,
    title: "Buy milk",
    notes: "",
    status: "open",
    priority: "medium",
    tags: [],
    due_at: null,
    due_has_time: false,
    time_zone: "Europe/Berlin",
    reminders: [],
    rrule: null,
    recurrence_mode: "due",
    recurrence_text: null,
    series_id: null,
    occurrence: 0,
    completed_at: null,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    version: 1,
    ...given,
  };
}
