"use client";

import { lazy, type ReactElement, type ReactNode, useState } from "react";
import { LazyPanel } from "./lazy-panel";

/** What a menu offers: something to do, or a group of which one is chosen. */
export type MenuEntry =
  | { kind: "action"; label: string; icon?: ReactNode; shortcut?: string; onSelect: () => void }
  | { kind: "choice"; label?: string; value: string; choices: readonly MenuChoice[]; onChange: (value: string) => void }
  | { kind: "text"; text: string }
  | { kind: "separator" };

type MenuChoice = { value: string; label: string; icon?: ReactNode };

/** A group of which one is chosen, with values of one type. */
export function choice<T extends string>(group: {
  label?: string;
  value: T;
  choices: readonly (MenuChoice & { value: T })[];
  onChange: (value: T) => void;
}): MenuEntry {
  return { ...group, kind: "choice", onChange: (value) => group.onChange(value as T) };
}

export type MenuProps = {
  trigger: ReactElement<Record<string, unknown>>;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
};

const loadPanel = () => import("./menu-panel");
const MenuPanel = lazy(loadPanel);

/** A button with a list of things to do. */
export function Menu(props: MenuProps) {
  const [open, setOpen] = useState(false);
  return (
    <LazyPanel kind="menu" trigger={props.trigger} open={open} onOpenChange={setOpen} load={loadPanel}>
      <MenuPanel {...props} open={open} onOpenChange={setOpen} />
    </LazyPanel>
  );
}
