"use client";

import {
  AssistantRuntimeProvider,
  ComposerPrimitive,
  type ThreadMessageLike,
  ThreadPrimitive,
  useExternalStoreRuntime,
} from "@assistant-ui/react";
import { ArrowDown, ArrowUp, RotateCcw } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useMemo, useState } from "react";
import type { ChatMessage } from "@/lib/api/types";
import { useTranscript } from "@/lib/chat/queries";
import type { ChatSession } from "@/lib/chat/session";
import { useTranslate } from "@/lib/i18n/client";
import { useShortcuts } from "@/lib/shortcuts";
import { useTaskActions } from "@/lib/tasks/actions";
import { useOpenTasks } from "@/lib/tasks/queries";
import { Button } from "../ui/button";
import { ChatContext } from "./context";
import { AssistantMessage, UserMessage } from "./messages";
import { Welcome } from "./welcome";

const TaskDetails = dynamic(() => import("../tasks/task-details"), { ssr: false });

/** What is said, and the line to say something. */
export default function Thread({ session }: { session: ChatSession }) {
  const transcript = useTranscript(session);
  const [openTask, setOpenTask] = useState<string | null>(null);
  const runtime = useExternalStoreRuntime({
    messages: transcript.messages,
    isRunning: transcript.phase === "answering" || transcript.phase === "lost",
    isLoading: transcript.phase === "loading",
    convertMessage,
    async onNew({ content }) {
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      void session.send(text);
    },
  });
  const context = useMemo(() => ({ session, transcript, openTask: setOpenTask }), [session, transcript]);
  return (
    <ChatContext value={context}>
      <AssistantRuntimeProvider runtime={runtime}>
        <ThreadPrimitive.Root className="relative flex min-h-0 flex-1 flex-col">
          <ThreadPrimitive.Viewport
            tabIndex={0}
            className="relative flex flex-1 flex-col overflow-y-auto overscroll-contain scroll-smooth px-4 focus-visible:-outline-offset-2 sm:px-8"
          >
            <Messages session={session} />
          </ThreadPrimitive.Viewport>
          <Composer />
        </ThreadPrimitive.Root>
      </AssistantRuntimeProvider>
      {openTask && <OpenTask id={openTask} onClose={() => setOpenTask(null)} />}
    </ChatContext>
  );
}

/** A message in the terms of assistant-ui: what the assistant did stands above what it says. */
function convertMessage({ id, role, text, tool_calls, created_at }: ChatMessage): ThreadMessageLike {
  const calls = (tool_calls ?? []).map((call) => ({
    type: "tool-call" as const,
    toolCallId: call.id,
    toolName: call.name,
    result: call.result ?? undefined,
    artifact: call,
  }));
  return {
    id,
    role,
    content: text ? [...calls, { type: "text", text }] : calls,
    createdAt: new Date(created_at),
  };
}

function Messages({ session }: { session: ChatSession }) {
  const translate = useTranslate();
  const { messages, phase, failure, previousCursor } = useTranscript(session);
  if (messages.length === 0 && phase === "loading") return <Waiting />;
  if (messages.length === 0 && phase === "idle" && !failure) return <Welcome />;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-5 pt-2 pb-4">
      {previousCursor && (
        <Button variant="quiet" className="self-center" onClick={() => session.loadEarlier()}>
          {translate("chat.earlier")}
        </Button>
      )}
      <div aria-live="polite" aria-busy={phase !== "idle"} className="flex flex-col gap-5">
        <ThreadPrimitive.Messages>
          {({ message }) => (message.role === "user" ? <UserMessage /> : <AssistantMessage />)}
        </ThreadPrimitive.Messages>
      </div>
      {phase === "lost" && (
        <p role="status" className="text-ink-soft text-sm">
          {translate("chat.lost")}
        </p>
      )}
      {failure && (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl bg-danger-soft px-4 py-2.5 text-sm">
          <p className="min-w-0 flex-1 text-danger">
            {failure.isUnsent ? translate("chat.unsent", { reason: failure.reason }) : failure.reason}
          </p>
          <Button onClick={() => session.retry()}>
            <RotateCcw aria-hidden className="size-4" />
            {translate("error.retry")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The shape of a conversation that is being loaded. */
function Waiting() {
  return (
    <div aria-hidden className="mx-auto w-full max-w-3xl animate-pulse space-y-4 pt-2">
      <div className="ml-auto h-10 w-2/5 rounded-2xl bg-line/40" />
      <div className="h-4 w-3/5 rounded bg-line/60" />
      <div className="h-4 w-2/5 rounded bg-line/60" />
    </div>
  );
}

function Composer() {
  const translate = useTranslate();
  const [input, setInput] = useState<HTMLTextAreaElement | null>(null);
  useShortcuts(useMemo(() => ({ n: () => input?.focus(), "/": () => input?.focus() }), [input]));
  useEffect(() => {
    // Where typing needs no keyboard on the screen, the page is ready for it.
    if (window.matchMedia("(pointer: fine)").matches) input?.focus({ preventScroll: true });
  }, [input]);
  return (
    <div className="relative px-4 pt-1 pb-3 sm:px-8 lg:pb-6">
      <ThreadPrimitive.ScrollToBottom asChild>
        <button
          type="button"
          aria-label={translate("chat.down")}
          className="absolute -top-11 left-1/2 grid size-9 -translate-x-1/2 place-items-center rounded-full bg-raised text-ink-soft shadow-raised transition-opacity hover:text-ink disabled:invisible disabled:opacity-0"
        >
          <ArrowDown aria-hidden className="size-4" />
        </button>
      </ThreadPrimitive.ScrollToBottom>
      <ComposerPrimitive.Root className="mx-auto flex max-w-3xl items-end gap-2 rounded-2xl bg-surface py-1.5 pr-1.5 pl-4 ring-1 ring-line transition-shadow focus-within:shadow-raised focus-within:ring-accent">
        <ComposerPrimitive.Input
          ref={setInput}
          aria-label={translate("chat.message")}
          placeholder={translate("chat.placeholder")}
          maxLength={4000}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          minRows={1}
          maxRows={8}
          enterKeyHint="send"
          className="min-h-9 min-w-0 flex-1 resize-none bg-transparent py-1.5 outline-none"
        />
        <ComposerPrimitive.Send asChild>
          <button
            type="submit"
            aria-label={translate("chat.send")}
            className="grid size-9 shrink-0 place-items-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-line disabled:text-ink-faint"
          >
            <ArrowUp aria-hidden className="size-[1.125rem]" strokeWidth={2.5} />
          </button>
        </ComposerPrimitive.Send>
      </ComposerPrimitive.Root>
    </div>
  );
}

/** A task that was spoken of, to be changed by hand. */
function OpenTask({ id, onClose }: { id: string; onClose: () => void }) {
  const actions = useTaskActions();
  const task = useOpenTasks().data?.find((it) => it.id === id);
  return (
    <TaskDetails
      task={task}
      actions={actions}
      onToggleDone={(it) => actions.setDone(it, it.status === "open")}
      onClose={onClose}
    />
  );
}
