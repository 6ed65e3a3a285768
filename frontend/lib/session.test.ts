import { expect, it } from "vitest";
import { ownPath } from "./session";

it.each(["/", "/tasks", "/tasks?view=today&q=a%20b", "/a/b#c"])("%s is a path of this site", (path) => {
  expect(ownPath(path)).toBe(path);
});

it.each(["https://evil.example", "//evil.example", "/\\evil.example", "tasks", "/a\\b", "/a b", "", null, undefined])(
  "%s leads home",
  (path) => {
    expect(ownPath(path)).toBe("/");
  },
);
