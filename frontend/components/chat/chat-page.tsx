"use client";

import { MessagesSquare, SquarePen } from "lucide-react";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import type { ConversationDetail, ConversationPage } from "@/lib/api/types";
import { chatPath, useChatSession, useConversations, useTranscript } from "@/lib/chat/queries";
import { useTranslate } from "@/lib/i18n/client";
import { Bell } from "../shell/bell";
import { useGo } from "../shell/go";
import { IconButton } from "../ui/button";
import { History } from "./history";

const Thread = dynamic(() => import("./thread"));
const Dialog = dynamic(() => import("../ui/dialog").then((it) => it.Dialog), { ssr: false });

type ChatPageProps = { conversations: ConversationPage; current: ConversationDetail | null };

/** The assistant: a conversation, which the address names, and the others beside it. */
export function ChatPage({ conversations, current }: ChatPageProps) {
  const translate = useTranslate();
  const go = useGo();
  const id = useSearchParams().get("id");
  const session = useChatSession(id, current);
  const transcript = useTranscript(session);
  const history = useConversations(conversations);
  const [showsHistory, setShowsHistory] = useState(false);

  // A new conversation gets its address when it has begun.
  useEffect(() => {
    if (id === null && transcript.id) window.history.replaceState(null, "", chatPath(transcript.id));
  }, [id, transcript.id]);

  const all = history.data.pages.flatMap((page) => page.items);
  const title = all.find((it) => it.id === id)?.title || transcript.title || translate("chat.new");
  const list = (
    <History
      conversations={all}
      currentId={id}
      onMore={history.hasNextPage ? history.fetchNextPage : undefined}
      onOpen={(next) => {
        setShowsHistory(false);
        go(chatPath(next));
      }}
    />
  );
  return (
    <div className="-mb-24 flex h-dvh pb-[calc(3.6rem+env(safe-area-inset-bottom))] lg:-mb-10 lg:pb-0">
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex items-center gap-1 px-4 pt-5 pb-2 sm:px-8 lg:pt-6">
          <h1 className="min-w-0 flex-1 truncate text-xl">{title}</h1>
          <IconButton label={translate("chat.history")} className="xl:hidden" onClick={() => setShowsHistory(true)}>
            <MessagesSquare />
          </IconButton>
          <IconButton label={translate("chat.new")} onClick={() => go(chatPath(null))}>
            <SquarePen />
          </IconButton>
          <div className="lg:hidden">
            <Bell />
          </div>
        </header>
        <Thread key={session.key} session={session} />
      </div>
      <aside
        aria-label={translate("chat.history")}
        className="hidden w-64 overflow-y-auto border-line border-l xl:block"
      >
        {list}
      </aside>
      {showsHistory && (
        <Dialog open onOpenChange={setShowsHistory} title={translate("chat.history")} place="side">
          {list}
        </Dialog>
      )}
    </div>
  );
}
