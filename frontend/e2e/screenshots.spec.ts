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

    test("an empty list", async ({ person, page }) => {
      await person.open("/tasks?view=today");
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}empty-${look.name}.png` });
    });
  });
}
