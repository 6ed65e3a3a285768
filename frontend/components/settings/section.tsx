import { clsx } from "clsx";
import type { ReactNode } from "react";

type SectionProps = { id: string; title: string; lead?: string; tone?: "plain" | "danger"; children: ReactNode };

/** A part of the settings under a heading of its own. */
export function Section({ id, title, lead, tone = "plain", children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="scroll-mt-6">
      <h2 id={`${id}-title`} className={clsx("font-semibold", tone === "danger" && "text-danger")}>
        {title}
      </h2>
      {lead && <p className="mt-0.5 text-ink-soft text-sm">{lead}</p>}
      <div className="mt-3 divide-y divide-line rounded-2xl bg-surface px-4 ring-1 ring-line sm:px-5">{children}</div>
    </section>
  );
}

type RowProps = { label: ReactNode; hint?: ReactNode; children?: ReactNode };

/** One setting: what it is, and beside it (below it, where there is no room) how it is set. */
export function Row({ label, hint, children }: RowProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2.5 py-3.5">
      <div className="min-w-0 flex-1 basis-44">
        <div className="font-medium text-sm">{label}</div>
        {hint && <div className="text-ink-soft text-sm [overflow-wrap:anywhere]">{hint}</div>}
      </div>
      {children}
    </div>
  );
}
