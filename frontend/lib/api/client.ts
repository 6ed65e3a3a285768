"use client";

import createClient from "openapi-fetch";
import { signInPath } from "@/lib/session";
import type { paths } from "./schema";

/** The backend as the browser sees it: same origin, signed in by a cookie. */
export const api = createClient<paths>({ fetch: fetchWithSession });

/** The backend for those who are not signed in yet: a 401 is an answer there, not an expired session. */
export const anonymousApi = createClient<paths>();

/** Fetch; when the session's access token has expired, refresh it and try again. */
export async function fetchWithSession(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(request);
  if (response.status !== 401) return response;
  if (await refreshSession()) return fetch(again);
  window.location.assign(signInPath(window.location.pathname + window.location.search));
  return response;
}

let refreshing: Promise<boolean> | null = null;

/** Whether the session could be refreshed; false when it has ended. Calls at the same time share one answer. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= fetch("/api/v1/auth/refresh", { method: "POST" })
    .then((response) => {
      if (response.ok) return true;
      if (response.status === 401) return false;
      throw new TypeError(`the session could not be refreshed: ${response.status}`);
    })
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}
