"use client";

import { type QueryClient, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { ConversationDetail, ConversationPage } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { showToast } from "@/lib/toasts";
import { type ChatListener, ChatSession } from "./session";
import type { Transcript } from "./transcript";

const FRESH_MILLISECONDS = 10_000;

const CONVERSATIONS_KEY = ["chat", "conversations"] as const;

export function chatPath(id: string | null): string {
  return id ? `/chat?id=${id}` : "/chat";
}

/** The user's conversations, the last used first; the first of them come with the page. */
export function useConversations(initial: ConversationPage) {
  return useInfiniteQuery({
    queryKey: CONVERSATIONS_KEY,
    initialPageParam: undefined as string | undefined,
    initialData: { pages: [initial], pageParams: [undefined] },
    queryFn: ({ pageParam, signal }) =>
      dataOf(api.GET("/api/v1/chat/conversations", { params: { query: { cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Conversations of other devices do not come live.
    staleTime: FRESH_MILLISECONDS,
  });
}

/** What can be done with a conversation as a whole. */
export function useConversationActions() {
  const client = useQueryClient();
  const translate = useTranslate();
  const options = {
    onError(error: Error) {
      const reason = error instanceof ApiError ? error.message : translate("error.network");
      showToast({ tone: "error", text: translate("toast.failed", { reason }) });
    },
    onSettled: () => refreshConversations(client),
  };
  const path = (id: string) => ({ path: { conversation_id: id } });
  const rename = useMutation({
    ...options,
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      dataOf(api.PATCH("/api/v1/chat/conversations/{conversation_id}", { params: path(id), body: { title } })),
  });
  const remove = useMutation({
    ...options,
    mutationFn: (id: string) =>
      dataOf(api.DELETE("/api/v1/chat/conversations/{conversation_id}", { params: path(id) })),
  });
  return { rename: rename.mutate, remove: remove.mutateAsync };
}

function refreshConversations(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: CONVERSATIONS_KEY });
}

/** The session of a conversation, null for a new one. Sessions live as long as the page: a reply goes on behind another. */
export function useChatSession(id: string | null, initial: ConversationDetail | null): ChatSession {
  const client = useQueryClient();
  const translate = useTranslate();
  const [sessions] = useState(() => {
    const listener: ChatListener = {
      onStored: () => refreshConversations(client),
      unreachable: () => translate("error.network"),
    };
    return new Sessions(listener, initial);
  });
  const session = sessions.of(id);
  useEffect(() => session.open(), [session]);
  return session;
}

export function useTranscript(session: ChatSession): Transcript {
  return useSyncExternalStore(session.subscribe, session.get, session.get);
}

class Sessions {
  private readonly listener: ChatListener;
  private readonly known = new Map<string, ChatSession>();
  private fresh: ChatSession;

  constructor(listener: ChatListener, initial: ConversationDetail | null) {
    this.listener = listener;
    this.fresh = new ChatSession(null, listener);
    if (initial) this.known.set(initial.id, new ChatSession(initial.id, listener, initial));
  }

  of(id: string | null): ChatSession {
    if (id === null) return this.fresh;
    if (this.fresh.get().id === id) {
      this.known.set(id, this.fresh);
      this.fresh = new ChatSession(null, this.listener);
    }
    const session = this.known.get(id) ?? new ChatSession(id, this.listener);
    this.known.set(id, session);
    return session;
  }
}
