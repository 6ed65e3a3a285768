import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { SyncData, Task } from "@/lib/api/types";
import { isOnItsWay } from "@/lib/tasks/actions";
import { applyChanges, COMPLETED_KEY, findTask, TASKS_KEY } from "@/lib/tasks/cache";

export const NOTIFICATIONS_KEY = ["notifications"] as const;
export const ANALYTICS_KEY = ["analytics"] as const;

const GATHER_MILLISECONDS = 20;
/** How long todo-analytics takes to count a change, with room to spare. */
const COUNTED_MILLISECONDS = 1500;
/** More changes than this at once are loaded as a list. */
const MANY = 25;

/** Carries what changed elsewhere into memory; changes that come together are handled together. */
export class LiveChanges {
  private readonly client: QueryClient;
  private waiting = new Map<string, SyncData>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.client = client;
  }

  add(data: SyncData): void {
    this.waiting.set(data.entity_id, data);
    this.timer ??= setTimeout(() => this.handle(), GATHER_MILLISECONDS);
  }

  private async handle(): Promise<void> {
    this.timer = undefined;
    // Our own changes are told to us as well, often before they are answered: the answer is as good.
    if (
      this.client.isMutating() > 0 &&
      [...this.waiting.keys()].some((id) => isOnItsWay(id) || !findTask(this.client, id))
    ) {
      this.timer = setTimeout(() => this.handle(), GATHER_MILLISECONDS);
      return;
    }
    const changes = [...this.waiting.values()];
    this.waiting = new Map();
    if (changes.some((change) => change.entity === "notification")) {
      this.client.invalidateQueries({ queryKey: NOTIFICATIONS_KEY });
    }
    if (changes.some((change) => change.entity === "task")) {
      setTimeout(() => this.client.invalidateQueries({ queryKey: ANALYTICS_KEY }), COUNTED_MILLISECONDS);
    }
    const news = changes.filter((change) => change.entity === "task" && !this.isKnown(change));
    if (news.length === 0) return;
    if (news.length > MANY) await this.client.invalidateQueries({ queryKey: TASKS_KEY });
    else await this.load(news);
    this.client.invalidateQueries({ queryKey: COMPLETED_KEY });
  }

  private isKnown(change: SyncData): boolean {
    const known = findTask(this.client, change.entity_id);
    if (change.action === "deleted") return !known;
    return known !== undefined && change.version != null && known.version >= change.version;
  }

  private async load(changes: readonly SyncData[]): Promise<void> {
    const tasks = await Promise.all(
      changes.map(async (change): Promise<[string, Task | null]> => {
        const id = change.entity_id;
        return [id, change.action === "deleted" ? null : await findOnServer(id)];
      }),
    );
    applyChanges(this.client, new Map(tasks.filter(([id]) => !isOnItsWay(id))));
  }
}

async function findOnServer(id: string): Promise<Task | null> {
  try {
    return await dataOf(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: id } } }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
