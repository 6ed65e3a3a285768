"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { CalendarFeed as Feed } from "@/lib/api/types";
import { dayInWords, dayOf, formatTime } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { webcal } from "@/lib/settings/mcp";
import { FEED_KEY, useCalendarFeed, useSayError } from "@/lib/settings/queries";
import { Button } from "../ui/button";
import { Copyable } from "./copyable";
import { Row } from "./section";

/** The address at which calendar programs find the tasks; it is shown when it is made. */
export function CalendarFeed({ initial }: { initial: Feed | null }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const sayError = useSayError();
  const { data: feed } = useCalendarFeed(initial);
  const [url, setUrl] = useState<string | null>(null);
  const options = { onError: sayError, onSettled: () => client.invalidateQueries({ queryKey: FEED_KEY }) };
  const open = useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/calendar-feed")),
    onSuccess: (created) => setUrl(created.url),
    ...options,
  });
  const close = useMutation({
    mutationFn: () => dataOf(api.DELETE("/api/v1/calendar-feed")),
    onSuccess: () => setUrl(null),
    ...options,
  });
  return (
    <div>
      <Row label={translate("settings.feed")} hint={<FeedState feed={feed} />}>
        <div className="flex flex-wrap gap-2">
          {feed && (
            <Button variant="danger" onClick={() => close.mutate()}>
              {translate("settings.feed.close")}
            </Button>
          )}
          <Button disabled={open.isPending} onClick={() => open.mutate()}>
            {translate(feed ? "settings.feed.renew" : "settings.feed.open")}
          </Button>
        </div>
      </Row>
      {url && (
        <div role="status" className="mb-3.5 animate-fade-in space-y-2 rounded-xl bg-accent-soft p-3">
          <Copyable label={translate("settings.feed.address")} text={url} />
          <p className="text-ink-soft text-sm">
            {translate("settings.feed.once")}{" "}
            <a href={webcal(url)} className="font-medium text-accent underline underline-offset-3">
              {translate("settings.feed.subscribe")}
            </a>
          </p>
        </div>
      )}
    </div>
  );
}

function FeedState({ feed }: { feed: Feed | null }) {
  const translate = useTranslate();
  const clock = useClock();
  if (!feed) return translate("settings.feed.hint");
  if (!feed.last_used_at) return translate("settings.feed.unused");
  const day = dayInWords(dayOf(feed.last_used_at, clock.timeZone), dayOf(clock.now, clock.timeZone), clock.locale);
  const time = formatTime(feed.last_used_at, clock.timeZone, clock.locale);
  return translate("settings.feed.used", { moment: translate("due.at", { day, time }) });
}
