import { expect, test } from "vitest";
import { tagOf } from "./tags";

test.each([
  ["home", "home"],
  [" #Home ", "home"],
  ["#", ""],
  ["  ", ""],
  ["##a", "#a"],
])("%j is the tag %j", (text, tag) => expect(tagOf(text)).toBe(tag));
