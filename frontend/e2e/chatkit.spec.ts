/**
 * ChatKit in the place of the chat, on a platform with `app_chatkit_domain_key`. OpenAI's script cannot be had here: one
 * that does what its contract says takes its place, and asks the backend as the widget does.
 */
import { expect, test } from "./support";

const KEY = process.env.TODO_CHATKIT_DOMAIN_KEY;
test.skip(!KEY, "TODO_CHATKIT_DOMAIN_KEY names the key of a platform that has one");

const SCRIPT = `
customElements.define("openai-chatkit", class extends HTMLElement {
  async setOptions(options) {
    this.dataset.options = JSON.stringify(options);
    if (this.dataset.asked) return;
    this.dataset.asked = "yes";
    const input = { content: [{ type: "input_text", text: "add buy milk" }], attachments: [], inference_options: {} };
    const response = await options.api.fetch(options.api.url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ type: "threads.create", params: { input } }),
    });
    this.textContent = await response.text();
  }
});`;

test("the widget gets the key, and the assistant's answers", async ({ person, page }) => {
  await page.route("https://cdn.platform.openai.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: SCRIPT }),
  );
  await person.open("/chat");
  const widget = page.locator("openai-chatkit");
  await expect(widget).toContainText("Added “buy milk”");
  const options = JSON.parse((await widget.getAttribute("data-options")) ?? "{}");
  expect(options).toMatchObject({ api: { domainKey: KEY }, theme: "light", locale: "en" });
  await expect(page.getByRole("link", { name: "All tasks" })).toContainText("1");
});

test.describe("without OpenAI", () => {
  // The browser writes every failed request to the console.
  test.use({ consoleErrors: [] as string[] });

  test("it says so", async ({ person, page }) => {
    await page.route("https://cdn.platform.openai.com/**", (route) => route.abort());
    await person.open("/chat");
    await expect(page.getByText("ChatKit could not be loaded from OpenAI.")).toBeVisible();
  });
});
