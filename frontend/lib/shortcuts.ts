"use client";

import { useEffect } from "react";

/** What keys do: "n", "Delete", or two in a row, "g t". */
export type Shortcuts = Record<string, () => void>;

const SEQUENCE_MILLISECONDS = 1000;

let prefix: { key: string; at: number } | null = null;

/** Listen for single keys, as long as nothing is typed into and no dialog or menu is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const isSoon = prefix !== null && event.timeStamp - prefix.at < SEQUENCE_MILLISECONDS;
      const run = (isSoon && shortcuts[`${prefix?.key} ${event.key}`]) || shortcuts[event.key];
      if (run) {
        event.preventDefault();
        run();
      }
      if (event.key.length === 1) prefix = { key: event.key, at: event.timeStamp };
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [shortcuts]);
}

function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null;
}
