"use client";

import { clsx } from "clsx";
import { type ComponentProps, useState } from "react";
import type { Task, TaskUpdate } from "@/lib/api/types";
import { addMonths, dayOf, weekdayOf } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import {
  formatRule,
  inWords,
  parseRule,
  type Recurrence,
  UNITS,
  type Unit,
  WEEKDAYS,
  weekdayName,
} from "@/lib/tasks/recurrence";
import { dueDay } from "@/lib/tasks/view";
import { Button } from "../ui/button";
import { INPUT } from "../ui/styles";

type RepeatEditorProps = {
  task: Task;
  onChange: (changes: Pick<TaskUpdate, "rrule" | "recurrence_mode">) => void;
};

/** How often a task comes back, which it also says in words. */
export default function RepeatEditor({ task, onChange }: RepeatEditorProps) {
  const translate = useTranslate();
  const clock = useClock();
  const day = dueDay(task, clock.timeZone) ?? dayOf(clock.now, clock.timeZone);
  const [rule, setRule] = useState<Recurrence>(
    () =>
      (task.rrule && parseRule(task.rrule)) || {
        unit: "week",
        interval: 1,
        weekdays: WEEKDAYS.slice(weekdayOf(day), weekdayOf(day) + 1),
        monthDay: null,
        end: null,
      },
  );
  const [mode, setMode] = useState(task.recurrence_mode);
  const edit = (changes: Partial<Recurrence>) => setRule({ ...rule, ...changes });

  return (
    <div className="space-y-3 text-sm">
      <div className="flex items-center gap-2">
        <span className="text-ink-soft">{translate("repeat.every")}</span>
        <input
          type="number"
          min={1}
          max={999}
          aria-label={translate("repeat.interval")}
          value={rule.interval}
          onChange={(event) => edit({ interval: Math.min(999, Math.max(1, event.target.valueAsNumber || 1)) })}
          className={clsx(INPUT, "h-9 w-16")}
        />
        <Select
          aria-label={translate("repeat.unit")}
          value={rule.unit}
          onChange={(event) => edit({ unit: event.target.value as Unit })}
        >
          {[...UNITS, ...(rule.unit === "hour" ? (["hour"] as const) : [])].map((unit) => (
            <option key={unit} value={unit}>
              {translate.count(`repeat.unit.${unit}`, rule.interval)}
            </option>
          ))}
        </Select>
      </div>
      {rule.unit === "week" && (
        <fieldset className="flex justify-between">
          <legend className="sr-only">{translate("repeat.on")}</legend>
          {WEEKDAYS.map((weekday) => {
            const isOn = rule.weekdays.includes(weekday);
            return (
              <button
                key={weekday}
                type="button"
                aria-pressed={isOn}
                aria-label={weekdayName(weekday, translate)}
                onClick={() =>
                  edit({
                    weekdays: WEEKDAYS.filter((other) => (other === weekday ? !isOn : rule.weekdays.includes(other))),
                  })
                }
                className={clsx(
                  "size-9 rounded-full font-medium text-xs",
                  isOn ? "bg-accent text-on-accent" : "bg-sunken text-ink-soft hover:bg-hover",
                )}
              >
                {weekdayName(weekday, translate, "short").slice(0, 2)}
              </button>
            );
          })}
        </fieldset>
      )}
      {rule.unit === "month" && (
        <Select
          aria-label={translate("repeat.on")}
          value={rule.monthDay ?? ""}
          onChange={(event) => edit({ monthDay: event.target.value ? Number(event.target.value) : null })}
        >
          <option value="">{translate("repeat.words.monthDay", { day: Number(day.slice(8)) })}</option>
          <option value={-1}>{translate("repeat.words.lastDay")}</option>
          {rule.monthDay !== null && rule.monthDay > 0 && (
            <option value={rule.monthDay}>{translate("repeat.words.monthDay", { day: rule.monthDay })}</option>
          )}
        </Select>
      )}
      <div className="flex items-center gap-2">
        <Select
          aria-label={translate("repeat.ends")}
          value={rule.end === null ? "never" : typeof rule.end === "number" ? "after" : "on"}
          onChange={(event) =>
            edit({ end: { never: null, after: 10, on: addMonths(day, 3) }[event.target.value] ?? null })
          }
        >
          {(["never", "on", "after"] as const).map((end) => (
            <option key={end} value={end}>
              {`${translate("repeat.ends")}: ${translate(`repeat.ends.${end}`)}`}
            </option>
          ))}
        </Select>
        {typeof rule.end === "number" && (
          <input
            type="number"
            min={1}
            max={999}
            aria-label={translate("repeat.ends.after")}
            value={rule.end}
            onChange={(event) => edit({ end: Math.min(999, Math.max(1, event.target.valueAsNumber || 1)) })}
            className={clsx(INPUT, "h-9 w-20")}
          />
        )}
        {typeof rule.end === "string" && (
          <input
            type="date"
            aria-label={translate("repeat.ends.on")}
            value={rule.end}
            min={day}
            onChange={(event) => event.target.value && edit({ end: event.target.value })}
            className={clsx(INPUT, "h-9 w-36")}
          />
        )}
      </div>
      <Select
        aria-label={translate("repeat.mode")}
        value={mode}
        onChange={(event) => setMode(event.target.value as Task["recurrence_mode"])}
      >
        {(["due", "completion"] as const).map((choice) => (
          <option key={choice} value={choice}>
            {`${translate("repeat.mode")} ${translate(`repeat.mode.${choice}`)}`}
          </option>
        ))}
      </Select>
      <p aria-live="polite" className="rounded-lg bg-accent-soft px-3 py-2 first-letter:uppercase">
        {inWords(rule, translate)}
        {mode === "completion" && ` ${translate("repeat.words.completion")}`}
      </p>
      <div className="flex justify-between">
        {task.rrule ? (
          <Button variant="danger" onClick={() => onChange({ rrule: null })}>
            {translate("repeat.never")}
          </Button>
        ) : (
          <span />
        )}
        <Button variant="primary" onClick={() => onChange({ rrule: formatRule(rule), recurrence_mode: mode })}>
          {translate("details.field.repeat")}
        </Button>
      </div>
    </div>
  );
}

function Select({ className, ...props }: ComponentProps<"select">) {
  return <select {...props} className={clsx(INPUT, "h-9 flex-1 text-sm", className)} />;
}
