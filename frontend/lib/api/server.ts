import "server-only";

import { readFileSync } from "node:fs";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import createClient from "openapi-fetch";
import { cache } from "react";
import { ACCESS_COOKIE, resumePath } from "@/lib/session";
import type { paths } from "./schema";

const TIMEOUT_MILLISECONDS = 10_000;

/** The token that the own sidecar wants. */
const daprApiToken = (() => {
  const file = process.env.TODO_DAPR_API_TOKEN_FILE;
  return file ? readFileSync(file, "utf8").trim() : "";
})();

/** The backend as this server sees it: through Dapr service invocation, on behalf of the user who asks for the page. */
export const backend = cache(async () => {
  const token = (await cookies()).get(ACCESS_COOKIE)?.value ?? "";
  const client = createClient<paths>({
    baseUrl: `http://127.0.0.1:${process.env.DAPR_HTTP_PORT ?? "3500"}/v1.0/invoke/todo-backend/method`,
    headers: { Authorization: `Bearer ${token}`, ...(daprApiToken && { "dapr-api-token": daprApiToken }) },
    cache: "no-store",
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) }),
  });
  client.use({
    async onResponse({ response }) {
      if (response.status === 401) redirect(resumePath((await headers()).get("x-path") ?? "/"));
    },
  });
  return client;
});
