"use client";

import { queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { Task } from "@/lib/api/types";
import { useClock, useIsAlive } from "@/lib/hooks";
import { COMPLETED_KEY, fetchOpenTasks, TASKS_KEY } from "./cache";
import { countTags, DEFAULT_FILTERS, selectTasks, type View } from "./view";

const openTasks = queryOptions({ queryKey: TASKS_KEY, queryFn: ({ signal }) => fetchOpenTasks(signal) });

/** All open tasks; the first of them come with the page, the others are loaded when those were not all. */
export function useOpenTasks(initial?: { tasks: Task[]; isComplete: boolean }) {
  return useQuery({
    ...openTasks,
    initialData: initial?.tasks,
    initialDataUpdatedAt: initial && !initial.isComplete ? 0 : undefined,
  });
}

/** Completed tasks that match the words, the last changed first, page by page. */
export function useCompletedTasks(q: string, isEnabled: boolean) {
  return useInfiniteQuery({
    queryKey: [...COMPLETED_KEY, q],
    enabled: isEnabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { status: "completed", sort: "updated", limit: 50, q: q || undefined, cursor: pageParam } as const;
      return dataOf(api.GET("/api/v1/tasks", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

/** How many tasks each list and each tag has; nothing before the page is alive. */
export function useTaskCounts() {
  const clock = useClock();
  const isAlive = useIsAlive();
  const { data } = useQuery(openTasks);
  return useMemo(() => {
    const tasks = isAlive && data ? data.filter((task) => task.status === "open") : [];
    const count = (view: View) => selectTasks(tasks, { ...DEFAULT_FILTERS, view }, clock).length;
    const views: Partial<Record<View, number>> = {
      today: count("today"),
      upcoming: count("upcoming"),
      all: tasks.length,
    };
    return { views, tags: countTags(tasks) };
  }, [data, isAlive, clock]);
}
