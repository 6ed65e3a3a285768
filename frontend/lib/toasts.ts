/** Short messages at the edge of the page; a store, so that whatever happens anywhere can say so. */
export type Toast = {
  id: number;
  text: string;
  tone: "plain" | "error";
  action?: { label: string; run: () => void };
};

const LONGEST_QUEUE = 3;

const NONE: readonly Toast[] = [];

let toasts = NONE;
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(toast: Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"] }): void {
  lastId += 1;
  set([...toasts, { tone: "plain" as const, ...toast, id: lastId }].slice(-LONGEST_QUEUE));
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Run the newest action, such as an undo; false when there is none. */
export function runNewestAction(): boolean {
  const newest = toasts.findLast((toast) => toast.action);
  newest?.action?.run();
  if (newest) dismissToast(newest.id);
  return newest !== undefined;
}

export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  get: () => toasts,
  getServer: () => NONE,
};
