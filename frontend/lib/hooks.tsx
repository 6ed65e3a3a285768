"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Clock } from "@/lib/tasks/view";
import { useTranslate } from "./i18n/client";

const MINUTE = 60_000;

const ClockContext = createContext<Clock | null>(null);

/** The time, to the minute, in the user's zone; `now` is the server's, so that both render the same page first. */
export function ClockProvider(props: { now: number; timeZone: string; children: ReactNode }) {
  const [now, setNow] = useState(props.now);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    const timer = setInterval(tick, MINUTE / 2);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, []);
  const { timeZone } = props;
  const { locale } = useTranslate();
  const clock = useMemo(() => ({ now, timeZone, locale }), [now, timeZone, locale]);
  return <ClockContext value={clock}>{props.children}</ClockContext>;
}

export function useClock(): Clock {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error("useClock needs a ClockProvider above it");
  return clock;
}

/** Whether the page is alive. While it becomes so, what only the browser knows must not show: the server did not know it. */
export function useIsAlive(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}

/** Whether a media query holds; false on the server. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

/** A value, once it has not changed for a while. */
export function useDebounced<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
