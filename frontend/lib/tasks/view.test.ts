import { describe, expect, it } from "vitest";
import type { Task } from "@/lib/api/types";
import { translator } from "@/lib/i18n";
import { de } from "@/lib/i18n/de";
import { en } from "@/lib/i18n/en";
import { task } from "@/lib/testing";
import {
  type Clock,
  countTags,
  DEFAULT_FILTERS,
  groupTasks,
  isOverdue,
  readFilters,
  selectTasks,
  tasksPath,
} from "./view";

/** It is 10:00 in Berlin on Monday, 23 November 2026. */
const clock: Clock = { now: Date.parse("2026-11-23T09:00:00Z"), timeZone: "Europe/Berlin", locale: "en" };
const translate = translator("en", en);

const day = (title: string, date: string, more: Partial<Task> = {}) =>
  task({ title, due_at: `${date}T22:59:59Z`, due_has_time: false, ...more });
const at = (title: string, due_at: string, more: Partial<Task> = {}) =>
  task({ title, due_at, due_has_time: true, ...more });

const TASKS = [
  task({ title: "someday", tags: ["home"] }),
  at("in an hour", "2026-11-23T10:00:00Z", { priority: "urgent" }),
  at("an hour ago", "2026-11-23T08:00:00Z"),
  day("today", "2026-11-23", { tags: ["home", "garden"] }),
  day("yesterday", "2026-11-22"),
  day("Thursday", "2026-11-26", { notes: "Crème brûlée" }),
  day("tomorrow", "2026-11-24"),
];

const titles = (tasks: readonly Task[]) => tasks.map((it) => it.title);
const select = (filters: Partial<typeof DEFAULT_FILTERS>) =>
  titles(selectTasks(TASKS, { ...DEFAULT_FILTERS, ...filters }, clock));

describe("overdue", () => {
  it("is a time that has passed, or a day that is over", () => {
    expect(titles(TASKS.filter((it) => isOverdue(it, clock)))).toEqual(["an hour ago", "yesterday"]);
  });

  it("is decided by the day as it was given, wherever the user is now", () => {
    const here = { ...clock, timeZone: "Pacific/Auckland" };
    expect(isOverdue(day("today", "2026-11-23"), here)).toBe(false);
  });

  it("is not for what is done", () => {
    expect(isOverdue(day("yesterday", "2026-11-22", { status: "completed" }), clock)).toBe(false);
  });
});

describe("selecting", () => {
  it("shows today with what is overdue", () => {
    expect(select({ view: "today" })).toEqual(["yesterday", "an hour ago", "in an hour", "today"]);
  });

  it("shows what is to come", () => {
    expect(select({ view: "upcoming" })).toEqual(["tomorrow", "Thursday"]);
  });

  it("finds words in titles, notes and tags, whatever their accents and case, in every list", () => {
    expect(select({ q: "BRULEE", view: "today" })).toEqual(["Thursday"]);
    expect(select({ q: "#gar" })).toEqual(["today"]);
    expect(select({ q: "hour ago" })).toEqual(["an hour ago"]);
    expect(select({ q: "nothing" })).toEqual([]);
  });

  it("filters by tag and priority", () => {
    expect(select({ tag: "home" })).toEqual(["today", "someday"]);
    expect(select({ priority: "urgent" })).toEqual(["in an hour"]);
  });

  it("sorts", () => {
    expect(select({ sort: "priority" })[0]).toBe("in an hour");
    expect(select({ sort: "title" })).toEqual([
      "an hour ago",
      "in an hour",
      "someday",
      "Thursday",
      "today",
      "tomorrow",
      "yesterday",
    ]);
  });
});

describe("grouping", () => {
  const grouped = (view: "all" | "upcoming") =>
    groupTasks(selectTasks(TASKS, { ...DEFAULT_FILTERS, view }, clock), view, clock, translate).map(
      (group) => [group.title, titles(group.tasks)] as const,
    );

  it("is by when a task is due", () => {
    expect(grouped("all")).toEqual([
      ["Overdue", ["yesterday", "an hour ago"]],
      ["Today", ["in an hour", "today"]],
      ["Upcoming", ["tomorrow", "Thursday"]],
      ["No date", ["someday"]],
    ]);
  });

  it("is by day for what is to come", () => {
    expect(grouped("upcoming").map(([title]) => title)).toEqual(["Tomorrow, Tue 24 Nov", "Thu 26 Nov"]);
  });

  it("is said in the user's language", () => {
    const groups = groupTasks(TASKS, "all", { ...clock, locale: "de" }, translator("de", de));
    expect(groups.map((group) => group.title)).toEqual(["Überfällig", "Heute", "Demnächst", "Ohne Datum"]);
  });
});

describe("addresses", () => {
  it.each([
    [{}, "/tasks"],
    [{ view: "today" }, "/tasks?view=today"],
    [
      { view: "upcoming", q: "a b", tag: "c&d", priority: "high", sort: "title" },
      "/tasks?view=upcoming&q=a+b&tag=c%26d&priority=high&sort=title",
    ],
  ] as const)("%o", (filters, path) => {
    expect(tasksPath(filters)).toBe(path);
    expect(readFilters(new URL(path, "http://localhost").searchParams)).toEqual({ ...DEFAULT_FILTERS, ...filters });
  });

  it("with nonsense are the default", () => {
    expect(readFilters(new URLSearchParams("view=x&sort=y&priority=z"))).toEqual(DEFAULT_FILTERS);
  });
});

it("counts tags of open tasks, the most used first", () => {
  const done = task({ tags: ["home"], status: "completed" });
  expect(countTags([...TASKS, done])).toEqual([
    { tag: "home", count: 2 },
    { tag: "garden", count: 1 },
  ]);
});
