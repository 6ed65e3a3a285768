"use client";

import { clsx } from "clsx";
import { useState } from "react";
import type { NotificationPage } from "@/lib/api/types";
import { dayInWords, dayOf, formatTime } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";

type BellPanelProps = { page: NotificationPage | undefined; onReadAll: () => void };

/** The reminders that have come due, the newest first. */
export default function BellPanel({ page, onReadAll }: BellPanelProps) {
  const translate = useTranslate();
  const clock = useClock();
  const today = dayOf(clock.now, clock.timeZone);
  return (
    <>
      <div className="flex h-10 items-center justify-between pl-3">
        <h2 className="font-semibold text-sm">{translate("bell.title")}</h2>
        {page && page.unread_count > 0 && (
          <Button variant="quiet" className="h-8 text-accent" onClick={onReadAll}>
            {translate("bell.readAll")}
          </Button>
        )}
      </div>
      {page?.items.length ? (
        <ul className="max-h-80 overflow-y-auto">
          {page.items.map((item) => (
            <li key={item.id} className="flex gap-3 rounded-lg px-3 py-2 text-sm">
              <span
                className={clsx("mt-2 size-1.5 shrink-0 rounded-full", item.read_at ? "bg-transparent" : "bg-accent")}
              />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{item.title}</span>
                <span className="text-ink-soft text-xs">
                  {dayInWords(dayOf(item.created_at, clock.timeZone), today, clock.locale)}{" "}
                  {formatTime(item.created_at, clock.timeZone, clock.locale)}
                </span>
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="px-3 pt-1 pb-4 text-ink-soft text-sm">{translate("bell.empty")}</p>
      )}
      <AllowNotifications />
    </>
  );
}

function AllowNotifications() {
  const translate = useTranslate();
  const [permission, setPermission] = useState(() => ("Notification" in window ? Notification.permission : "denied"));
  if (permission !== "default") return null;
  return (
    <Button className="m-2 mt-1" onClick={async () => setPermission(await Notification.requestPermission())}>
      {translate("bell.allow")}
    </Button>
  );
}
