"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { refreshSession } from "@/lib/api/client";
import { useTranslate } from "@/lib/i18n/client";
import { LiveChanges } from "@/lib/live/changes";
import { connectLive, type LiveState } from "@/lib/live/connection";

/** Tokens live for 15 minutes; a page that is used gets the next one before that. */
const REFRESH_MILLISECONDS = 12 * 60_000;

/** Keeps what is in memory current, and says when it cannot. */
export function LiveUpdates({ cursor }: { cursor: number }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  const isOnline = useOnline();
  // The position that this page was loaded at; later ones come from the server with each navigation.
  const [start] = useState(cursor);

  useEffect(() => {
    const changes = new LiveChanges(client);
    return connectLive(start, {
      change: (data) => changes.add(data),
      resync: () => client.invalidateQueries(),
      state: setState,
    });
  }, [client, start]);

  useEffect(() => {
    const timer = setInterval(() => refreshSession().catch(() => undefined), REFRESH_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);

  const isWaiting = useLasting(state === "connecting", 3000);
  return (
    <div role="status" data-live={state}>
      {(!isOnline || isWaiting) && (
        <p className="fixed inset-x-0 top-0 z-50 bg-ink px-4 py-1.5 text-center text-sm text-canvas">
          {translate(isOnline ? "live.reconnecting" : "live.offline")}
        </p>
      )}
    </div>
  );
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("online", changed);
      window.addEventListener("offline", changed);
      return () => {
        window.removeEventListener("online", changed);
        window.removeEventListener("offline", changed);
      };
    },
    () => navigator.onLine,
    () => true,
  );
}

/** Whether something has been so for a while: a short interruption is not worth a word. */
function useLasting(isSo: boolean, milliseconds: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLasts(isSo), isSo ? milliseconds : 0);
    return () => clearTimeout(timer);
  }, [isSo, milliseconds]);
  return isSo && lasts;
}
