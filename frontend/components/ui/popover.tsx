"use client";

import { lazy, type ReactElement, type ReactNode } from "react";
import { LazyPanel } from "./lazy-panel";

export type PopoverProps = {
  trigger: ReactElement<Record<string, unknown>>;
  label: string;
  children: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  align?: "start" | "end";
  className?: string;
};

const loadPanel = () => import("./popover-panel");
const PopoverPanel = lazy(loadPanel);

/** A small panel beside its button. */
export function Popover(props: PopoverProps) {
  return (
    <LazyPanel {...props} kind="dialog" load={loadPanel}>
      <PopoverPanel {...props} />
    </LazyPanel>
  );
}
