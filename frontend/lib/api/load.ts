import "server-only";

import { cache } from "react";
import { dataOf } from "./errors";
import { backend } from "./server";

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
