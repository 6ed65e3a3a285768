import { describe, expect, it } from "vitest";
import { mcpConfiguration, webcal } from "./mcp";
import { zoneGroups, zoneNames } from "./zones";

describe("zones", () => {
  const now = Date.UTC(2026, 10, 22, 12, 0);

  it("are grouped by region, with the time that it is there", () => {
    expect(zoneGroups(["Europe/Vienna", "America/Argentina/Buenos_Aires", "UTC", "Europe/Berlin"], now, "de")).toEqual([
      {
        region: "America",
        zones: [{ name: "America/Argentina/Buenos_Aires", label: "Argentina – Buenos Aires · 09:00" }],
      },
      {
        region: "Europe",
        zones: [
          { name: "Europe/Berlin", label: "Berlin · 13:00" },
          { name: "Europe/Vienna", label: "Vienna · 13:00" },
        ],
      },
      { region: "", zones: [{ name: "UTC", label: "UTC · 12:00" }] },
    ]);
  });

  it("have the user's own, however old its name", () => {
    const names = zoneNames("Europe/Kiev");
    expect(names).toContain("Europe/Kiev");
    expect(names).toContain("UTC");
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("what is copied", () => {
  it("is a configuration that programs read", () => {
    expect(JSON.parse(mcpConfiguration("https://todo.example.com", "todo_x"))).toEqual({
      mcpServers: {
        "todo-chat": {
          type: "http",
          url: "https://todo.example.com/mcp",
          headers: { Authorization: "Bearer todo_x" },
        },
      },
    });
  });

  it("is an address that calendar programs open", () => {
    expect(webcal("https://todo.example.com/c.ics?token=x")).toBe("webcal://todo.example.com/c.ics?token=x");
  });
});
