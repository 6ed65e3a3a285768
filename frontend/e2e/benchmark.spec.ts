import type { Page } from "@playwright/test";
import { expect, Person, test } from "./support";

/** What a person waits for, measured; `make benchmark-pages` runs these, and no test does. */

const PAGES = ["/sign-in", "/tasks", "/board", "/chat", "/insights", "/settings"];

function spread(milliseconds: number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return `median ${at(0.5)} ms, worst ${at(1)} ms, n=${sorted.length}`;
}

async function createMany(person: Person, count: number): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, index) => `Task ${String(index).padStart(4, "0")}`);
  for (let start = 0; start < count; start += 20) {
    await person.create(...titles.slice(start, start + 20).map((title) => ({ title })));
  }
  return titles;
}

/** Compressed bytes of the scripts that a page loads until it is alive. */
async function scriptBytes(page: Page, path: string): Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    sizes.push(
      response
        .request()
        .sizes()
        .then((it) => it.responseBodySize),
    );
  });
  await page.goto(path, { waitUntil: "networkidle" });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test.describe("@benchmark", () => {
  test.setTimeout(600_000);

  test("scripts of each page", async ({ person, browser, baseURL }) => {
    const storageState = await person.page.context().storageState();
    for (const path of PAGES) {
      // A context of its own has an empty cache.
      const context = await browser.newContext({
        baseURL,
        storageState: path === "/sign-in" ? undefined : storageState,
      });
      const bytes = await scriptBytes(await context.newPage(), path);
      console.log(`scripts of ${path}: ${Math.round(bytes / 1000)} kB compressed`);
      await context.close();
    }
  });

  test("a list of 1,000 tasks until it is alive", async ({ person, page }) => {
    await createMany(person, 1000);
    const durations: number[] = [];
    for (let round = 0; round < 10; round++) {
      await person.open("/tasks?view=all&sort=title");
      await expect(person.task("Task 0000")).toBeVisible();
      durations.push(await page.evaluate(() => performance.now()));
    }
    console.log(`navigation to hydrated, listening list of 1,000 tasks: ${spread(durations)}`);
  });

  test("a click in one browser until the other shows it", async ({ person, page, browser, baseURL }) => {
    const titles = await createMany(person, 50);
    await person.open("/tasks?view=all&sort=title");
    const context = await browser.newContext({ baseURL, storageState: await page.context().storageState() });
    const other = new Person(await context.newPage());
    await other.open("/tasks?view=all&sort=title");

    const durations: number[] = [];
    for (const title of titles) {
      await expect(other.task(title)).toBeVisible();
      const clicked = page.evaluate(
        () =>
          new Promise<number>((done) =>
            addEventListener("click", () => done(Date.now()), { capture: true, once: true }),
          ),
      );
      const shown = other.page.evaluate(
        (name) =>
          new Promise<number>((done) => {
            const box = () => [...document.querySelectorAll("article")].some((it) => it.textContent?.includes(name));
            const observer = new MutationObserver(() => {
              if (box()) return;
              observer.disconnect();
              done(Date.now());
            });
            observer.observe(document.body, { childList: true, subtree: true });
          }),
        title,
      );
      await page.getByRole("checkbox", { name: `Complete “${title}”` }).click();
      durations.push((await shown) - (await clicked));
    }
    console.log(`a click in one browser until the other shows it: ${spread(durations)}`);
    await context.close();
  });
});
