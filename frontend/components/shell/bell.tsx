"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Bell as BellIcon, BellRing } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import { dayInWords, dayOf, formatTime } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { NOTIFICATIONS_KEY } from "@/lib/live/changes";
import { Button, IconButton } from "../ui/button";
import { Popover } from "../ui/popover";

/** Reminders that have come due; also shown by the device, when allowed. */
export function Bell() {
  const translate = useTranslate();
  const client = useQueryClient();
  const clock = useClock();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: NOTIFICATIONS_KEY,
    queryFn: ({ signal }) => dataOf(api.GET("/api/v1/notifications", { signal })),
  });
  const readAll = useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/notifications/read-all")),
    onSettled: () => client.invalidateQueries({ queryKey: NOTIFICATIONS_KEY }),
  });
  useDeviceNotifications(data?.items.filter((item) => !item.read_at));

  const unread = data?.unread_count ?? 0;
  const Icon = unread > 0 ? BellRing : BellIcon;
  const today = dayOf(clock.now, clock.timeZone);
  return (
    <Popover
      label={translate("bell.title")}
      open={open}
      onOpenChange={setOpen}
      className="w-80"
      trigger={
        <IconButton label={translate.count("bell.label", unread)}>
          <Icon />
          {unread > 0 && (
            <span className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-danger px-1 font-semibold text-[0.625rem] text-raised leading-none">
              {Math.min(unread, 99)}
            </span>
          )}
        </IconButton>
      }
    >
      <div className="flex h-10 items-center justify-between pl-3">
        <h2 className="font-semibold text-sm">{translate("bell.title")}</h2>
        {unread > 0 && (
          <Button variant="quiet" className="h-8 text-accent" onClick={() => readAll.mutate()}>
            {translate("bell.readAll")}
          </Button>
        )}
      </div>
      {data?.items.length ? (
        <ul className="max-h-80 overflow-y-auto">
          {data.items.map((item) => (
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
    </Popover>
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

/** Shows what has come since the page was opened. */
function useDeviceNotifications(unread: { id: string; title: string; body: string }[] | undefined): void {
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!unread) return;
    const isFirst = seen.current === null;
    seen.current ??= new Set();
    for (const { id, title, body } of unread) {
      if (seen.current.has(id)) continue;
      seen.current.add(id);
      if (!isFirst && "Notification" in window && Notification.permission === "granted") {
        // The tag keeps several open pages from showing it several times.
        new Notification(title, { body, tag: id, icon: "/icon-192.png" });
      }
    }
  }, [unread]);
}
