import { defineConfig } from "@playwright/test";

/** The platform runs already; `make up` says where. */
const origin = process.env.TODO_PUBLIC_URL ?? "http://localhost:8080";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  reporter: "list",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: false,
  workers: 1,
  use: {
    baseURL: origin,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: {
      // Debian's browser; none is downloaded.
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
});
