import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { accessibilityProblems, expect, newEmail, PASSWORD, test } from "./support";

/** Hands the page a file as its user would. */
async function choose(page: Page, name: string, content: string): Promise<void> {
  await page
    .getByLabel("File to import")
    .setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
}

test("what is chosen is kept, and counts from then on", async ({ person, page }) => {
  await person.open("/settings");
  await page.getByLabel("Time zone").selectOption("America/New_York");
  await expect(page.getByRole("button", { name: "Use Europe/Berlin" })).toBeVisible();
  await page.getByText("1 hour before").click();
  await page.getByRole("switch", { name: "By e-mail" }).check();
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByText("Deutsch").click();
  await expect(page.getByRole("heading", { name: "Einstellungen", level: 1 })).toBeVisible();

  await page.reload();
  await expect(page.getByLabel("Zeitzone")).toHaveValue("America/New_York");
  await expect(page.getByLabel("1 Stunde vorher")).toBeChecked();
  await expect(page.getByRole("switch", { name: "Per E-Mail" })).toBeChecked();
  await expect(page.getByLabel("Dunkel")).toBeChecked();
  await page.getByText("English").click();

  await person.open("/tasks");
  await person.add("call mum tomorrow at 6pm");
  await expect(person.task("call mum").getByLabel("Reminder")).toBeVisible();
  await expect(person.task("call mum")).toContainText("Tomorrow, 18:00");
});

test("a webhook is saved, tried and removed", async ({ person, page }) => {
  await person.open("/settings");
  const url = page.getByRole("textbox", { name: "To a webhook" });
  await url.fill("https://hooks.example.invalid/todo");
  await url.press("Enter");
  await expect(page.getByText("Key of the signature", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Send a test: To a webhook" }).click();
  await expect(page.getByText(/^Not delivered: /)).toBeVisible();
  await url.fill("");
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Send a test: To a webhook" })).toBeHidden();
});

test("a token comes with a configuration, and works until it is revoked", async ({ person, page, request }) => {
  await person.open("/settings");
  await page.getByLabel("Name").fill("laptop");
  await page.getByLabel("Name").press("Enter");
  const shown = await page.locator("code").filter({ hasText: "mcpServers" }).textContent();
  const server = JSON.parse(shown ?? "").mcpServers["todo-chat"];
  expect(server.url).toBe(new URL("/mcp", page.url()).href);
  const me = () => request.get("/api/v1/users/me", { headers: server.headers });
  expect((await me()).status()).toBe(200);
  expect(await accessibilityProblems(page)).toEqual([]);

  await page.getByRole("button", { name: "Revoke “laptop”" }).click();
  await expect(page.getByText("mcpServers")).toBeHidden();
  expect((await me()).status()).toBe(401);
});

test("a calendar program gets the tasks until the address ends", async ({ person, page, request }) => {
  await person.create({ title: "Dinner with Ada", due_at: "2099-12-24" });
  await person.open("/settings");
  await page.getByRole("button", { name: "Create address" }).click();
  const url = (await page.locator("code").textContent()) ?? "";
  expect(await (await request.get(url)).text()).toContain("SUMMARY:Dinner with Ada");
  await page.getByRole("button", { name: "End", exact: true }).click();
  await expect(page.locator("code")).toBeHidden();
  expect((await request.get(url)).status()).toBe(404);
});

test("an export brings back what was deleted, and one undo takes that back", async ({ person, page }) => {
  await person.create({ title: "Buy milk", tags: ["errands"] }, { title: "Call mum" });
  await person.open("/settings");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as JSON" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^todo-chat-.*\.json$/);
  const content = await readFile(await download.path(), "utf8");

  const bulk = await page.request.post("/api/v1/tasks/bulk", { data: { action: "delete", all: true } });
  expect(bulk.status()).toBe(200);
  await choose(page, "todo.json", content);
  const dialog = page.getByRole("dialog", { name: "Import todo.json" });
  await expect(dialog).toContainText("2 deleted ones come back");
  expect(await accessibilityProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Import 2 tasks" }).click();
  await expect(page.getByText("Imported 2 tasks")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Taken back")).toBeVisible();

  await choose(page, "todo.json", content);
  await dialog.getByRole("button", { name: "Import 2 tasks" }).click();
  await expect(dialog).toBeHidden();
  await person.open("/tasks");
  await expect(person.task("Buy milk")).toContainText("#errands");
});

test("a project of Todoist says what is not taken", async ({ person, page }) => {
  await person.open("/settings");
  const lines = ["TYPE,CONTENT,PRIORITY,DATE", "task,Water the plants @home,1,every monday", "task,@label,4,"];
  await choose(page, "Inbox.csv", lines.join("\n"));
  const dialog = page.getByRole("dialog", { name: "Import Inbox.csv" });
  await expect(dialog).toContainText("1 cannot be taken");
  await expect(dialog.getByRole("listitem").filter({ hasText: "title" })).toContainText("3");
  await dialog.getByRole("button", { name: "Import 1 task" }).click();
  await person.open("/tasks");
  await expect(person.task("Water the plants")).toContainText("every Monday");
});

test.describe("what is wrong", () => {
  // The browser itself writes every refused request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("is said where it is wrong", async ({ person, page }) => {
    await person.open("/settings");
    await choose(page, "cat.json", "{}");
    await expect(page.getByRole("alert").filter({ hasText: "neither an export" })).toBeVisible();
    await page.getByRole("button", { name: "Cancel" }).click();

    await page.getByLabel("Current password").fill("something else");
    await page.getByLabel("New password").fill("another good one");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  });

  test("an account is deleted by its password only", async ({ page, context, baseURL }) => {
    const email = newEmail();
    await context.request.post("/api/v1/auth/sign-up", {
      data: { email, password: PASSWORD },
      headers: { Origin: baseURL ?? "" },
    });
    await page.goto("/settings");
    await page.locator("[data-live=live]").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete account" });
    await dialog.getByLabel("Password").fill("something else");
    await dialog.getByRole("button", { name: "Delete everything" }).click();
    await expect(dialog.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Delete everything" }).click();
    await expect(page).toHaveURL(/\/sign-up/);
    const signIn = await context.request.post("/api/v1/auth/sign-in", { data: { email, password: PASSWORD } });
    expect(signIn.status()).toBe(401);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const size of [
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
  ]) {
    test(`the settings are accessible and fit, ${colorScheme}, ${size.width} px`, async ({ person, page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await person.open("/settings");
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
    });
  }
}
