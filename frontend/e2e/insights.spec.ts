import type { Page } from "@playwright/test";
import { accessibilityProblems, expect, type Person, test } from "./support";

async function completed(page: Page): Promise<number> {
  return (await (await page.request.get("/api/v1/analytics")).json()).totals.completed;
}

/** Create and complete tasks, and wait until they are counted. */
async function complete(person: Person, ...tasks: Parameters<Person["create"]>): Promise<void> {
  const { request } = person.page;
  const before = await completed(person.page);
  await person.create(...tasks);
  const { items } = await (await request.get("/api/v1/tasks?status=open")).json();
  const titles = tasks.map((task) => task.title);
  for (const { id, title } of items) {
    if (titles.includes(title)) await request.post(`/api/v1/tasks/${id}/complete`);
  }
  await expect.poll(() => completed(person.page)).toBe(before + tasks.length);
}

const figure = (page: Page, name: string) => page.locator("dl > div", { has: page.getByText(name, { exact: true }) });

test("what was done is counted by day, tag and priority, and live", async ({ person, page }) => {
  await complete(
    person,
    { title: "Buy milk", tags: ["errands"], priority: "high" },
    { title: "Buy eggs", tags: ["errands", "home"] },
  );
  await person.open("/insights");
  await expect(figure(page, "Completed")).toContainText("2");
  await expect(figure(page, "Streak")).toContainText("1 day");
  await expect(figure(page, "#errands")).toContainText("2");
  await expect(figure(page, "High")).toContainText("1");

  await complete(person, { title: "Water the plants" });
  await expect(figure(page, "Completed")).toContainText("3");

  await page.getByText("Show as a table").click();
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(31);
  await expect(rows.nth(1).getByRole("cell")).toHaveText(["3", "3"]);
});

test("the period is chosen, and a tag leads to its tasks", async ({ person, page }) => {
  await complete(person, { title: "Buy milk", tags: ["errands"] });
  await person.open("/insights");
  await page.getByRole("radio", { name: "7 days" }).check();
  await page.getByText("Show as a table").click();
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(8);
  await page.getByRole("link", { name: "#errands" }).click();
  await expect(page).toHaveURL(/\/tasks\?tag=errands/);
});

test.describe("without analytics", () => {
  // The browser writes every failed request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("the reason is said, and what is known stays", async ({ person, page }) => {
    await page.route("**/api/v1/analytics*", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        json: { status: 503, title: "Unavailable", detail: "Analytics does not answer at the moment." },
      }),
    );
    await person.open("/insights");
    const alert = page.getByRole("alert").filter({ hasText: "Analytics does not answer at the moment." });
    await expect(alert).toBeVisible();
    await expect(figure(page, "Completed")).toContainText("0");
    await page.unroute("**/api/v1/analytics*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toBeHidden();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(`it fits ${width} px and is accessible in ${colorScheme}`, async ({ person, page }) => {
      await page.setViewportSize({ width, height: 740 });
      await page.emulateMedia({ colorScheme });
      await complete(person, { title: "Buy milk", tags: ["errands"], priority: "urgent" });
      await person.open("/insights");
      await page.getByText("Show as a table").click();
      expect(await accessibilityProblems(page)).toEqual([]);
      const bar = await page.locator("[data-day]").last().boundingBox();
      expect(bar?.height).toBeGreaterThan(100);
      expect(bar?.width).toBeGreaterThan(4);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });
  }
}
