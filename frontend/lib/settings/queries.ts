"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { api, refreshSession } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { ApiToken, CalendarFeed, User, UserUpdate } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { showToast } from "@/lib/toasts";

const USER_KEY = ["user"] as const;
export const TOKENS_KEY = ["tokens"] as const;
export const FEED_KEY = ["calendar-feed"] as const;

export function useUser(initial: User) {
  return useQuery({
    queryKey: USER_KEY,
    queryFn: ({ signal }) => dataOf(api.GET("/api/v1/users/me", { signal })),
    initialData: initial,
  });
}

export function useApiTokens(initial: ApiToken[]) {
  return useQuery({
    queryKey: TOKENS_KEY,
    queryFn: ({ signal }) => dataOf(api.GET("/api/v1/tokens", { signal })),
    initialData: initial,
  });
}

export function useCalendarFeed(initial: CalendarFeed | null) {
  return useQuery({
    queryKey: FEED_KEY,
    queryFn: async ({ signal }) => (await dataOf(api.GET("/api/v1/calendar-feed", { signal }))).feed,
    initialData: initial,
  });
}

/** Says at the edge of the page what went wrong. */
export function useSayError(): (error: unknown) => void {
  const translate = useTranslate();
  return (error) => {
    const reason = error instanceof ApiError ? error.message : translate("error.network");
    showToast({ tone: "error", text: translate("toast.failed", { reason }) });
  };
}

/** Changes the user's account: shown at once, and taken back when it is refused. */
export function useSaveUser() {
  const client = useQueryClient();
  const router = useRouter();
  const sayError = useSayError();
  return useMutation({
    scope: { id: "user" },
    mutationFn: (changes: UserUpdate) => dataOf(api.PATCH("/api/v1/users/me", { body: changes })),
    onMutate: (changes) => {
      const before = client.getQueryData<User>(USER_KEY);
      const { webhook_url: _, ...shown } = changes;
      client.setQueryData<User>(USER_KEY, (user) => user && ({ ...user, ...shown } as User));
      return before;
    },
    onSuccess: async ({ webhook_secret: _, ...user }, changes, before) => {
      client.setQueryData<User>(USER_KEY, user);
      if (!changes.time_zone || changes.time_zone === before?.time_zone) return;
      // The session knows the time zone, and so does the page around this one.
      await refreshSession();
      router.refresh();
    },
    onError: (error, changes, before) => {
      client.setQueryData(USER_KEY, before);
      // The address has a field of its own, which says what is wrong with it.
      if (changes.webhook_url === undefined) sayError(error);
    },
  });
}
