import { describe, expect, it } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { type MessageKey, negotiate, translator } from "./index";

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe("catalogues", () => {
  it("fill in the same names in every language", () => {
    for (const key of Object.keys(en) as MessageKey[]) {
      // One thing need not be counted in words.
      if (!key.endsWith(".one")) expect(names(de[key]), key).toEqual(names(en[key]));
    }
  });
});

describe("translating", () => {
  const translate = translator("en", en);

  it("fills in values", () => {
    expect(translate("toast.failed", { reason: "no network" })).toBe("Not saved: no network");
  });

  it("counts", () => {
    expect(translate.count("toast.completed", 1, { title: "Buy milk" })).toBe("Completed “Buy milk”");
    expect(translate.count("toast.completed", 1200)).toBe("Completed 1,200 tasks");
    expect(translator("de", de).count("toast.completed", 1200)).toBe("1.200 Aufgaben erledigt");
  });
});

describe("negotiating", () => {
  it.each([
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["fr,en;q=0.5,de;q=0.8", "de"],
    ["fr", "en"],
    ["", "en"],
    [null, "en"],
  ])("%s is %s", (header, locale) => {
    expect(negotiate(header)).toBe(locale);
  });
});
