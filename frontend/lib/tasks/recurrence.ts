/** Recurrence rules (RFC 5545) as the editor sees them, and in words. */
import { type Day, formatDay } from "@/lib/dates";
import type { Translate } from "@/lib/i18n";

export const UNITS = ["day", "week", "month", "year"] as const;
export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

export type Unit = (typeof UNITS)[number] | "hour";
export type Weekday = (typeof WEEKDAYS)[number];

/** A rule that the editor can show; `end` is a number of times, a last day, or null for never. */
export type Recurrence = {
  unit: Unit;
  interval: number;
  weekdays: Weekday[];
  /** 1 to 31, or -1 for the last day; null follows the due date. */
  monthDay: number | null;
  end: number | Day | null;
};

const FREQUENCIES: Record<string, Unit> = {
  HOURLY: "hour",
  DAILY: "day",
  WEEKLY: "week",
  MONTHLY: "month",
  YEARLY: "year",
};
const KNOWN = new Set(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"]);
/** Any Monday. */
const MONDAY = "2024-01-01";

/** The rule as the editor knows it; null for one that says more than it can show. */
export function parseRule(rule: string): Recurrence | null {
  const parts = new Map(
    rule.split(";").map((part) => {
      const [name = "", value = ""] = part.split("=");
      return [name, value] as const;
    }),
  );
  const unit = FREQUENCIES[parts.get("FREQ") ?? ""];
  const weekdays = (parts.get("BYDAY")?.split(",") ?? []) as Weekday[];
  const monthDays = parts.get("BYMONTHDAY")?.split(",").map(Number) ?? [];
  const fits =
    unit !== undefined &&
    [...parts.keys()].every((name) => KNOWN.has(name)) &&
    weekdays.every((day) => WEEKDAYS.includes(day)) &&
    (weekdays.length === 0 || unit === "week") &&
    (monthDays.length === 0 || (unit === "month" && monthDays.length === 1 && (monthDays[0] ?? 0) >= -1));
  if (!fits) return null;
  const until = parts.get("UNTIL");
  return {
    unit,
    interval: Number(parts.get("INTERVAL") ?? 1),
    weekdays: WEEKDAYS.filter((day) => weekdays.includes(day)),
    monthDay: monthDays[0] ?? null,
    end: parts.has("COUNT") ? Number(parts.get("COUNT")) : until ? isoDay(until) : null,
  };
}

export function formatRule({ unit, interval, weekdays, monthDay, end }: Recurrence): string {
  const frequency = Object.keys(FREQUENCIES).find((name) => FREQUENCIES[name] === unit);
  const parts = [`FREQ=${frequency}`];
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  if (unit === "week" && weekdays.length > 0) {
    parts.push(`BYDAY=${WEEKDAYS.filter((day) => weekdays.includes(day)).join(",")}`);
  }
  if (unit === "month" && monthDay !== null) parts.push(`BYMONTHDAY=${monthDay}`);
  if (typeof end === "number") parts.push(`COUNT=${end}`);
  if (typeof end === "string") parts.push(`UNTIL=${end.replaceAll("-", "")}`);
  return parts.join(";");
}

function isoDay(until: string): Day {
  return `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
}

export function weekdayName(day: Weekday, translate: Translate, weekday: "long" | "short" | "narrow" = "long"): string {
  const index = WEEKDAYS.indexOf(day) + 1;
  return formatDay(`${MONDAY.slice(0, 8)}0${index}`, translate.locale, { weekday });
}

/** The rule in words, such as "every 2 weeks on Monday and Thursday, 5 times". */
export function ruleInWords(rule: string, translate: Translate): string {
  const recurrence = parseRule(rule);
  return recurrence ? inWords(recurrence, translate) : translate("repeat.custom", { rule });
}

export function inWords({ unit, interval, weekdays, monthDay, end }: Recurrence, translate: Translate): string {
  const words = [translate.count(`repeat.words.${unit}`, interval)];
  if (unit === "week" && weekdays.length > 0) {
    const list = new Intl.ListFormat(translate.locale, { type: "conjunction" });
    const days = list.format(weekdays.map((day) => weekdayName(day, translate)));
    if (weekdays.join() === "MO,TU,WE,TH,FR" && interval === 1) words[0] = translate("repeat.words.weekdays");
    else if (interval === 1) words[0] = translate("repeat.words.days", { days });
    else words.push(translate("repeat.words.on", { days }));
  }
  if (unit === "month" && monthDay !== null) {
    words.push(
      monthDay === -1 ? translate("repeat.words.lastDay") : translate("repeat.words.monthDay", { day: monthDay }),
    );
  }
  const text = words.join(" ");
  if (typeof end === "number") return `${text}, ${translate.count("repeat.words.times", end)}`;
  if (typeof end === "string") {
    const date = formatDay(end, translate.locale, { day: "numeric", month: "short", year: "numeric" });
    return `${text} ${translate("repeat.words.until", { date })}`;
  }
  return text;
}
