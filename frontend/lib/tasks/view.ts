/** What the task list shows: which tasks, in which order and under which headings. Pure, so that it is easy to test. */
import type { Priority, Task } from "@/lib/api/types";
import { type Day, dayInWords, dayOf, daysBetween, formatDay } from "@/lib/dates";
import type { Locale, Translate } from "@/lib/i18n";

export const VIEWS = ["today", "upcoming", "all", "completed"] as const;
export type View = (typeof VIEWS)[number];

export const SORTS = ["due", "priority", "created", "title"] as const;
export type Sort = (typeof SORTS)[number];

export const PRIORITIES: readonly Priority[] = ["urgent", "high", "medium", "low"];

export type Filters = { view: View; q: string; tag: string | null; priority: Priority | null; sort: Sort };

/** Where and when the list is looked at. */
export type Clock = { now: number; timeZone: string; locale: Locale };

export type Group = { key: string; title: string; isOverdue: boolean; tasks: Task[] };

export const DEFAULT_FILTERS: Filters = { view: "all", q: "", tag: null, priority: null, sort: "due" };

/** The filters of an address; what it does not say, or says wrongly, is the default. */
export function readFilters(params: URLSearchParams): Filters {
  const oneOf = <T extends string>(name: string, choices: readonly T[]) =>
    choices.find((choice) => choice === params.get(name));
  return {
    view: oneOf("view", VIEWS) ?? DEFAULT_FILTERS.view,
    q: params.get("q") ?? "",
    tag: params.get("tag"),
    priority: oneOf("priority", PRIORITIES) ?? null,
    sort: oneOf("sort", SORTS) ?? DEFAULT_FILTERS.sort,
  };
}

/** The address of a list with these filters. */
export function tasksPath(filters: Partial<Filters>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value && value !== DEFAULT_FILTERS[name as keyof Filters]) params.set(name, value);
  }
  return params.size ? `/tasks?${params}` : "/tasks";
}

/** The day that a task is due: the user's, except that a day without a time stays the day it was given as. */
export function dueDay(task: Task, timeZone: string): Day | null {
  return task.due_at && dayOf(task.due_at, task.due_has_time ? timeZone : task.time_zone);
}

export function isOverdue(task: Task, clock: Clock): boolean {
  if (!task.due_at || task.status !== "open") return false;
  if (task.due_has_time) return Date.parse(task.due_at) < clock.now;
  return (dueDay(task, clock.timeZone) ?? "") < dayOf(clock.now, clock.timeZone);
}

/** The open tasks that pass the filters, sorted. */
export function selectTasks(tasks: readonly Task[], filters: Filters, clock: Clock): Task[] {
  const words = fold(filters.q).split(/\s+/).filter(Boolean);
  const today = dayOf(clock.now, clock.timeZone);
  const passes = (task: Task) => {
    if (filters.tag && !task.tags.includes(filters.tag)) return false;
    if (filters.priority && task.priority !== filters.priority) return false;
    if (words.length > 0) {
      const text = fold(`${task.title} ${task.notes} ${task.tags.map((tag) => `#${tag}`).join(" ")}`);
      return words.every((word) => text.includes(word));
    }
    const day = dueDay(task, clock.timeZone);
    if (filters.view === "today") return day !== null && day <= today;
    if (filters.view === "upcoming") return day !== null && day > today;
    return true;
  };
  return tasks.filter(passes).sort(comparison(filters.sort, clock.locale));
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function comparison(sort: Sort, locale: Locale): (a: Task, b: Task) => number {
  const collator = new Intl.Collator(locale, { numeric: true });
  const byDue = (a: Task, b: Task) => compare(a.due_at ?? "9", b.due_at ?? "9");
  const byPriority = (a: Task, b: Task) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
  const byTitle = (a: Task, b: Task) => collator.compare(a.title, b.title);
  const newestFirst = (a: Task, b: Task) => compare(b.created_at, a.created_at) || compare(a.id, b.id);
  const orders = {
    due: [byDue, byPriority, newestFirst],
    priority: [byPriority, byDue, newestFirst],
    created: [newestFirst],
    title: [byTitle, newestFirst],
  }[sort];
  return (a, b) => orders.reduce((result, order) => result || order(a, b), 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted tasks under headings: by when they are due, and day by day in the view of what is to come. */
export function groupTasks(tasks: readonly Task[], view: View, clock: Clock, translate: Translate): Group[] {
  const today = dayOf(clock.now, clock.timeZone);
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const key = groupKey(task, view, today, clock);
    let group = groups.get(key);
    if (!group) {
      group = { key, title: groupTitle(key, today, translate), isOverdue: key === "overdue", tasks: [] };
      groups.set(key, group);
    }
    group.tasks.push(task);
  }
  const order = ["overdue", "today", "upcoming"];
  const rank = (group: Group) => (order.includes(group.key) ? `0${order.indexOf(group.key)}` : group.key);
  return [...groups.values()].sort((a, b) => compare(rank(a), rank(b)));
}

function groupKey(task: Task, view: View, today: Day, clock: Clock): string {
  const day = dueDay(task, clock.timeZone);
  if (day === null) return "none";
  if (isOverdue(task, clock)) return "overdue";
  if (day <= today) return "today";
  return view === "upcoming" ? day : "upcoming";
}

function groupTitle(key: string, today: Day, translate: Translate): string {
  if (key === "overdue" || key === "today" || key === "upcoming" || key === "none") {
    return translate(`tasks.group.${key}`);
  }
  const date = formatDay(key, translate.locale, { weekday: "short", day: "numeric", month: "short" });
  return daysBetween(today, key) === 1 ? `${dayInWords(key, today, translate.locale)}, ${date}` : date;
}

/** How many open tasks have each tag, the most used first. */
export function countTags(tasks: readonly Task[]): { tag: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    if (task.status !== "open") continue;
    for (const tag of task.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count || compare(a.tag, b.tag));
}
