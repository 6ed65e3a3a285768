"use client";

import * as Radix from "@radix-ui/react-popover";
import { clsx } from "clsx";
import type { PopoverProps } from "./popover";
import { PANEL } from "./styles";

export default function PopoverPanel(props: PopoverProps) {
  const { trigger, label, children, open, onOpenChange, align = "start", className } = props;
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
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
