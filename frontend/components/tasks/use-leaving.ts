"use client";

import { useCallback, useState } from "react";

const LEAVING_MILLISECONDS = 900;

/** Tasks that were just completed: they stay in the list for a moment, so that one sees what was ticked. */
export function useLeaving() {
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
  const leave = useCallback((id: string) => {
    setLeaving((ids) => new Set(ids).add(id));
    setTimeout(() => {
      setLeaving((ids) => {
        const next = new Set(ids);
        next.delete(id);
        return next;
      });
    }, LEAVING_MILLISECONDS);
  }, []);
  return { leaving, leave };
}
