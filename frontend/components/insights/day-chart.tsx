"use client";

import { clsx } from "clsx";
import { type PointerEvent, useState } from "react";
import type { AnalyticsSummary } from "@/lib/api/types";
import { formatDay } from "@/lib/dates";
import { useTranslate } from "@/lib/i18n/client";
import { labelled, ticksTo } from "@/lib/insights/chart";

/** As many dates as fit below the chart at 360 px. */
const MOST_LABELS = 4;

/** A bar for each day, and the same as a table for those who cannot see it, or want to read it. */
export function DayChart({ days }: { days: AnalyticsSummary["days"] }) {
  const translate = useTranslate();
  const [pointed, setPointed] = useState<number | null>(null);
  const counts = days.map((day) => day.completed ?? 0);
  const ticks = ticksTo(Math.max(...counts));
  const top = ticks.at(-1) ?? 1;
  const labels = labelled(days.length, MOST_LABELS);
  const inWords = (day: string) =>
    formatDay(day, translate.locale, { weekday: "short", day: "numeric", month: "short" });
  const shown = pointed === null ? undefined : days[pointed];

  function point(event: PointerEvent<HTMLDivElement>) {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * days.length);
    setPointed(Math.min(days.length - 1, Math.max(0, index)));
  }

  return (
    <>
      <div aria-hidden className="grid grid-cols-[auto_1fr] gap-x-2">
        <p className="col-span-2 mb-1 h-5 text-right text-ink-soft text-xs">
          {shown && `${inWords(shown.day)}: ${translate.count("insights.tasks", shown.completed ?? 0)}`}
        </p>
        <div className="flex h-40 flex-col-reverse justify-between text-ink-faint text-xs tabular-nums">
          {ticks.map((tick) => (
            <span key={tick} className="flex h-0 items-center justify-end">
              {tick}
            </span>
          ))}
        </div>
        <div
          className="relative h-40 touch-pan-y"
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setPointed(null)}
        >
          <div className="absolute inset-0 flex flex-col justify-between">
            {ticks.map((tick) => (
              <div key={tick} className="h-px bg-line" />
            ))}
          </div>
          <div className="absolute inset-0 flex items-end">
            {counts.map((count, index) => (
              <div key={days[index]?.day} className="flex h-full min-w-0 flex-1 items-end justify-center">
                <div
                  data-day={days[index]?.day}
                  className={clsx("w-[84%] rounded-t-[3px]", index === pointed ? "bg-accent-hover" : "bg-accent")}
                  style={{ height: `${(count / top) * 100}%` }}
                />
              </div>
            ))}
          </div>
        </div>
        <div className="relative col-start-2 mt-1.5 h-4 text-ink-faint text-xs">
          {labels.map((index) => (
            <span
              key={index}
              className="absolute -translate-x-1/2 whitespace-nowrap last:translate-x-[-100%]"
              style={{ left: `${((index + (index === days.length - 1 ? 1 : 0.5)) / days.length) * 100}%` }}
            >
              {formatDay(days[index]?.day ?? "", translate.locale, { day: "numeric", month: "short" })}
            </span>
          ))}
        </div>
      </div>
      <details className="mt-3 text-sm">
        <summary className="w-fit cursor-pointer rounded-md text-ink-soft hover:text-ink">
          {translate("insights.table")}
        </summary>
        <div className="mt-2">
          <table className="w-full text-left tabular-nums">
            <thead className="text-ink-soft">
              <tr>
                <th className="py-1 font-medium">{translate("insights.day")}</th>
                <th className="py-1 text-right font-medium">{translate("insights.completed")}</th>
                <th className="py-1 text-right font-medium">{translate("insights.created")}</th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, completed = 0, created = 0 }) => (
                <tr key={day} className="border-line border-t">
                  <th scope="row" className="py-1 font-normal">
                    {inWords(day)}
                  </th>
                  <td className="py-1 text-right">{completed}</td>
                  <td className="py-1 text-right">{created}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
