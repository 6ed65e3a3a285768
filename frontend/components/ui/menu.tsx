"use client";

import * as Menu from "@radix-ui/react-dropdown-menu";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

export const PANEL = "z-40 animate-rise rounded-xl bg-raised p-1 shadow-raised outline-none";
const ITEM =
  "flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0";

type MenuProps = { trigger: ReactNode; children: ReactNode; align?: "start" | "end"; modal?: boolean };

/** A button with a list of things to do. */
export function DropdownMenu({ trigger, children, align = "start", modal = false }: MenuProps) {
  return (
    <Menu.Root modal={modal}>
      <Menu.Trigger asChild>{trigger}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align={align} sideOffset={6} collisionPadding={12} className={clsx(PANEL, "min-w-44")}>
          {children}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

export function MenuItem({ className, ...props }: ComponentProps<typeof Menu.Item>) {
  return <Menu.Item {...props} className={clsx(ITEM, className)} />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Menu.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-faint">{children}</Menu.Label>;
}

export function MenuSeparator() {
  return <Menu.Separator className="mx-2 my-1 h-px bg-line" />;
}

type ChoicesProps<T extends string> = {
  label?: string;
  value: T | null;
  onChange: (value: T) => void;
  choices: readonly { value: T; label: string; icon?: ReactNode }[];
};

/** Items of a menu of which one is chosen. */
export function MenuChoices<T extends string>({ label, value, onChange, choices }: ChoicesProps<T>) {
  return (
    <Menu.RadioGroup aria-label={label} value={value ?? ""} onValueChange={(next) => onChange(next as T)}>
      {label && <MenuLabel>{label}</MenuLabel>}
      {choices.map((choice) => (
        <Menu.RadioItem key={choice.value} value={choice.value} className={ITEM}>
          {choice.icon}
          <span className="flex-1">{choice.label}</span>
          <span className="w-4">
            <Menu.ItemIndicator>
              <Check className="text-accent" />
            </Menu.ItemIndicator>
          </span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
