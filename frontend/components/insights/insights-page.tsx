"use client";

import { clsx } from "clsx";
import { CalendarCheck, Flame, ListPlus, type LucideIcon, RotateCcw, Trophy } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { AnalyticsSummary, Priority } from "@/lib/api/types";
import { dayOf } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { ranked } from "@/lib/insights/chart";
import { FIRST_RANGE, RANGES, type Range, useInsights } from "@/lib/insights/queries";
import { PRIORITIES, tasksPath } from "@/lib/tasks/view";
import { Bell } from "../shell/bell";
import { GoLink } from "../shell/go-link";
import { Button } from "../ui/button";
import { Bars } from "./bars";
import { DayChart } from "./day-chart";

const MOST_TAGS = 8;

const PRIORITY_BAR: Record<Priority, string> = {
  urgent: "bg-urgent",
  high: "bg-high",
  medium: "bg-line-strong",
  low: "bg-low",
};

/** What was done: by day, tag and priority. */
export function InsightsPage({ initial }: { initial: AnalyticsSummary | null }) {
  const translate = useTranslate();
  const clock = useClock();
  const [range, setRange] = useState<Range>(FIRST_RANGE);
  const { data, error, refetch } = useInsights(range, dayOf(clock.now, clock.timeZone), initial);
  return (
    <div className="mx-auto w-full max-w-4xl px-4 pt-5 sm:px-8 lg:pt-10">
      <header className="mb-5 flex flex-wrap items-center gap-x-2 gap-y-3">
        <h1 className="min-w-0 flex-1 truncate">{translate("nav.insights")}</h1>
        <RangeChoice range={range} onChange={setRange} />
        <div className="lg:hidden">
          <Bell />
        </div>
      </header>
      {data && <Insights summary={data} />}
      {error && (
        <div role="alert" className="mt-4 flex items-center gap-3 rounded-xl bg-danger-soft px-4 py-2.5 text-sm">
          <p className="min-w-0 flex-1 text-danger">{translate("insights.failed", { reason: error.message })}</p>
          <Button onClick={() => refetch()}>
            <RotateCcw aria-hidden className="size-4" />
            {translate("error.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}

function RangeChoice({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const translate = useTranslate();
  return (
    <fieldset className="flex rounded-lg max-sm:order-last max-sm:w-full bg-sunken p-0.5 ring-1 ring-line ring-inset">
      <legend className="sr-only">{translate("insights.range")}</legend>
      {RANGES.map((days) => (
        <label
          key={days}
          className="relative flex-1 cursor-pointer whitespace-nowrap rounded-md px-2.5 py-1 text-center text-ink-soft text-sm hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="range"
            checked={days === range}
            onChange={() => onChange(days)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {translate.count("insights.days", days)}
        </label>
      ))}
    </fieldset>
  );
}

function Insights({ summary }: { summary: AnalyticsSummary }) {
  const translate = useTranslate();
  const { totals, current_streak, longest_streak, by_tag, by_priority } = summary;
  const priorities = PRIORITIES.filter((priority) => by_priority[priority]);
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Figure icon={CalendarCheck} name={translate("insights.completed")} value={totals.completed ?? 0} isMain />
        <Figure icon={ListPlus} name={translate("insights.created")} value={totals.created ?? 0} />
        <Figure
          icon={Flame}
          name={translate("insights.streak")}
          value={current_streak}
          unit={translate.count("insights.unit", current_streak)}
        />
        <Figure
          icon={Trophy}
          name={translate("insights.longest")}
          value={longest_streak}
          unit={translate.count("insights.unit", longest_streak)}
        />
      </dl>
      <Part title={translate("insights.perDay")}>
        <DayChart days={summary.days} />
        {!totals.completed && <p className="mt-3 text-ink-soft text-sm">{translate("insights.empty")}</p>}
      </Part>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Part title={translate("insights.byTag")}>
          <Bars
            empty={translate("insights.byTag.empty")}
            shares={ranked(by_tag, MOST_TAGS).map(({ name, count }) => ({
              key: name,
              count,
              color: "bg-accent",
              label: (
                <GoLink href={tasksPath({ tag: name })} className="hover:underline hover:underline-offset-4">
                  #{name}
                </GoLink>
              ),
            }))}
          />
        </Part>
        <Part title={translate("insights.byPriority")}>
          <Bars
            empty={translate("insights.byPriority.empty")}
            shares={priorities.map((priority) => ({
              key: priority,
              count: by_priority[priority] ?? 0,
              color: PRIORITY_BAR[priority],
              label: translate(`priority.${priority}`),
            }))}
          />
        </Part>
      </div>
    </>
  );
}

type FigureProps = { icon: LucideIcon; name: string; value: number; unit?: string; isMain?: boolean };

function Figure({ icon: Icon, name, value, unit, isMain = false }: FigureProps) {
  const { locale } = useTranslate();
  return (
    <div
      className={clsx(
        "rounded-xl px-4 py-3 ring-1",
        isMain ? "bg-accent-soft ring-transparent" : "bg-surface ring-line",
      )}
    >
      <dt className="flex items-center gap-2 text-ink-soft text-sm">
        <Icon aria-hidden className={clsx("size-4 shrink-0", isMain && "text-accent")} />
        <span className="truncate">{name}</span>
      </dt>
      <dd className="mt-1 font-semibold text-2xl tabular-nums tracking-tight">
        {value.toLocaleString(locale)}
        {unit && " "}
        {unit && <span className="font-normal text-ink-soft text-sm tracking-normal">{unit}</span>}
      </dd>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-4 rounded-xl bg-surface p-4 ring-1 ring-line">
      <h2 className="mb-3 font-medium text-sm">{title}</h2>
      {children}
    </section>
  );
}
