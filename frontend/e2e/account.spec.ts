import { accessibilityProblems, expect, newEmail, PASSWORD, test } from "./support";

test("sign up, sign out, sign in again", async ({ page }) => {
  const email = newEmail();
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await page.goto("/tasks?view=upcoming");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Upcoming", level: 1 })).toBeVisible();
});

test.describe("what is wrong", () => {
  // The browser itself writes every refused request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("is said where it is wrong", async ({ page }) => {
    await page.goto("/sign-up");
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");

    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill(newEmail());
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
  });
});

test("an expired access token is not noticed", async ({ person, page, context }) => {
  await person.create({ title: "Buy milk" });
  await context.clearCookies({ name: "access_token" });
  await person.open("/tasks");
  await expect(page).toHaveURL(/\/tasks$/);
  await expect(person.task("Buy milk")).toBeVisible();
});

test("cookies are out of reach of scripts", async ({ person, page, context }) => {
  await person.open("/tasks");
  expect(await page.evaluate(() => document.cookie)).not.toContain("token");
  const session = (await context.cookies()).filter((cookie) => cookie.name.endsWith("_token"));
  expect(session.map((cookie) => [cookie.httpOnly, cookie.sameSite])).toEqual([
    [true, "Lax"],
    [true, "Lax"],
  ]);
});

test("nothing is asked of other origins, and scripts need a nonce", async ({ person, page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL ?? "") && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  const response = await page.goto("/tasks");
  await person.isAlive();
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic';/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(elsewhere).toEqual([]);
});

for (const path of ["/sign-in", "/sign-up", "/nowhere"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(() => {
      // The browser writes to the console that there is no such page.
      if (path === "/nowhere") test.use({ consoleErrors: [] as string[] });

      test(`${path} in ${colorScheme} is accessible`, async ({ page, person }) => {
        if (path !== "/nowhere") await person.page.context().clearCookies();
        await page.emulateMedia({ colorScheme });
        await page.goto(path);
        expect(await accessibilityProblems(page)).toEqual([]);
      });
    });
  }
}
