import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["lib/**/*.test.ts", "components/**/*.test.ts"], pool: "threads" },
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
});
