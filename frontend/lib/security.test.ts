import { expect, it } from "vitest";
import { contentSecurityPolicy } from "./security";

function directives(chatKit: boolean): Map<string, string> {
  const policy = contentSecurityPolicy("abc", { development: false, chatKit });
  return new Map(policy.split("; ").map((it) => [it.slice(0, it.indexOf(" ")), it.slice(it.indexOf(" ") + 1)]));
}

it("lets no other origin in", () => {
  const policy = directives(false);
  expect([...policy.values()].join(" ")).not.toContain("http");
  expect(policy.get("script-src")).toBe("'self' 'nonce-abc' 'strict-dynamic'");
  expect(policy.get("style-src")).toBe("'self' 'nonce-abc'");
  expect(policy.get("frame-src")).toBe("'none'");
});

it("lets ChatKit's frame in where it is shown, and still no script without the nonce", () => {
  const policy = directives(true);
  expect(policy.get("frame-src")).toBe("https://cdn.platform.openai.com");
  expect(policy.get("script-src")).toBe(directives(false).get("script-src"));
  expect(policy.get("connect-src")).toBe("'self'");
});
