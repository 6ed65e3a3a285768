import { fileURLToPath } from "node:url";
import { type Person, test } from "./support";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));

const LOOKS = [
  { name: "desktop", colorScheme: "light", size: { width: 1280, height: 800 } },
  { name: "desktop-dark", colorScheme: "dark", size: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", size: { width: 360, height: 740 } },
  { name: "phone-dark", colorScheme: "dark", size: { width: 360, height: 740 } },
] as const;

function inDays(days: number, time = ""): string {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return time ? `${day}T${time}` : day;
}

async function fill(person: Person): Promise<void> {
  await person.create(
    { title: "Send the invoice to Hanna", due_at: inDays(-1), priority: "urgent", tags: ["work"] },
    { title: "Pick up the parcel before the shop closes", due_at: inDays(-2), tags: ["errands"] },
    { title: "Water the plants", due_at: inDays(0), rrule: "FREQ=WEEKLY;BYDAY=MO,TH", tags: ["home"] },
    {
      title: "Dinner with Ada and Grace",
      due_at: inDays(0, "23:30"),
      reminders: [{ minutes_before_due: 10 }],
      tags: ["friends"],
    },
    {
      title: "Review the release notes",
      due_at: inDays(0),
      priority: "high",
      notes: "Section 3 is new.",
      tags: ["work"],
    },
    { title: "Call grandma", due_at: inDays(1, "16:00"), tags: ["family"] },
    { title: "Book the train to Vienna", due_at: inDays(3), priority: "high", tags: ["travel"] },
    { title: "Pay the rent", due_at: inDays(9), rrule: "FREQ=MONTHLY", tags: ["home"] },
    { title: "Read “The Mythical Man-Month”", tags: ["someday"], priority: "low" },
    { title: "Learn to bake sourdough bread", tags: ["someday"] },
  );
}

/** The summary of somebody who has been here for a while: days cannot be gone through in a test. */
function wellUsed(summary: { days: { day: string }[] }) {
  const completed = [2, 4, 1, 3, 5, 2, 0, 3, 4, 6, 2, 1, 0, 0, 3, 5, 4, 2, 3, 1, 2, 5, 3, 4, 2, 7, 1, 3, 4, 3];
  return {
    ...summary,
    days: summary.days.map((day, index) => ({ ...day, completed: completed[index] ?? 0, created: 3 })),
    totals: { completed: completed.reduce((sum, count) => sum + count, 0), created: 90 },
    by_tag: { work: 31, home: 18, errands: 14, family: 9, friends: 6, someday: 2 },
    by_priority: { urgent: 8, high: 22, medium: 46, low: 9 },
    current_streak: 16,
    longest_streak: 23,
  };
}

for (const look of LOOKS) {
  test.describe(look.name, { tag: "@screenshots" }, () => {
    test.use({ viewport: look.size, colorScheme: look.colorScheme, deviceScaleFactor: 2 });

    test("sign-in", async ({ page }) => {
      await page.goto("/sign-in");
      await page.screenshot({ path: `${FOLDER}sign-in-${look.name}.png` });
    });

    test("tasks", async ({ person, page }) => {
      await fill(person);
      await person.open("/tasks");
      await page.screenshot({ path: `${FOLDER}tasks-${look.name}.png` });

      await page.getByLabel("New task").fill("remind me to water the plants every Monday at 9 #home !high");
      await page.locator("#understood").getByText("home").waitFor();
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}quick-add-${look.name}.png` });
      await page.getByLabel("New task").press("Escape");

      await page.getByRole("button", { name: "Dinner with Ada and Grace", exact: true }).click();
      await page.getByRole("dialog", { name: "Task" }).waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${FOLDER}details-${look.name}.png` });
    });

    test("the chat", async ({ person, page }) => {
      await fill(person);
      await person.open("/chat");
      const message = page.getByRole("textbox", { name: "Message" });
      for (const text of ["remind me to water the tomatoes tomorrow at 9 #garden !high", "delete pay the rent"]) {
        await message.fill(text);
        await message.press("Enter");
        await page.getByRole("button", { name: /Undo|Confirm/ }).waitFor();
      }
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${FOLDER}chat-${look.name}.png` });
    });

    test("insights", async ({ person, page }) => {
      await fill(person);
      await page.route("**/api/v1/analytics*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: wellUsed(await response.json()) });
      });
      await person.open("/insights");
      await page.getByText("#work").waitFor();
      await page.screenshot({ path: `${FOLDER}insights-${look.name}.png` });
    });

    test("the board", async ({ person, page }) => {
      await fill(person);
      await person.open("/board?by=priority");
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}board-${look.name}.png` });
    });

    test("the settings", async ({ person, page }) => {
      await person.open("/settings");
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}settings-${look.name}.png` });
    });

    test("an empty list", async ({ person, page }) => {
      await person.open("/tasks?view=today");
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}empty-${look.name}.png` });
    });
  });
}
