"use client";

import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from "react";

type LazyPanelProps = {
  trigger: ReactElement<Record<string, unknown>>;
  kind: "menu" | "dialog";
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Fetches what draws the panel; called as soon as it is likely to be wanted. */
  load: () => void;
  /** The trigger together with its panel. */
  children: ReactNode;
};

/** A button whose panel comes, code and all, when it is opened for the first time. */
export function LazyPanel({ trigger, kind, open, onOpenChange, load, children }: LazyPanelProps) {
  const [isWanted, setIsWanted] = useState(false);
  if (open && !isWanted) setIsWanted(true);
  const waiting = cloneElement(trigger, {
    "aria-haspopup": kind,
    "aria-expanded": open,
    onClick: () => onOpenChange(true),
    onPointerEnter: load,
    onFocus: load,
  });
  return isWanted ? <Suspense fallback={waiting}>{children}</Suspense> : waiting;
}
