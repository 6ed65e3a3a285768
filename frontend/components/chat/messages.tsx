"use client";

import { MessagePrimitive, useAuiState } from "@assistant-ui/react";
import type { ToolCall } from "@/lib/api/types";
import { stepOf } from "@/lib/chat/tools";
import { useTranslate } from "@/lib/i18n/client";
import { Logo } from "../ui/logo";
import { ConfirmCard } from "./confirm-card";
import { useChat } from "./context";
import { ToolCard } from "./tool-card";

const TEXT = "whitespace-pre-wrap [overflow-wrap:anywhere]";

export function UserMessage() {
  const translate = useTranslate();
  return (
    <MessagePrimitive.Root className="flex justify-end pl-10">
      <span className="sr-only">{translate("chat.you")}</span>
      <div className={`rounded-2xl rounded-br-md bg-accent-soft px-4 py-2 ${TEXT}`}>
        <MessagePrimitive.Parts>{({ part }) => (part.type === "text" ? part.text : null)}</MessagePrimitive.Parts>
      </div>
    </MessagePrimitive.Root>
  );
}

export function AssistantMessage() {
  const translate = useTranslate();
  const { session, transcript } = useChat();
  const isLast = useAuiState(({ message }) => message.isLast);
  const isEmpty = useAuiState(({ message }) => message.content.length === 0);
  const onlyLooked = useAuiState(({ message }) =>
    message.content.every((part) => part.type !== "tool-call" || stepOf(part.artifact as ToolCall).isReading),
  );
  const isAsking = isLast && transcript.pending.length > 0;
  const lastChange = transcript.messages.at(-1)?.tool_calls?.findLast((call) => stepOf(call).canUndo);
  return (
    <MessagePrimitive.Root className="flex animate-fade-in gap-3">
      <Logo className="mt-0.5 size-6 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <span className="sr-only">{translate("chat.assistant")}</span>
        <MessagePrimitive.Parts>
          {({ part }) => {
            if (part.type === "text") return <p className={TEXT}>{part.text}</p>;
            if (part.type !== "tool-call") return null;
            const call = part.artifact as ToolCall;
            // What was looked up for a change says nothing that the change does not.
            if (!onlyLooked && stepOf(call).isReading) return null;
            const canUndo = isLast && call === lastChange && transcript.phase === "idle";
            return <ToolCard call={call} onUndo={canUndo ? () => session.send("undo") : undefined} />;
          }}
        </MessagePrimitive.Parts>
        {isAsking && <ConfirmCard calls={transcript.pending} onAnswer={(...answer) => session.answer(...answer)} />}
        {isEmpty && <Thinking />}
      </div>
    </MessagePrimitive.Root>
  );
}

function Thinking() {
  const translate = useTranslate();
  return (
    <div className="flex h-6 items-center gap-1">
      <span className="sr-only">{translate("chat.thinking")}</span>
      {[0, 150, 300].map((delay) => (
        <span
          key={delay}
          aria-hidden
          style={{ animationDelay: `${delay}ms` }}
          className="size-1.5 animate-pulse rounded-full bg-ink-faint"
        />
      ))}
    </div>
  );
}
