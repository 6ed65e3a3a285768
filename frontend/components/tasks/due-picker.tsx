"use client";

import { clsx } from "clsx";
import { ChevronLeft, ChevronRight, Clock, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import { addDays, addMonths, type Day, dayOf, formatDay, timeOf, weekdayOf, weeksOfMonth } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { dueDay } from "@/lib/tasks/view";
import { Button, IconButton } from "../ui/button";
import { INPUT } from "../ui/styles";

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

type DuePickerProps = {
  task: Pick<Task, "due_at" | "due_has_time" | "time_zone">;
  onChange: (due: string | null) => void;
};

/** A day, if wanted with a time; `onChange` gets it as the API takes it, null for none. */
export default function DuePicker({ task, onChange }: DuePickerProps) {
  const translate = useTranslate();
  const clock = useClock();
  const today = dayOf(clock.now, clock.timeZone);
  const chosen = dueDay(task as Task, clock.timeZone);
  const [time, setTime] = useState(task.due_at && task.due_has_time ? timeOf(task.due_at, clock.timeZone) : "");
  const timeId = useId();
  const choose = (day: Day) => onChange(time ? `${day}T${time}` : day);

  const saturday = addDays(today, (5 - weekdayOf(today) + 7) % 7 || 7);
  const suggestions = [
    { label: translate("due.today"), day: today },
    { label: translate("due.tomorrow"), day: addDays(today, 1) },
    { label: translate("due.weekend"), day: saturday },
    { label: translate("due.nextWeek"), day: addDays(today, 7 - weekdayOf(today)) },
  ];
  return (
    <>
      <div className="grid grid-cols-2 gap-1.5">
        {suggestions.map(({ label, day }) => (
          <Button key={label} className="h-auto justify-between px-2.5 py-1.5" onClick={() => choose(day)}>
            {label}
            <span className="font-normal text-ink-faint text-xs">
              {formatDay(day, clock.locale, { weekday: "short" })}
            </span>
          </Button>
        ))}
      </div>
      <Calendar today={today} chosen={chosen} onChoose={choose} />
      <div className="flex items-center gap-2 border-line border-t pt-3">
        <label htmlFor={timeId} className="flex items-center gap-1.5 text-ink-soft text-sm">
          <Clock aria-hidden className="size-4" />
          {translate("due.time")}
        </label>
        <input
          id={timeId}
          type="time"
          value={time}
          onChange={(event) => setTime(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && choose(chosen ?? today)}
          className={clsx(INPUT, "h-9 text-sm")}
        />
        {time && (
          <IconButton label={translate("due.time.clear")} onClick={() => setTime("")}>
            <X />
          </IconButton>
        )}
      </div>
      <div className="mt-3 flex justify-between gap-2">
        {chosen ? (
          <Button variant="danger" className="-ml-1" onClick={() => onChange(null)}>
            {translate("due.clear")}
          </Button>
        ) : (
          <span />
        )}
        <Button variant="primary" onClick={() => choose(chosen ?? today)}>
          {translate("due.set")}
        </Button>
      </div>
    </>
  );
}

/** A month as a grid; arrow keys move by day and week, page keys by month. */
function Calendar({ today, chosen, onChoose }: { today: Day; chosen: Day | null; onChoose: (day: Day) => void }) {
  const { locale } = useClock();
  const translate = useTranslate();
  const [focused, setFocused] = useState(chosen ?? today);
  const grid = useRef<HTMLTableElement>(null);
  const moves = useRef(false);
  const weeks = weeksOfMonth(focused);
  const month = focused.slice(0, 7);

  useEffect(() => {
    if (moves.current) grid.current?.querySelector<HTMLElement>(`[data-day="${focused}"]`)?.focus();
    moves.current = false;
  }, [focused]);

  function onKeyDown(event: KeyboardEvent) {
    const pages = event.key === "PageDown" ? 1 : event.key === "PageUp" ? -1 : 0;
    const step = STEPS[event.key] ?? 0;
    if (!pages && !step) return;
    event.preventDefault();
    moves.current = true;
    setFocused(pages ? addMonths(focused, pages) : addDays(focused, step));
  }

  return (
    <div className="py-3">
      <div className="mb-1 flex items-center justify-between">
        <IconButton
          label={translate("due.previousMonth")}
          className="size-8"
          onClick={() => setFocused(addMonths(focused, -1))}
        >
          <ChevronLeft />
        </IconButton>
        <span aria-live="polite" className="font-medium text-sm">
          {formatDay(focused, locale, { month: "long", year: "numeric" })}
        </span>
        <IconButton
          label={translate("due.nextMonth")}
          className="size-8"
          onClick={() => setFocused(addMonths(focused, 1))}
        >
          <ChevronRight />
        </IconButton>
      </div>
      <table ref={grid} className="w-full table-fixed text-center text-sm" onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" className="h-7 font-normal text-ink-faint text-xs">
                <span className="sr-only">{formatDay(day, locale, { weekday: "long" })}</span>
                <span aria-hidden="true">{formatDay(day, locale, { weekday: "narrow" })}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} className="p-0">
                  <button
                    type="button"
                    data-day={day}
                    tabIndex={day === focused ? 0 : -1}
                    aria-label={formatDay(day, locale, { dateStyle: "full" })}
                    aria-pressed={day === chosen}
                    aria-current={day === today ? "date" : undefined}
                    onClick={() => onChoose(day)}
                    className={clsx(
                      "mx-auto grid size-8 place-items-center rounded-full tabular-nums hover:bg-hover",
                      day === chosen && "bg-accent font-semibold text-on-accent hover:bg-accent-hover",
                      day === today && day !== chosen && "font-semibold text-accent",
                      day.slice(0, 7) !== month && day !== chosen && "text-ink-faint",
                    )}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
