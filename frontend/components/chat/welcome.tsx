"use client";

import { ThreadPrimitive } from "@assistant-ui/react";
import { useTranslate } from "@/lib/i18n/client";
import { useTaskCounts } from "@/lib/tasks/queries";
import { Logo } from "../ui/logo";

const FIRST_STEPS = ["chat.first.1", "chat.first.2", "chat.first.3"] as const;
const SUGGESTIONS = ["chat.suggestion.1", "chat.suggestion.2", "chat.suggestion.3", "chat.suggestion.4"] as const;

/** An empty conversation: what could be said, to begin with or with tasks at hand. */
export function Welcome() {
  const translate = useTranslate();
  const hasTasks = (useTaskCounts().views.all ?? 0) > 0;
  return (
    <div className="m-auto flex w-full max-w-xl animate-fade-in flex-col items-center py-8 text-center">
      <Logo className="size-12" />
      <h2 className="mt-4 font-semibold text-lg tracking-tight">{translate("chat.welcome.title")}</h2>
      <p className="mt-1 max-w-sm text-ink-soft">{translate(hasTasks ? "chat.welcome.text" : "chat.welcome.first")}</p>
      <ul className="mt-5 flex max-w-full flex-col items-center gap-2">
        {(hasTasks ? SUGGESTIONS : FIRST_STEPS).map((key) => (
          <li key={key} className="max-w-full">
            <ThreadPrimitive.Suggestion
              prompt={translate(key)}
              send
              className="max-w-full rounded-full bg-surface px-4 py-2 text-sm ring-1 ring-line transition-colors hover:bg-accent-soft hover:ring-accent"
            >
              {translate(key)}
            </ThreadPrimitive.Suggestion>
          </li>
        ))}
      </ul>
    </div>
  );
}
