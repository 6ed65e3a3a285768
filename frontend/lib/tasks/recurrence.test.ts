import { describe, expect, it } from "vitest";
import { translator } from "@/lib/i18n";
import { de } from "@/lib/i18n/de";
import { en } from "@/lib/i18n/en";
import { formatRule, parseRule, ruleInWords } from "./recurrence";

const inEnglish = translator("en", en);
const inGerman = translator("de", de);

describe("rules", () => {
  it.each([
    "FREQ=DAILY",
    "FREQ=HOURLY;INTERVAL=4",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=5",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=YEARLY;UNTIL=20271231",
  ])("%s comes back as it was", (rule) => {
    const parsed = parseRule(rule);
    expect(parsed).not.toBeNull();
    expect(parsed && formatRule(parsed)).toBe(rule);
  });

  it.each(["FREQ=MONTHLY;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=3", "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=SECONDLY", ""])(
    "%s says more than the editor can show",
    (rule) => {
      expect(parseRule(rule)).toBeNull();
    },
  );
});

describe("in words", () => {
  it.each([
    ["FREQ=DAILY", "every day", "jeden Tag"],
    ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday", "jeden Werktag"],
    ["FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday", "jeden Montag und Donnerstag"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every 2 weeks on Friday", "alle 2 Wochen am Freitag"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day", "jeden Monat am letzten Tag"],
    [
      "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15;COUNT=4",
      "every 3 months on day 15, 4 times",
      "alle 3 Monate am 15., 4-mal",
    ],
    ["FREQ=YEARLY;UNTIL=20271231T225959Z", "every year until 31 Dec 2027", "jedes Jahr bis 31. Dez. 2027"],
    ["FREQ=MONTHLY;BYDAY=1MO", "Custom: FREQ=MONTHLY;BYDAY=1MO", "Eigene Regel: FREQ=MONTHLY;BYDAY=1MO"],
  ])("%s", (rule, english, german) => {
    expect(ruleInWords(rule, inEnglish)).toBe(english);
    expect(ruleInWords(rule, inGerman)).toBe(german);
  });
});
