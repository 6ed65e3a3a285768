"use client";

import * as Radix from "@radix-ui/react-dropdown-menu";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { MenuEntry, MenuProps } from "./menu";
import { PANEL } from "./styles";

const ITEM =
  "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm outline-none select-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0";

type MenuPanelProps = MenuProps & { open: boolean; onOpenChange: (open: boolean) => void };

export default function MenuPanel({ trigger, entries, align = "start", open, onOpenChange }: MenuPanelProps) {
  return (
    <Radix.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          className={clsx(PANEL, "max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto")}
        >
          {entries.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the entries of a menu do not move while it is open
            <Entry key={index} entry={entry} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "separator") return <Radix.Separator className="mx-2 my-1 h-px bg-line" />;
  if (entry.kind === "text") {
    return <Radix.Label className="max-w-60 truncate px-2.5 pt-1.5 text-ink-soft text-sm">{entry.text}</Radix.Label>;
  }
  if (entry.kind === "action") {
    return (
      <Radix.Item className={ITEM} onSelect={entry.onSelect}>
        {entry.icon}
        <span className="flex-1">{entry.label}</span>
        {entry.shortcut && <kbd className="font-sans text-ink-faint text-xs">{entry.shortcut}</kbd>}
      </Radix.Item>
    );
  }
  return (
    <Radix.RadioGroup aria-label={entry.label} value={entry.value} onValueChange={entry.onChange}>
      {entry.label && (
        <Radix.Label className="px-2.5 pt-2 pb-1 font-medium text-ink-faint text-xs">{entry.label}</Radix.Label>
      )}
      {entry.choices.map((it) => (
        <Radix.RadioItem key={it.value} value={it.value} className={ITEM}>
          {it.icon}
          <span className="flex-1">{it.label}</span>
          <span className="w-4">
            <Radix.ItemIndicator>
              <Check aria-hidden className="text-accent" />
            </Radix.ItemIndicator>
          </span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}
