"use client";

import { useState } from "react";
import type { PendingCall } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";

type ConfirmCardProps = { calls: readonly PendingCall[]; onAnswer: (approve: boolean, ids: string[]) => void };

/** Answers the question above, which names what is to be done; of several calls each is chosen for itself. */
export function ConfirmCard({ calls, onAnswer }: ConfirmCardProps) {
  const translate = useTranslate();
  const [declined, setDeclined] = useState<ReadonlySet<string>>(new Set());
  const chosen = calls.map((call) => call.id).filter((id) => !declined.has(id));

  function toggle(id: string) {
    const next = new Set(declined);
    if (!next.delete(id)) next.add(id);
    setDeclined(next);
  }

  return (
    <fieldset className="mt-1 animate-rise">
      <legend className="sr-only">{translate("chat.confirm.title")}</legend>
      {calls.length > 1 && (
        <div className="mb-3 flex flex-col gap-1.5 rounded-xl bg-surface px-4 py-3 ring-1 ring-line">
          {calls.map((call) => (
            <label key={call.id} className="flex gap-2.5 py-0.5">
              <input
                type="checkbox"
                checked={!declined.has(call.id)}
                onChange={() => toggle(call.id)}
                className="mt-1 size-4 shrink-0"
              />
              <span className="[overflow-wrap:anywhere]">{call.summary}</span>
            </label>
          ))}
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" disabled={chosen.length === 0} onClick={() => onAnswer(true, chosen)}>
          {translate("chat.confirm.yes")}
        </Button>
        <Button onClick={() => onAnswer(false, [])}>{translate("chat.cancel")}</Button>
      </div>
    </fieldset>
  );
}
