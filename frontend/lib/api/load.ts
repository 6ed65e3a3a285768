import "server-only";

import { cache } from "react";
import { ApiError, dataOf } from "./errors";
import { backend } from "./server";
import type { AnalyticsSummary, ConversationDetail } from "./types";

/** What pages load on the server; each is asked for once per request. */
export const currentUser = cache(async () => dataOf((await backend()).GET("/api/v1/users/me")));

/** Where live updates go on from. Await it before loading what they keep current, so that nothing falls between. */
export const liveCursor = cache(async () => (await dataOf((await backend()).GET("/api/v1/sync/changes"))).cursor);

/** The open tasks that are due first. */
export const firstOpenTasks = cache(async () => {
  await liveCursor();
  const query = { status: "open", sort: "due", limit: 100 } as const;
  return dataOf((await backend()).GET("/api/v1/tasks", { params: { query } }));
});

/** The conversations used last. */
export const firstConversations = cache(async () => dataOf((await backend()).GET("/api/v1/chat/conversations")));

/** A conversation with its newest messages; null when there is none of that id. */
export async function conversation(id: string): Promise<ConversationDetail | null> {
  const params = { path: { conversation_id: id } };
  try {
    return await dataOf((await backend()).GET("/api/v1/chat/conversations/{conversation_id}", { params }));
  } catch (error) {
    // What is no id at all is 422.
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return null;
    throw error;
  }
}

/** Counts of the last 30 days; null while analytics does not answer, which nothing else depends on. */
export async function analytics(): Promise<AnalyticsSummary | null> {
  try {
    return await dataOf((await backend()).GET("/api/v1/analytics"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 503) return null;
    throw error;
  }
}

/** What the settings show besides the user. */
export const tokens = cache(async () => dataOf((await backend()).GET("/api/v1/tokens")));

export const calendarFeed = cache(async () => (await dataOf((await backend()).GET("/api/v1/calendar-feed"))).feed);
