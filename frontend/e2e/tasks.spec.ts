import { accessibilityProblems, expect, Person, test } from "./support";

test("a line is understood while it is typed, and becomes a task", async ({ person, page }) => {
  await person.open("/tasks");
  await page.getByLabel("New task").fill("water the plants tomorrow at 9 #home !high");
  const understood = page.locator("#understood");
  await expect(understood).toContainText("Tomorrow, 09:00");
  await expect(understood).toContainText("High");
  await expect(understood).toContainText("home");

  await page.getByLabel("New task").press("Enter");
  await expect(person.task("water the plants")).toContainText("Tomorrow, 09:00");
  await page.reload();
  await expect(person.task("water the plants")).toContainText("#home");
});

test("tasks are grouped by when they are due", async ({ person, page }) => {
  await person.create(
    { title: "Long ago", due_at: "2020-01-01" },
    { title: "Far away", due_at: "2099-01-01" },
    { title: "Some day" },
  );
  await person.open("/tasks");
  await person.add("call mum today");
  await expect(person.task("call mum")).toBeVisible();
  const headings = page.getByRole("main").getByRole("heading", { level: 2 });
  await expect(headings).toHaveText([/^Overdue/, /^Today/, /^Upcoming/, /^No date/]);
});

test("complete and undo", async ({ person, page }) => {
  await person.create({ title: "Buy milk" });
  await person.open("/tasks");
  await page.getByRole("checkbox", { name: "Complete “Buy milk”" }).click();
  await expect(person.task("Buy milk")).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(person.task("Buy milk")).toBeVisible();
});

test("everything about a task is changed in its panel", async ({ person, page }) => {
  await person.create({ title: "Buy milk" });
  await person.open("/tasks");
  await page.getByRole("button", { name: "Buy milk", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "Task" });
  await expect(panel).toBeVisible();
  expect(await accessibilityProblems(page)).toEqual([]);

  await panel.getByLabel("Title").fill("Buy oat milk");
  await panel.getByLabel("Notes").fill("Two litres");
  await panel.getByRole("button", { name: "No date" }).click();
  await page.getByRole("button", { name: /^Tomorrow/ }).click();
  await expect(panel.getByRole("button", { name: "Tomorrow" })).toBeVisible();
  await panel.getByRole("button", { name: "Medium" }).click();
  await page.getByRole("menuitemradio", { name: "Urgent" }).click();
  await panel.getByRole("button", { name: "Does not repeat" }).click();
  const repeat = page.getByRole("dialog", { name: "Repeat" });
  await repeat.getByLabel("Unit").selectOption("month");
  await expect(repeat).toContainText("every month");
  await repeat.getByRole("button", { name: "Repeat" }).click();
  await expect(panel).toContainText("every month");
  await panel.getByLabel("Add a tag").fill("errands");
  await panel.getByLabel("Add a tag").press("Enter");
  await expect(panel).toContainText("errands");
  await panel.getByRole("button", { name: "Close" }).click();

  await page.reload();
  const row = person.task("Buy oat milk");
  await expect(row).toContainText("Tomorrow");
  await expect(row).toContainText("every month");
  await expect(row).toContainText("#errands");
});

test("many tasks are changed at once, and taken back at once", async ({ person, page }) => {
  await person.create({ title: "One" }, { title: "Two" }, { title: "Three" });
  await person.open("/tasks");
  for (const title of ["One", "Two"])
    await page.getByRole("button", { name: title, exact: true }).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("article")).toHaveCount(3);
});

test("a tag is put on many tasks at once", async ({ person, page }) => {
  await person.create({ title: "One", tags: ["home"] }, { title: "Two" }, { title: "Three" });
  await person.open("/tasks");
  for (const tag of ["new", "home"]) {
    for (const title of ["One", "Two"])
      await page.getByRole("button", { name: title, exact: true }).click({ modifiers: ["Shift"] });
    await page.getByRole("button", { name: "Add tag" }).click();
    const panel = page.getByRole("dialog", { name: "Add tag" });
    if (tag === "home") await panel.getByRole("button", { name: "#home" }).click();
    else {
      await panel.getByLabel("Add a tag").fill("#New");
      await panel.getByLabel("Add a tag").press("Enter");
    }
    await expect(person.task("Two")).toContainText(`#${tag}`);
  }
  await page.reload();
  await expect(person.task("One")).toContainText("#home#new");
  await expect(person.task("Two")).toContainText("#new#home");
  await expect(person.task("Three")).not.toContainText("#");
});

test("search, filter and sort are in the address", async ({ person, page }) => {
  await person.create(
    { title: "Apples", tags: ["fruit"] },
    { title: "Bananas", priority: "urgent" },
    { title: "Cherries" },
  );
  await person.open("/tasks");
  await page.getByRole("searchbox", { name: "Search tasks" }).fill("#fru");
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(page).toHaveURL(/q=%23fru/);
  await page.getByRole("button", { name: "Clear search" }).click();
  await page.getByRole("button", { name: "Sort" }).click();
  await page.getByRole("menuitemradio", { name: "Priority" }).click();
  await expect(page.getByRole("article").first()).toHaveAccessibleName("Bananas");
  await page.reload();
  await expect(page.getByRole("article").first()).toHaveAccessibleName("Bananas");
});

test("the keyboard alone is enough", async ({ person, page }) => {
  await person.open("/tasks");
  await page.keyboard.press("n");
  await page.keyboard.type("first");
  await page.keyboard.press("Enter");
  await page.keyboard.type("second");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article")).toHaveCount(2);
  await page.keyboard.press("Escape");

  await page.keyboard.press("j");
  await expect(page.getByRole("button", { name: "second", exact: true })).toBeFocused();
  await page.keyboard.press("e");
  await page.keyboard.type("renamed");
  await page.keyboard.press("Enter");
  await expect(person.task("renamed")).toBeVisible();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.keyboard.press("u");
  await expect(page.getByRole("article")).toHaveCount(2);
});

test("another browser sees a change within a moment", async ({ person, page, browser, baseURL }) => {
  await person.open("/tasks");
  const context = await browser.newContext({ baseURL, storageState: await page.context().storageState() });
  const other = new Person(await context.newPage());
  await other.open("/tasks");

  await person.add("shared task");
  await expect(other.task("shared task")).toBeVisible();
  await other.page.getByRole("checkbox", { name: "Complete “shared task”" }).click();
  await expect(person.task("shared task")).toBeHidden();
  await context.close();
});

test.describe("without the network", () => {
  // The browser writes every failed request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("changes wait, and are sent when it is back", async ({ person, page, context }) => {
    await person.create({ title: "Buy milk" });
    await person.open("/tasks");
    await context.setOffline(true);
    await expect(page.getByText("You are offline")).toBeVisible();
    await page.getByRole("checkbox", { name: "Complete “Buy milk”" }).click();
    await expect(person.task("Buy milk")).toBeHidden();
    await context.setOffline(false);
    await expect(page.getByText("You are offline")).toBeHidden();
    await expect(page.getByText("Completed “Buy milk”")).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: "A clean slate" })).toBeVisible();
  });

  test("a refused change is taken back, with the reason", async ({ person, page }) => {
    await person.create({ title: "Buy milk" });
    await person.open("/tasks");
    await page.route("**/api/v1/tasks/*/complete", (route) =>
      route.fulfill({
        status: 409,
        contentType: "application/problem+json",
        json: { status: 409, title: "Conflict", detail: "it is locked" },
      }),
    );
    await page.getByRole("checkbox", { name: "Complete “Buy milk”" }).click();
    await expect(page.getByText("Not saved: it is locked")).toBeVisible();
    await expect(page.getByRole("checkbox", { name: "Complete “Buy milk”" })).toBeVisible();
  });

  test("an edit survives an expired session", async ({ person, page, context }) => {
    await person.create({ title: "Buy milk" });
    await person.open("/tasks");
    await page.getByRole("button", { name: "Buy milk", exact: true }).click();
    await page.getByLabel("Notes").fill("Two litres");
    await context.clearCookies({ name: "access_token" });
    await page.getByRole("button", { name: "Close" }).click();
    await expect(person.task("Buy milk").getByRole("img", { name: "Notes" })).toBeVisible();
    await expect
      .poll(async () => (await (await page.request.get("/api/v1/tasks?q=litres")).json()).items?.length)
      .toBe(1);
  });
});

test("a reminder that comes due is under the bell until it is read", async ({ person, page }) => {
  const remindAt = new Date(Date.now() + 2000).toISOString();
  await person.create({ title: "Call grandma", reminders: [remindAt] });
  await person.open("/tasks");
  await page.getByRole("button", { name: "Notifications, 1 unread" }).click({ timeout: 30_000 });
  const panel = page.getByRole("dialog", { name: "Notifications" });
  await expect(panel.getByRole("listitem")).toContainText("Call grandma");
  expect(await accessibilityProblems(page)).toEqual([]);
  await panel.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("button", { name: "Notifications, 0 unread" })).toBeVisible();
});

test("a phone has everything within reach", async ({ person, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await person.create({
    title: "A title that is long enough to need a second line on such a small screen",
    due_at: "2020-01-01",
    tags: ["home"],
  });
  await person.open("/tasks");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole("link", { name: "Today" }).click();
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
});

test("a thousand tasks scroll", async ({ person, page }) => {
  test.setTimeout(180_000);
  const titles = Array.from({ length: 1000 }, (_, index) => `Task ${String(index).padStart(4, "0")}`);
  for (let start = 0; start < titles.length; start += 20) {
    await Promise.all(titles.slice(start, start + 20).map((title) => person.create({ title })));
  }
  await person.open("/tasks?sort=title");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "All tasks" })).toContainText("1000");
  expect(await page.getByRole("article").count()).toBeLessThan(60);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(person.task("Task 0999")).toBeVisible();
  expect(await page.getByRole("article").count()).toBeLessThan(60);
});

test("the page is small", async ({ person, page }) => {
  const sizes = new Map<string, Promise<number>>();
  page.on("response", (response) => {
    if (response.request().resourceType() === "script")
      sizes.set(
        response.url(),
        response
          .request()
          .sizes()
          .then((it) => it.responseBodySize),
      );
  });
  await person.open("/tasks");
  const total = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
  test
    .info()
    .annotations.push({ type: "first load JS", description: `${Math.round(total / 1000)} kB in ${sizes.size} files` });
  expect(total).toBeLessThan(200_000);
});

for (const view of ["today", "upcoming", "all", "completed"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${view} in ${colorScheme} is accessible`, async ({ person, page }) => {
      await page.emulateMedia({ colorScheme });
      await person.create(
        { title: "Overdue", due_at: "2020-01-01", priority: "urgent", tags: ["home"] },
        { title: "Later", due_at: "2099-01-01T12:00", rrule: "FREQ=DAILY", notes: "Some", priority: "low" },
      );
      await person.open(`/tasks?view=${view}`);
      expect(await accessibilityProblems(page)).toEqual([]);
    });
  }
}
