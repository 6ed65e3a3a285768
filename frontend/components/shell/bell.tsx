"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell as BellIcon, BellRing } from "lucide-react";
import { lazy, useEffect, useRef, useState } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import { useTranslate } from "@/lib/i18n/client";
import { NOTIFICATIONS_KEY } from "@/lib/live/changes";
import { IconButton } from "../ui/button";
import { Popover } from "../ui/popover";

const BellPanel = lazy(() => import("./bell-panel"));

/** Reminders that have come due; also shown by the device, when allowed. */
export function Bell() {
  const translate = useTranslate();
  const client = useQueryClient();
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
      <BellPanel page={data} onReadAll={() => readAll.mutate()} />
    </Popover>
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
