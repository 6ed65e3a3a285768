"use client";

import type { MessageKey } from "@/lib/i18n";
import { useTranslate } from "@/lib/i18n/client";
import { Dialog } from "../ui/dialog";

const SHORTCUTS: readonly [keys: string, label: MessageKey][] = [
  ["n", "shortcuts.new"],
  ["/", "shortcuts.search"],
  ["j k", "shortcuts.move"],
  ["c", "shortcuts.complete"],
  ["Enter", "shortcuts.open"],
  ["e", "shortcuts.edit"],
  ["d", "shortcuts.due"],
  ["x", "shortcuts.select"],
  ["Del", "shortcuts.delete"],
  ["u", "shortcuts.undo"],
  ["g t, g u, g a", "shortcuts.go"],
  ["g c", "chat.shortcut"],
  ["Shift ← →", "board.shortcut"],
  ["Esc", "shortcuts.escape"],
  ["?", "shortcuts.help"],
];

export default function ShortcutSheet(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const translate = useTranslate();
  return (
    <Dialog {...props} title={translate("shortcuts.title")}>
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {SHORTCUTS.map(([keys, label]) => (
          <div key={label} className="flex items-center justify-between gap-4 border-line border-b py-2.5 text-sm">
            <dt className="text-ink-soft">{translate(label)}</dt>
            <dd>
              <kbd className="rounded-md bg-sunken px-2 py-1 font-sans text-xs ring-1 ring-line ring-inset">{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
