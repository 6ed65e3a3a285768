"use client";

import { useTranslate } from "@/lib/i18n/client";
import type { Filters } from "@/lib/tasks/view";

const EXAMPLES = ["empty.example.1", "empty.example.2", "empty.example.3"] as const;

/** What stands where there are no tasks: why, and what could be written. */
export function EmptyList({ filters, onExample }: { filters: Filters; onExample: (example: string) => void }) {
  const translate = useTranslate();
  const isNarrowed = filters.q !== "" || filters.tag !== null || filters.priority !== null;
  const kind = isNarrowed ? "search" : filters.view;
  return (
    <div className="flex animate-fade-in flex-col items-center px-4 pt-14 text-center">
      <Picture />
      <h2 className="mt-5 font-semibold text-lg tracking-tight">{translate(`empty.${kind}.title`)}</h2>
      <p className="mt-1 max-w-sm text-ink-soft">{translate(`empty.${kind}.text`)}</p>
      {kind !== "search" && kind !== "completed" && (
        <ul className="mt-5 flex max-w-full flex-col items-center gap-2">
          {EXAMPLES.map((key) => (
            <li key={key} className="max-w-full">
              <button
                type="button"
                onClick={() => onExample(translate(key))}
                className="max-w-full rounded-full bg-surface px-4 py-2 text-sm ring-1 ring-line transition-colors hover:bg-accent-soft hover:ring-accent"
              >
                {translate(key)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Picture() {
  return (
    <svg viewBox="0 0 120 88" aria-hidden="true" className="h-24">
      <rect x="18" y="10" width="84" height="70" rx="12" className="fill-surface stroke-line" strokeWidth="2" />
      {[28, 45, 62].map((y, index) => (
        <g key={y} strokeLinecap="round" strokeWidth="3" fill="none">
          <circle
            cx="36"
            cy={y}
            r="6"
            strokeWidth="2.5"
            className={index === 0 ? "fill-accent stroke-accent" : "stroke-line-strong"}
          />
          {index === 0 && <path d="m33 28 2.2 2.3 4-4.4" strokeWidth="2.2" className="stroke-on-accent" />}
          <path
            d={`M52 ${y}h${[34, 24, 30][index]}`}
            className={index === 0 ? "stroke-line" : "stroke-line-strong/50"}
          />
        </g>
      ))}
    </svg>
  );
}
