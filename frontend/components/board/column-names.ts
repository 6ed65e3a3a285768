"use client";

import { useMemo } from "react";
import type { ColumnId } from "@/lib/board/board";
import { useTranslate } from "@/lib/i18n/client";

/** What each column is called. */
export function useColumnNames(): Record<ColumnId, string> {
  const translate = useTranslate();
  return useMemo(
    () => ({
      open: translate("board.open"),
      completed: translate("board.completed"),
      urgent: translate("priority.urgent"),
      high: translate("priority.high"),
      medium: translate("priority.medium"),
      low: translate("priority.low"),
    }),
    [translate],
  );
}
