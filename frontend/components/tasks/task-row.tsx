"use client";

import { clsx } from "clsx";
import { AlignLeft, Bell, CalendarDays, CalendarPlus, Check, Repeat } from "lucide-react";
import { type MouseEvent, memo, useEffect, useRef, useState } from "react";
import type { Priority, Task } from "@/lib/api/types";
import { dayOf } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import type { TaskActions } from "@/lib/tasks/actions";
import { ruleInWords } from "@/lib/tasks/recurrence";
import { dueDay, isOverdue } from "@/lib/tasks/view";
import { useMomentInWords } from "./chips";
import { DueButton } from "./due-button";

const RING: Record<Priority, string> = {
  urgent: "border-urgent bg-urgent/10",
  high: "border-high bg-high/10",
  medium: "border-line-strong",
  low: "border-low",
};

type TaskRowProps = {
  task: Task;
  position: number;
  count: number;
  isSelected: boolean;
  isSelecting: boolean;
  editing: "title" | "due" | null;
  actions: TaskActions;
  onEdit: (part: "title" | "due" | null) => void;
  onFocus: () => void;
  onToggleDone: (task: Task) => void;
  onToggleSelected: (id: string) => void;
  onOpen: (id: string) => void;
};

/** One task of the list: tick it, open it, rename it, move it. */
export function TaskRow(props: TaskRowProps) {
  const { task, isSelected, isSelecting, editing, actions, onEdit, onToggleSelected, onOpen } = props;
  const translate = useTranslate();
  const isNew = task.version === 0;

  function onClick(event: MouseEvent) {
    if (isSelecting || event.shiftKey || event.ctrlKey || event.metaKey) onToggleSelected(task.id);
    else if (!isNew) onOpen(task.id);
  }

  return (
    <article
      aria-label={task.title}
      aria-posinset={props.position}
      aria-setsize={props.count}
      className={clsx(
        "group relative -mx-2 flex items-start gap-1 rounded-xl px-2 transition-colors hover:bg-hover sm:-mx-3 sm:px-3",
        isSelected && "bg-accent-soft hover:bg-accent-soft",
      )}
    >
      <DoneButton {...props} />
      <div className="min-w-0 flex-1 border-line border-b py-2.5 group-hover:border-transparent">
        {editing === "title" ? (
          <TitleEditor
            title={task.title}
            onDone={(title) => {
              if (title && title !== task.title) actions.update(task, { title });
              onEdit(null);
            }}
          />
        ) : (
          <button
            type="button"
            data-task={task.id}
            onClick={onClick}
            onDoubleClick={() => onEdit("title")}
            onFocus={props.onFocus}
            className={clsx(
              "block w-full text-left leading-6 outline-none [overflow-wrap:anywhere] after:absolute after:inset-0 after:rounded-xl focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
              task.status === "completed" && "text-ink-faint line-through",
            )}
          >
            <span className="line-clamp-2">{task.title}</span>
          </button>
        )}
        <Details task={task} isEditingDue={editing === "due"} actions={actions} onEdit={onEdit} />
      </div>
      {!task.due_at && task.status === "open" && !isNew && (
        <DueButton
          task={task}
          open={editing === "due"}
          onOpenChange={(open) => onEdit(open ? "due" : null)}
          onChange={(changes) => actions.update(task, changes)}
          align="end"
          className={clsx(
            "relative z-1 mt-1.5 grid size-9 place-items-center rounded-lg text-ink-soft hover:bg-hover hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 [@media(hover:hover)]:opacity-0",
            "[@media(hover:none)]:hidden",
          )}
        >
          <CalendarPlus aria-hidden className="size-[1.125rem]" />
          <span className="sr-only">{translate("due.set")}</span>
        </DueButton>
      )}
    </article>
  );
}

/** A circle in the colour of the priority; while tasks are being selected it selects. */
const DoneButton = memo(function DoneButton(
  props: Pick<TaskRowProps, "task" | "isSelected" | "isSelecting" | "onToggleDone" | "onToggleSelected">,
) {
  const { task, isSelected, isSelecting } = props;
  const translate = useTranslate();
  const isDone = task.status === "completed";
  const name = isSelecting ? "tasks.select" : isDone ? "tasks.reopen" : "tasks.complete";
  const isTicked = isSelecting ? isSelected : isDone;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input cannot hold the mark, and is not bigger than it looks
    <button
      type="button"
      role="checkbox"
      aria-checked={isTicked}
      aria-label={translate(name, { title: task.title })}
      disabled={task.version === 0}
      onClick={() => (isSelecting ? props.onToggleSelected(task.id) : props.onToggleDone(task))}
      className="group/tick relative z-1 -ml-2 grid size-11 shrink-0 place-items-center rounded-xl"
    >
      <span
        className={clsx(
          "grid size-5 place-items-center border-2 transition-colors duration-150",
          isSelecting ? "rounded-md" : "rounded-full",
          isTicked ? "border-accent bg-accent text-on-accent" : RING[task.priority],
        )}
      >
        <Check
          aria-hidden
          strokeWidth={3.5}
          className={clsx("size-3", !isTicked && "opacity-0 transition-opacity group-hover/tick:opacity-60")}
        />
      </span>
    </button>
  );
});

type DetailsProps = Pick<TaskRowProps, "task" | "actions" | "onEdit"> & { isEditingDue: boolean };

/** The second line: when, how often, and what else is known. */
function Details({ task, isEditingDue, actions, onEdit }: DetailsProps) {
  const translate = useTranslate();
  const clock = useClock();
  const momentInWords = useMomentInWords();
  const hasDetails = task.due_at || task.rrule || task.reminders.length > 0 || task.notes || task.tags.length > 0;
  if (!hasDetails) return null;
  const isToday = dueDay(task, clock.timeZone) === dayOf(clock.now, clock.timeZone);
  const next = task.reminders.find((reminder) => Date.parse(reminder.remind_at) > clock.now);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-[0.8125rem] text-ink-soft leading-5 [&_svg]:size-3.5 [&_svg]:shrink-0">
      {task.due_at && (
        <DueButton
          task={task}
          open={isEditingDue}
          onOpenChange={(open) => onEdit(open ? "due" : null)}
          onChange={(changes) => actions.update(task, changes)}
          className={clsx(
            "relative z-1 -mx-1 inline-flex items-center gap-1.5 rounded-md px-1 hover:bg-hover",
            isOverdue(task, clock) ? "text-danger" : isToday && task.status === "open" && "text-accent",
          )}
        >
          <CalendarDays aria-hidden />
          {momentInWords(task.due_at, task.due_has_time, task.time_zone)}
        </DueButton>
      )}
      {task.rrule && (
        <span className="inline-flex items-center gap-1.5">
          <Repeat aria-label={translate("tasks.repeats")} role="img" />
          {ruleInWords(task.rrule, translate)}
        </span>
      )}
      {next && (
        <span className="inline-flex items-center gap-1.5">
          <Bell aria-label={translate("tasks.reminder")} role="img" />
          {momentInWords(next.remind_at, true)}
        </span>
      )}
      {task.notes && <AlignLeft aria-label={translate("tasks.notes")} role="img" />}
      {task.priority !== "medium" && (
        <span className="sr-only">
          {translate("tasks.priority", { priority: translate(`priority.${task.priority}`) })}
        </span>
      )}
      {task.tags.map((tag) => (
        <span key={tag}>#{tag}</span>
      ))}
    </div>
  );
}

function TitleEditor({ title, onDone }: { title: string; onDone: (title: string) => void }) {
  const translate = useTranslate();
  const [text, setText] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <input
      ref={input}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(text.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") onDone(text.trim());
        if (event.key === "Escape") onDone(title);
      }}
      aria-label={translate("tasks.edit")}
      maxLength={500}
      className="relative z-1 -mx-1.5 w-full rounded-md bg-surface px-1.5 leading-6 ring-1 ring-accent outline-none"
    />
  );
}
