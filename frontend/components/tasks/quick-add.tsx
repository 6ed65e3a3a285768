"use client";

import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, type Ref, useImperativeHandle, useRef, useState } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { TaskDraft, TaskPreview } from "@/lib/api/types";
import { dayOf } from "@/lib/dates";
import { useClock, useDebounced } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import type { Filters } from "@/lib/tasks/view";
import { Button } from "../ui/button";
import { DraftChips } from "./chips";

const TYPING_MILLISECONDS = 120;

export type QuickAddHandle = { focus(): void; fill(text: string): void };

type QuickAddProps = { ref: Ref<QuickAddHandle>; filters: Filters; onAdd: (draft: TaskDraft) => void };

/** A line that becomes a task; below it stands what was understood, while typing. */
export function QuickAdd({ ref, filters, onAdd }: QuickAddProps) {
  const translate = useTranslate();
  const clock = useClock();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const line = text.trim();
  const settled = useDebounced(line, TYPING_MILLISECONDS);
  const client = useQueryClient();
  const { data } = useQuery({
    ...previewOf(settled),
    enabled: settled !== "",
    placeholderData: (previous) => previous,
  });
  const understood = line && data ? data : null;

  useImperativeHandle(ref, () => ({
    focus: () => input.current?.focus(),
    fill(example) {
      setText(example);
      input.current?.focus();
    },
  }));

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!line) return;
    setText("");
    // Without the network the line is a title, which is better than nothing.
    const { task } = await client.fetchQuery(previewOf(line)).catch(() => ({ task: titled(line) }));
    const today = filters.view === "today" && !task.due_at ? dayOf(clock.now, clock.timeZone) : task.due_at;
    const tags = filters.tag && !task.tags.includes(filters.tag) ? [...task.tags, filters.tag] : task.tags;
    onAdd({ ...task, due_at: today, tags });
  }

  return (
    <form
      onSubmit={submit}
      className="mb-5 rounded-xl bg-surface ring-1 ring-line transition-shadow focus-within:shadow-raised focus-within:ring-accent"
    >
      <div className="flex items-center gap-2 pr-2 pl-3.5">
        <Plus aria-hidden className="size-5 shrink-0 text-accent" />
        <input
          ref={input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              setText("");
              event.currentTarget.blur();
            }
          }}
          aria-label={translate("quickAdd.label")}
          aria-describedby="understood"
          placeholder={translate("quickAdd.placeholder")}
          maxLength={500}
          autoComplete="off"
          enterKeyHint="done"
          className="h-12 min-w-0 flex-1 bg-transparent text-ellipsis outline-none"
        />
        {line && (
          <Button type="submit" variant="primary" className="h-8">
            {translate("quickAdd.add")}
          </Button>
        )}
      </div>
      <div id="understood" role="status" className="empty:hidden">
        {understood && <Understood preview={understood} />}
      </div>
    </form>
  );
}

function Understood({ preview: { task, complaint } }: { preview: TaskPreview }) {
  return (
    <div className="flex animate-fade-in flex-wrap items-center gap-x-2 gap-y-1.5 border-line border-t px-3.5 py-2.5 text-sm">
      <span className="mr-1 max-w-full truncate font-medium">{task.title}</span>
      <DraftChips draft={task} />
      {complaint && <span className="text-danger">{complaint}</span>}
    </div>
  );
}

function previewOf(text: string) {
  return queryOptions({
    queryKey: ["preview", text],
    queryFn: ({ signal }) => dataOf(api.POST("/api/v1/tasks/preview", { body: { text }, signal })),
    // Rather no answer than a late one; and "tomorrow" is not the same day for ever.
    networkMode: "always",
    retry: false,
    gcTime: 60_000,
  });
}

function titled(title: string): TaskDraft {
  return {
    title,
    notes: "",
    priority: "medium",
    tags: [],
    due_at: null,
    reminders: [],
    rrule: null,
    recurrence_mode: "due",
  };
}
