/**
 * Days and times as people see them. A day is a string such as "2026-12-24", in the user's time zone; an instant is
 * what the API gives, ISO 8601 with an offset.
 */
import type { Locale } from "@/lib/i18n";

export type Day = string;

const MILLISECONDS_PER_DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than using it a thousand times. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    formats.set(key, found);
  }
  return found;
}

/** The local day of an instant. */
export function dayOf(instant: string | number | Date, timeZone: string): Day {
  // Sweden writes dates as ISO 8601 does.
  return format("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(instant));
}

/** The local time of an instant, such as "09:30". */
export function timeOf(instant: string | number | Date, timeZone: string): string {
  return format("sv-SE", { timeZone, hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

export function addDays(day: Day, days: number): Day {
  return new Date(utc(day) + days * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

export function addMonths(day: Day, months: number): Day {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utc(to) - utc(from)) / MILLISECONDS_PER_DAY);
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: Day): number {
  return (new Date(utc(day)).getUTCDay() + 6) % 7;
}

function utc(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** The instant of a local time; one that a change of the clocks skips is moved on by the gap. */
export function toInstant(day: Day, time: string, timeZone: string): string {
  const wanted = Date.parse(`${day}T${time}Z`);
  const offsetAt = (instant: number) => {
    const local = `${dayOf(instant, timeZone)}T${format("sv-SE", { timeZone, timeStyle: "medium" }).format(instant)}Z`;
    return Date.parse(local) - Math.floor(instant / 1000) * 1000;
  };
  // The offset before a change of the clocks: right for the first of a repeated time and for a skipped one.
  const before = offsetAt(wanted - MILLISECONDS_PER_DAY);
  const guess = wanted - before;
  const offset = offsetAt(guess);
  const exact = offset === before || offsetAt(wanted - offset) !== offset ? guess : wanted - offset;
  return new Date(exact).toISOString();
}

/** The months, from the one of `day`, as weeks of days from Monday to Sunday. */
export function weeksOfMonth(day: Day): Day[][] {
  const first = `${day.slice(0, 7)}-01`;
  const start = addDays(first, -weekdayOf(first));
  const weeks: Day[][] = [];
  for (let week = start; week === start || week < addMonths(first, 1); week = addDays(week, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(week, index)));
  }
  return weeks;
}

/** "today", "tomorrow", "Friday" within a week, else "24 Dec", with the year where it is another one. */
export function dayInWords(day: Day, today: Day, locale: Locale): string {
  const distance = daysBetween(today, day);
  if (Math.abs(distance) <= 1) {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(distance, "day");
    return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
  }
  if (distance > 1 && distance < 7) return formatDay(day, locale, { weekday: "long" });
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return formatDay(day, locale, { day: "numeric", month: "short", year });
}

/** A day with the weekday, as a heading: "Fri 4 Dec". */
export function formatDay(day: Day, locale: Locale, options: Intl.DateTimeFormatOptions): string {
  return format(regional(locale), { ...options, timeZone: "UTC" }).format(utc(day));
}

export function formatTime(instant: string, timeZone: string, locale: Locale): string {
  return format(regional(locale), { timeZone, hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

/** English with 24 hours and the day before the month, as the assistant writes. */
function regional(locale: Locale): string {
  return locale === "en" ? "en-GB" : locale;
}
