import type { Page } from "@playwright/test";
import { accessibilityProblems, expect, Person, test } from "./support";

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** As a hand drags: a browser takes a single jump for a click. */
async function drag(page: Page, title: string, to: string): Promise<void> {
  await page.getByRole("article", { name: title, exact: true }).hover();
  await page.mouse.down();
  const target = await column(page, to).boundingBox();
  await page.mouse.move((target?.x ?? 0) + 80, (target?.y ?? 0) + 150, { steps: 10 });
  await page.mouse.up();
}

const card = (page: Page, title: string) => page.getByRole("button", { name: title, exact: true });

test("a card is dragged to another column, and stays there", async ({ person, page }) => {
  await person.create({ title: "Buy milk" }, { title: "Call mum" });
  await person.open("/board?by=priority");
  await drag(page, "Buy milk", "Urgent");
  await expect(column(page, "Urgent").getByRole("article")).toHaveCount(1);
  await expect(column(page, "Medium").getByRole("article")).toHaveCount(1);
  await page.reload();
  await expect(column(page, "Urgent")).toContainText("Buy milk");
});

test("what is dropped on Done is completed, and undo takes it back", async ({ person, page }) => {
  await person.create({ title: "Buy milk" });
  await person.open("/board");
  await drag(page, "Buy milk", "Done");
  await expect(column(page, "Done")).toContainText("Buy milk");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(column(page, "To do")).toContainText("Buy milk");
  await expect(column(page, "Done").getByRole("article")).toHaveCount(0);
});

test("the keyboard alone is enough", async ({ person, page }) => {
  await person.create(
    { title: "First", due_at: "2099-01-01", priority: "high" },
    { title: "Second", due_at: "2099-01-02", priority: "high" },
    { title: "Third", priority: "low" },
  );
  await person.open("/board?by=priority");
  await card(page, "First").focus();
  await page.keyboard.press("ArrowDown");
  await expect(card(page, "Second")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(card(page, "Third")).toBeFocused();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(column(page, "Medium")).toContainText("Third");
  await expect(card(page, "Third")).toBeFocused();
  await expect(page.getByText("“Third” is now in Medium")).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Task" })).toBeVisible();
  await page.keyboard.press("Escape");
  await person.task("First").click();
  await expect(page.getByRole("dialog", { name: "Task" })).toBeVisible();
});

test("a card's menu moves it, and a line becomes a card", async ({ person, page }) => {
  await person.open("/board");
  await person.add("water the plants !high");
  await expect(column(page, "To do")).toContainText("water the plants");
  await page.getByRole("button", { name: "Move “water the plants” to" }).click();
  await page.getByRole("menuitem", { name: "Done" }).click();
  await expect(column(page, "Done")).toContainText("water the plants");
  await page.getByText("Priority", { exact: true }).click();
  await expect(page).toHaveURL(/by=priority/);
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("another window's change is seen at once", async ({ person, page, context }) => {
  await person.create({ title: "Buy milk" });
  await person.open("/board?by=priority");
  const other = new Person(await context.newPage());
  await other.open("/board?by=priority");
  await card(other.page, "Buy milk").focus();
  await other.page.keyboard.press("Shift+ArrowLeft");
  await expect(column(page, "High")).toContainText("Buy milk");
});

test.describe("a change that is refused", () => {
  // The browser itself writes every refused request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("goes back with its reason", async ({ person, page }) => {
    await person.create({ title: "Buy milk" });
    await person.open("/board?by=priority");
    await page.route("**/api/v1/tasks/*", (route) =>
      route.request().method() === "PATCH"
        ? route.fulfill({
            status: 409,
            contentType: "application/problem+json",
            json: { type: "about:blank", title: "Conflict", status: 409, detail: "Not today." },
          })
        : route.continue(),
    );
    await card(page, "Buy milk").focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await expect(page.getByText("Not saved: Not today.")).toBeVisible();
    await expect(column(page, "Medium")).toContainText("Buy milk");
  });
});

test("on a phone one swipes from column to column", async ({ person, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await person.create({ title: "Buy milk", priority: "low" });
  await person.open("/board?by=priority");
  await expect(column(page, "Urgent")).toBeInViewport({ ratio: 0.9 });
  await expect(column(page, "Low")).not.toBeInViewport();
  await page.mouse.move(180, 500);
  await page.mouse.wheel(1200, 0);
  await expect(column(page, "Low")).toBeInViewport({ ratio: 0.9 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const by of ["status", "priority"]) {
    test(`the board by ${by} is accessible in ${colorScheme}`, async ({ person, page }) => {
      await page.emulateMedia({ colorScheme });
      await person.create(
        { title: "Long ago", due_at: "2020-01-01", priority: "urgent", tags: ["work"] },
        { title: "Every day", due_at: "2099-01-01", rrule: "FREQ=DAILY" },
      );
      await person.open(`/board?by=${by}`);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
}
