import { expect, it } from "vitest";
import { labelled, ranked, ticksTo } from "./chart";

it.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [20, [0, 5, 10, 15, 20]],
  [21, [0, 10, 20, 30]],
])("an axis for %i is marked at %j", (highest, ticks) => {
  expect(ticksTo(highest)).toEqual(ticks);
});

it("an axis reaches every number, with few marks", () => {
  for (let highest = 1; highest < 6000; highest += 7) {
    const ticks = ticksTo(highest);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest);
    expect(ticks.length).toBeLessThanOrEqual(5);
  }
});

it("names are ranked by how often they are, and cut", () => {
  const counts = { home: 2, work: 5, errands: 2, never: 0 };
  expect(ranked(counts, 2)).toEqual([
    { name: "work", count: 5 },
    { name: "errands", count: 2 },
  ]);
  expect(ranked(counts, 9).map((share) => share.name)).toEqual(["work", "errands", "home"]);
});

it("a few days are labelled, the last one among them", () => {
  expect(labelled(30, 5)).toEqual([5, 11, 17, 23, 29]);
  expect(labelled(3, 5)).toEqual([0, 1, 2]);
});
