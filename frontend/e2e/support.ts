import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

export const PASSWORD = "correct stable battery";

export function newEmail(): string {
  return `ada-${crypto.randomUUID().slice(0, 8)}@example.com`;
}

type TaskInput = Record<string, unknown> & { title: string };

/** A signed-in person with a browser of their own. */
export class Person {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async create(...tasks: TaskInput[]): Promise<void> {
    for (const data of tasks) {
      const response = await this.page.request.post("/api/v1/tasks", { data });
      expect(response.status(), await response.text()).toBe(201);
    }
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.isAlive();
  }

  /** Rendered, hydrated and listening: what a person sees as ready. */
  async isAlive(): Promise<void> {
    await this.page.locator("[data-live=live]").waitFor({ state: "attached" });
  }

  task(title: string) {
    return this.page.getByRole("article", { name: title, exact: true });
  }

  async add(line: string): Promise<void> {
    await this.page.getByLabel("New task").fill(line);
    await this.page.getByLabel("New task").press("Enter");
  }
}

/** Problems that axe finds on the page, by rule. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // What is just appearing is half transparent, which would be too little contrast.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

type Fixtures = { person: Person; consoleErrors: string[] };

/** A new person for each test; nothing may be complained about in their console. */
export const test = base.extend<Fixtures>({
  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(String(error)));
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
  person: async ({ page, baseURL }, use) => {
    const response = await page.request.post("/api/v1/auth/sign-up", {
      data: { email: newEmail(), password: PASSWORD, time_zone: "Europe/Berlin" },
      headers: { Origin: baseURL ?? "" },
    });
    expect(response.status(), await response.text()).toBe(201);
    await use(new Person(page));
  },
});

export { expect };
