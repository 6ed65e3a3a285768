"use client";

import * as Radix from "@radix-ui/react-popover";
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { PANEL } from "./menu";

type PopoverProps = {
  trigger: ReactNode;
  label: string;
  children: (close: () => void) => ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  align?: "start" | "end";
  className?: string;
};

/** A small panel beside its button. */
export function Popover({ trigger, label, children, open, onOpenChange, align = "start", className }: PopoverProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={12}
          className={clsx(PANEL, "max-w-[calc(100vw-1.5rem)]", className)}
        >
          {children(() => onOpenChange(false))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
