"use client";

import { clsx } from "clsx";
import { Bell, CalendarDays, Flag, Hash, Repeat } from "lucide-react";
import type { ReactNode } from "react";
import type { Priority, TaskDraft } from "@/lib/api/types";
import { dayInWords, dayOf, formatTime } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { ruleInWords } from "@/lib/tasks/recurrence";

export const PRIORITY_TEXT: Record<Priority, string> = {
  urgent: "text-urgent",
  high: "text-high",
  medium: "text-ink-faint",
  low: "text-low",
};

/** What was understood of a line, one chip each. */
export function DraftChips({ draft }: { draft: TaskDraft }) {
  const translate = useTranslate();
  const momentInWords = useMomentInWords();
  return (
    <>
      {draft.due_at && <Chip icon={<CalendarDays />}>{momentInWords(draft.due_at, draft.due_at.includes("T"))}</Chip>}
      {draft.rrule && (
        <Chip icon={<Repeat />}>
          {ruleInWords(draft.rrule, translate)}
          {draft.recurrence_mode === "completion" && ` ${translate("repeat.words.completion")}`}
        </Chip>
      )}
      {draft.reminders.map((moment) => (
        <Chip key={moment} icon={<Bell />}>
          {momentInWords(moment, true)}
        </Chip>
      ))}
      {draft.priority !== "medium" && (
        <Chip icon={<Flag className={PRIORITY_TEXT[draft.priority]} />}>{translate(`priority.${draft.priority}`)}</Chip>
      )}
      {draft.tags.map((tag) => (
        <Chip key={tag} icon={<Hash />}>
          {tag}
        </Chip>
      ))}
    </>
  );
}

function Chip({ icon, children, className }: { icon: ReactNode; children: ReactNode; className?: string }) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1.5 rounded-md bg-accent-soft px-2 py-0.5 text-[0.8125rem] text-ink [&_svg]:size-3.5 [&_svg]:shrink-0",
        className,
      )}
    >
      {icon}
      {children}
    </span>
  );
}

/** A moment as the user says it: "Tomorrow, 09:00"; a plain day is given as "2026-12-24". */
export function useMomentInWords(): (moment: string, hasTime: boolean, timeZone?: string) => string {
  const translate = useTranslate();
  const clock = useClock();
  const today = dayOf(clock.now, clock.timeZone);
  return (moment, hasTime, timeZone = clock.timeZone) => {
    const isDay = !moment.includes("T");
    const day = dayInWords(isDay ? moment : dayOf(moment, hasTime ? clock.timeZone : timeZone), today, clock.locale);
    if (!hasTime || isDay) return day;
    return translate("due.at", { day, time: formatTime(moment, clock.timeZone, clock.locale) });
  };
}
