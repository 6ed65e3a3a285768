"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";

const SHOWN_MILLISECONDS = 2000;

/** Text to take elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const translate = useTranslate();
  const [isCopied, setIsCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), SHOWN_MILLISECONDS);
  }

  const Icon = isCopied ? Check : Copy;
  return (
    <figure className="min-w-0">
      <div className="mb-1.5 flex items-center justify-between gap-2">
        <figcaption className="text-ink-soft text-sm">{label}</figcaption>
        <Button className="h-8" aria-label={`${translate("settings.copy")}: ${label}`} onClick={copy}>
          <Icon aria-hidden className="size-4" />
          <span aria-live="polite">{translate(isCopied ? "settings.copied" : "settings.copy")}</span>
        </Button>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the screen is scrolled by keys, too
        tabIndex={0}
        className="overflow-x-auto rounded-lg bg-sunken px-3 py-2.5 text-[0.8125rem] leading-5 ring-1 ring-line ring-inset"
      >
        <code>{text}</code>
      </pre>
    </figure>
  );
}
