"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { AnalyticsSummary } from "@/lib/api/types";
import { addDays, type Day } from "@/lib/dates";
import { ANALYTICS_KEY } from "@/lib/live/changes";

export const RANGES = [7, 30, 90] as const;
export type Range = (typeof RANGES)[number];
export const FIRST_RANGE: Range = 30;

/** What was done in the last `range` days; the first range comes with the page. */
export function useInsights(range: Range, today: Day, initial: AnalyticsSummary | null) {
  return useQuery({
    queryKey: [...ANALYTICS_KEY, range, today],
    queryFn: ({ signal }) => {
      const query = { from: addDays(today, 1 - range), to: today };
      return dataOf(api.GET("/api/v1/analytics", { params: { query }, signal }));
    },
    initialData: range === FIRST_RANGE ? (initial ?? undefined) : undefined,
    refetchOnMount: "always",
    placeholderData: (previous) => previous,
    retry: false,
  });
}
