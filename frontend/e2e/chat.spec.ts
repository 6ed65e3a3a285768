import type { Page } from "@playwright/test";
import { accessibilityProblems, expect, type Person, test } from "./support";

/** The assistant as a person meets it. */
class Assistant {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async say(text: string): Promise<void> {
    const message = this.page.getByRole("textbox", { name: "Message" });
    await message.fill(text);
    await message.press("Enter");
  }

  /** What the page shows of a conversation. */
  get thread() {
    return this.page.getByRole("main");
  }

  async isDone(): Promise<void> {
    await expect(this.page.locator("[aria-busy=false]")).toBeVisible();
  }
}

async function openChat(person: Person, path = "/chat"): Promise<Assistant> {
  await person.open(path);
  await expect(person.page.getByRole("textbox", { name: "Message" })).toBeVisible();
  return new Assistant(person.page);
}

test("a task is talked into being, and is kept", async ({ person, page }) => {
  const assistant = await openChat(person);
  await assistant.say("add buy milk tomorrow at 9 #errands !high");
  const card = assistant.thread.locator("section", { has: page.getByRole("heading", { name: "Task created" }) });
  await expect(card).toContainText("buy milk");
  await expect(card).toContainText("Tomorrow, 09:00");
  await expect(assistant.thread).toContainText("Added “buy milk”, due tomorrow at 09:00");
  await expect(page.getByRole("link", { name: "All tasks" })).toContainText("1");
  await expect(page).toHaveURL(/\/chat\?id=/);

  await page.reload();
  await expect(card).toContainText("buy milk");
  await card.getByRole("button", { name: "buy milk" }).click();
  await expect(page.getByRole("dialog", { name: "Task" }).getByLabel("Title")).toHaveValue("buy milk");
});

test("a deletion waits for a yes, and can be taken back", async ({ person, page }) => {
  await person.create({ title: "Buy milk" }, { title: "Call Bob" });
  const assistant = await openChat(person);
  await assistant.say("delete buy milk");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(assistant.thread).toContainText("Okay, I changed nothing.");

  await assistant.say("delete all tasks");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "2 tasks deleted" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Confirm" })).toBeHidden();

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { name: "Change of 2 tasks taken back" })).toBeVisible();
  await person.open("/tasks");
  await expect(page.getByRole("article")).toHaveCount(2);
});

test("a question is still open after coming back", async ({ person, page }) => {
  await person.create({ title: "Buy milk" });
  const assistant = await openChat(person);
  await assistant.say("delete buy milk");
  await expect(page.getByRole("button", { name: "Confirm" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Task deleted" })).toBeVisible();
});

test("of several questions each is answered for itself", async ({ person, page }) => {
  // The offline model asks one thing at a time; a language model may ask several.
  const calls = ["milk", "eggs"].map((id) => ({ id, name: "delete_tasks", args: {}, summary: `Delete “${id}”` }));
  const message = { id: "m", role: "assistant", text: "Shall I?", created_at: new Date().toISOString() };
  const events = [
    ["confirmation.required", { calls }],
    ["message.done", { message }],
  ].map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  const stream = (body: string) => ({ contentType: "text/event-stream", body });
  const assistant = await openChat(person);
  await page.route("**/messages", (route) => route.fulfill(stream(events.join(""))));
  await page.route("**/confirmation", (route) => route.fulfill(stream(events[1] ?? "")));

  await assistant.say("delete milk and eggs");
  await page.getByRole("checkbox", { name: "Delete “eggs”" }).uncheck();
  const answer = page.waitForRequest("**/confirmation");
  await page.getByRole("button", { name: "Confirm" }).click();
  expect((await answer).postDataJSON()).toEqual({ approve: true, ids: ["milk"] });
  await expect(page.getByRole("checkbox")).toHaveCount(0);
});

test("conversations are opened, renamed and deleted", async ({ person, page }) => {
  const assistant = await openChat(person);
  await assistant.say("hello");
  await expect(assistant.thread).toContainText("What shall I put on your list?");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(page.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
  await assistant.say("thanks");
  await expect(assistant.thread).toContainText("You are welcome.");

  const history = page.getByRole("complementary", { name: "Conversations" });
  await expect(history.getByRole("link")).toHaveText(["thanks", "hello"]);
  await history.getByRole("link", { name: "hello" }).click();
  await expect(assistant.thread).toContainText("What shall I put on your list?");
  await page.goBack();
  await expect(assistant.thread).toContainText("You are welcome.");

  await history.getByRole("button", { name: "More about “hello”" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByLabel("Title").fill("A greeting");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(history.getByRole("link")).toHaveText(["thanks", "A greeting"]);

  await history.getByRole("button", { name: "More about “thanks”" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(history.getByRole("link")).toHaveText(["A greeting"]);
  await expect(page).toHaveURL(/\/chat$/);
});

test("who is new is shown what could be said", async ({ person, page }) => {
  const assistant = await openChat(person);
  await page.getByRole("button", { name: "water the plants every Monday at 9 #home" }).click();
  await expect(page.getByRole("heading", { name: "Task created" })).toBeVisible();
  await expect(assistant.thread).toContainText("every Monday");
});

test("the keyboard alone is enough", async ({ person, page }) => {
  await person.create({ title: "Buy milk" });
  await person.open("/tasks");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page.getByRole("textbox", { name: "Message" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.keyboard.type("delete buy milk");
  await page.keyboard.press("Enter");
  const confirm = page.getByRole("button", { name: "Confirm" });
  await expect(confirm).toBeVisible();
  const isFocused = () => confirm.evaluate((it) => it === document.activeElement);
  for (let presses = 0; presses < 5 && !(await isFocused()); presses++) await page.keyboard.press("Shift+Tab");
  await expect(confirm).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Task deleted" })).toBeVisible();
});

test.describe("when something is wrong", () => {
  // The browser writes every failed request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("the reason is said, and the message is sent again", async ({ person, page }) => {
    const assistant = await openChat(person);
    await page.route("**/messages", (route) =>
      route.fulfill({
        status: 429,
        contentType: "application/problem+json",
        json: { status: 429, title: "Too many", detail: "Too many messages; wait a minute." },
      }),
    );
    await assistant.say("hello");
    await expect(page.getByRole("alert").filter({ hasText: "Too many messages; wait a minute." })).toBeVisible();
    await page.unroute("**/messages");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(assistant.thread).toContainText("What shall I put on your list?");
    await expect(page.locator("[aria-busy]").getByText("hello", { exact: true })).toHaveCount(1);
  });

  test("a reply that fails is asked for again", async ({ person, page }) => {
    const assistant = await openChat(person);
    const problem = { type: "about:blank", title: "Unavailable", status: 503, detail: "The language model is away." };
    await page.route("**/messages", (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: `event: error\ndata: ${JSON.stringify({ problem })}\n\n`,
      }),
    );
    await assistant.say("hello");
    await expect(page.getByRole("alert").filter({ hasText: "The language model is away." })).toBeVisible();
    await page.unroute("**/messages");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(assistant.thread).toContainText("What shall I put on your list?");
  });

  test("a reply whose connection breaks is found again", async ({ person, page }) => {
    const assistant = await openChat(person);
    await page.route("**/messages", async (route) => {
      const response = await route.fetch();
      const [first] = (await response.text()).split("\n\n");
      await route.fulfill({ response, body: `${first}\n\n` });
    });
    await assistant.say("add buy milk");
    await expect(page.getByRole("heading", { name: "Task created" })).toHaveCount(1);
    await expect(assistant.thread).toContainText("Added “buy milk”.");
  });

  test("what is said offline is sent when the network is back", async ({ person, page, context }) => {
    const assistant = await openChat(person);
    await assistant.say("hello");
    await expect(assistant.thread).toContainText("What shall I put on your list?");
    await context.setOffline(true);
    await assistant.say("add buy milk");
    await expect(page.getByText("Waiting for the rest of the reply…")).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole("heading", { name: "Task created" })).toHaveCount(1, { timeout: 20_000 });
  });
});

test("a phone has everything within reach", async ({ person, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const assistant = await openChat(person);
  await assistant.say(`add ${"a title that needs many lines on such a small screen ".repeat(3)}`);
  await expect(page.getByRole("heading", { name: "Task created" })).toBeVisible();
  const document = await page.evaluate(() => [
    window.document.documentElement.scrollWidth,
    window.document.documentElement.scrollHeight,
  ]);
  expect(document).toEqual([360, 740]);
  await page.getByRole("button", { name: "Conversations" }).click();
  await expect(page.getByRole("dialog", { name: "Conversations" }).getByRole("link")).toHaveCount(1);
  expect(await accessibilityProblems(page)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`it is accessible in ${colorScheme}`, async ({ person, page }) => {
    await page.emulateMedia({ colorScheme });
    const assistant = await openChat(person);
    expect(await accessibilityProblems(page)).toEqual([]);
    await assistant.say("add buy milk tomorrow #errands !urgent");
    await expect(page.getByRole("heading", { name: "Task created" })).toBeVisible();
    await assistant.isDone();
    await assistant.say("list my tasks");
    await page.getByText("Looked at 1 task").click();
    await assistant.isDone();
    await assistant.say("delete it");
    await expect(page.getByRole("button", { name: "Confirm" })).toBeVisible();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
}

test("it speaks German around what is said", async ({ person, page, context, baseURL }) => {
  await context.addCookies([{ name: "locale", value: "de", url: baseURL ?? "" }]);
  await person.open("/chat");
  await page.getByRole("textbox", { name: "Nachricht" }).fill("add buy milk");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Aufgabe angelegt" })).toBeVisible();
});
