import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  dayInWords,
  dayOf,
  daysBetween,
  timeOf,
  toInstant,
  weekdayOf,
  weeksOfMonth,
} from "./dates";

const BERLIN = "Europe/Berlin";

describe("days", () => {
  it("belong to a time zone", () => {
    expect(dayOf("2026-12-23T23:30:00Z", BERLIN)).toBe("2026-12-24");
    expect(dayOf("2026-12-23T23:30:00Z", "America/New_York")).toBe("2026-12-23");
    expect(timeOf("2026-12-23T23:30:00Z", BERLIN)).toBe("00:30");
  });

  it("are added across months, years and changes of the clocks", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(addMonths("2026-12-24", 1)).toBe("2027-01-01");
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
  });

  it("start the week on Monday", () => {
    expect(weekdayOf("2026-11-23")).toBe(0);
    expect(weekdayOf("2026-11-29")).toBe(6);
    const weeks = weeksOfMonth("2026-11-22");
    expect(weeks).toHaveLength(6);
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.at(-1)?.[6]).toBe("2026-12-06");
    expect(weeksOfMonth("2027-02-03")).toHaveLength(4);
  });
});

describe("instants", () => {
  it.each([
    ["2026-12-24", "18:00", "2026-12-24T17:00:00.000Z"],
    ["2026-07-01", "09:00", "2026-07-01T07:00:00.000Z"],
    ["2026-03-29", "01:59", "2026-03-29T00:59:00.000Z"],
    ["2026-03-29", "02:30", "2026-03-29T01:30:00.000Z"], // skipped: an hour later by the clock
    ["2026-03-29", "03:00", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25", "02:30", "2026-10-25T00:30:00.000Z"], // twice: the first time
    ["2026-10-25", "03:00", "2026-10-25T02:00:00.000Z"],
    ["2026-12-24", "23:59:59", "2026-12-24T22:59:59.000Z"],
  ])("%s %s in Berlin", (day, time, instant) => {
    expect(toInstant(day, time, BERLIN)).toBe(instant);
  });

  it("are found far from Greenwich", () => {
    expect(toInstant("2026-11-23", "00:15", "Pacific/Kiritimati")).toBe("2026-11-22T10:15:00.000Z");
    expect(toInstant("2026-11-23", "23:45", "America/Los_Angeles")).toBe("2026-11-24T07:45:00.000Z");
  });
});

describe("in words", () => {
  it.each([
    ["2026-11-23", "Today"],
    ["2026-11-24", "Tomorrow"],
    ["2026-11-22", "Yesterday"],
    ["2026-11-27", "Friday"],
    ["2026-11-30", "30 Nov"],
    ["2026-11-20", "20 Nov"],
    ["2027-01-04", "4 Jan 2027"],
  ])("%s is %s", (day, words) => {
    expect(dayInWords(day, "2026-11-23", "en")).toBe(words);
  });

  it("also in German", () => {
    expect(dayInWords("2026-11-24", "2026-11-23", "de")).toBe("Morgen");
    expect(dayInWords("2026-12-24", "2026-11-23", "de")).toBe("24. Dez.");
  });
});
