"use client";

import { clsx } from "clsx";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Conversation } from "@/lib/api/types";
import { chatPath, useConversationActions } from "@/lib/chat/queries";
import { type Day, dayInWords, dayOf } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { GoLink } from "../shell/go-link";
import { Button, IconButton } from "../ui/button";
import { Menu } from "../ui/menu";

const RenameDialog = dynamic(() => import("./conversation-dialogs").then((it) => it.RenameDialog), { ssr: false });
const RemoveDialog = dynamic(() => import("./conversation-dialogs").then((it) => it.RemoveDialog), { ssr: false });

type HistoryProps = {
  conversations: readonly Conversation[];
  currentId: string | null;
  /** Loads the following ones, if there are any. */
  onMore: (() => void) | undefined;
  onOpen: (id: string | null) => void;
};

/** The conversations, by the day they were used last. */
export function History({ conversations, currentId, onMore, onOpen }: HistoryProps) {
  const translate = useTranslate();
  const clock = useClock();
  const actions = useConversationActions();
  const [renaming, setRenaming] = useState<Conversation | null>(null);
  const [removing, setRemoving] = useState<Conversation | null>(null);
  const today = dayOf(clock.now, clock.timeZone);
  const days = new Map<Day, Conversation[]>();
  for (const conversation of conversations) {
    const day = dayOf(conversation.updated_at, clock.timeZone);
    days.set(day, [...(days.get(day) ?? []), conversation]);
  }

  if (conversations.length === 0) {
    return <p className="px-5 py-6 text-ink-soft text-sm xl:px-4">{translate("chat.history.empty")}</p>;
  }
  return (
    <div className="-mx-2 pb-4 xl:mx-0 xl:px-3 xl:pt-4">
      {[...days].map(([day, items]) => (
        <section key={day} aria-label={dayInWords(day, today, clock.locale)}>
          <h2 className="px-2.5 pt-3 pb-1 font-medium text-ink-faint text-xs">
            {dayInWords(day, today, clock.locale)}
          </h2>
          <ul>
            {items.map((conversation) => (
              <HistoryItem
                key={conversation.id}
                conversation={conversation}
                isCurrent={conversation.id === currentId}
                onOpen={onOpen}
                onRename={() => setRenaming(conversation)}
                onRemove={() => setRemoving(conversation)}
              />
            ))}
          </ul>
        </section>
      ))}
      {onMore && (
        <Button variant="quiet" className="mt-2 w-full" onClick={() => onMore()}>
          {translate("chat.history.more")}
        </Button>
      )}
      {renaming && (
        <RenameDialog
          title={renaming.title}
          onDone={(title) => {
            if (title) actions.rename({ id: renaming.id, title });
            setRenaming(null);
          }}
        />
      )}
      {removing && (
        <RemoveDialog
          title={removing.title || translate("chat.untitled")}
          onDone={async (isMeant) => {
            setRemoving(null);
            if (!isMeant) return;
            await actions.remove(removing.id);
            if (removing.id === currentId) onOpen(null);
          }}
        />
      )}
    </div>
  );
}

type HistoryItemProps = {
  conversation: Conversation;
  isCurrent: boolean;
  onOpen: (id: string) => void;
  onRename: () => void;
  onRemove: () => void;
};

function HistoryItem({ conversation, isCurrent, onOpen, onRename, onRemove }: HistoryItemProps) {
  const translate = useTranslate();
  const title = conversation.title || translate("chat.untitled");
  return (
    <li className="group relative">
      <GoLink
        href={chatPath(conversation.id)}
        onGo={() => onOpen(conversation.id)}
        aria-current={isCurrent ? "page" : undefined}
        className={clsx(
          "flex min-h-9 items-center rounded-lg py-1.5 pr-10 pl-2.5 text-sm leading-5 transition-colors",
          isCurrent ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:bg-hover hover:text-ink",
        )}
      >
        <span className="truncate">{title}</span>
      </GoLink>
      <div className="absolute inset-y-0 right-0.5 flex items-center">
        <Menu
          align="end"
          trigger={
            <IconButton
              label={translate("chat.actions", { title })}
              className="size-8 focus-visible:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 [@media(hover:hover)]:opacity-0"
            >
              <Ellipsis />
            </IconButton>
          }
          entries={[
            { kind: "action", label: translate("chat.rename"), icon: <Pencil aria-hidden />, onSelect: onRename },
            { kind: "action", label: translate("chat.delete"), icon: <Trash2 aria-hidden />, onSelect: onRemove },
          ]}
        />
      </div>
    </li>
  );
}
