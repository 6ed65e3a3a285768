"use client";

import { clsx } from "clsx";
import {
  ChartColumn,
  Check,
  ChevronDown,
  CircleAlert,
  CirclePlus,
  List,
  type LucideIcon,
  Pencil,
  RotateCcw,
  Trash2,
  Undo2,
  Wrench,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Priority, ToolCall } from "@/lib/api/types";
import { draftOf, stepOf, type TaskView, type ToolStep } from "@/lib/chat/tools";
import { useIsAlive } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { useOpenTasks } from "@/lib/tasks/queries";
import { GoLink } from "../shell/go-link";
import { DraftChips } from "../tasks/chips";
import { Button } from "../ui/button";
import { useChat } from "./context";

const ICONS: Record<ToolStep["action"], LucideIcon> = {
  create: CirclePlus,
  update: Pencil,
  complete: Check,
  reopen: RotateCcw,
  delete: Trash2,
  undo: Undo2,
  list: List,
  analytics: ChartColumn,
  other: Wrench,
};

const RING: Record<Priority, string> = {
  urgent: "border-urgent",
  high: "border-high",
  medium: "border-line-strong",
  low: "border-low",
};

/** How many tasks a card shows before it is unfolded. */
const SHOWN_TASKS = 5;

/** What the assistant did by a tool: a line for what it looked at, a card for what it changed. */
export function ToolCard({ call, onUndo }: { call: ToolCall; onUndo: (() => void) | undefined }) {
  const translate = useTranslate();
  const { transcript } = useChat();
  const step = stepOf(call);
  if (call.outcome === "pending") {
    // What waits for a yes is asked below; what was asked earlier has been answered since.
    const isRunning = transcript.phase === "answering" && transcript.pending.length === 0;
    return isRunning ? <Line icon={ICONS[step.action]}>{translate("chat.tool.working")}</Line> : null;
  }
  if (call.outcome === "denied") return <Line icon={CircleAlert}>{translate("chat.tool.denied")}</Line>;
  // The assistant tries again, or says what went wrong.
  if (call.outcome !== "success") return <Line icon={CircleAlert}>{translate("chat.tool.failed")}</Line>;
  if (step.action === "analytics") {
    return (
      <Line icon={ICONS.analytics}>
        <GoLink href="/insights" className="underline decoration-line-strong underline-offset-4 hover:text-ink">
          {translate.count("chat.tool.analytics", 1)}
        </GoLink>
      </Line>
    );
  }
  if (step.isReading) return <Looked step={step} />;
  return <Changed step={step} onUndo={onUndo} />;
}

function Line({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <p className="flex items-center gap-2 text-ink-soft text-sm">
      <Icon aria-hidden className="size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

function Looked({ step }: { step: ToolStep }) {
  const translate = useTranslate();
  const label = translate.count("chat.tool.list", step.count);
  if (step.tasks.length === 0) return <Line icon={ICONS.list}>{label}</Line>;
  return (
    <details className="group/looked text-sm">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-2 rounded-md text-ink-soft hover:text-ink">
        <List aria-hidden className="size-4 shrink-0" />
        {label}
        <ChevronDown aria-hidden className="size-4 transition-transform group-open/looked:rotate-180" />
      </summary>
      <Tasks tasks={step.tasks} className="mt-2 rounded-xl bg-surface px-3 py-1.5 ring-1 ring-line" />
    </details>
  );
}

function Changed({ step, onUndo }: { step: ToolStep; onUndo: (() => void) | undefined }) {
  const translate = useTranslate();
  const Icon = ICONS[step.action];
  return (
    <section className="max-w-xl animate-rise overflow-hidden rounded-xl bg-surface text-sm ring-1 ring-line">
      <header className="flex min-h-10 items-center gap-2 border-line border-b px-3 py-0.5">
        <Icon aria-hidden className="size-4 shrink-0 text-accent" />
        <h2 className="flex-1 font-medium">{translate.count(`chat.tool.${step.action}`, step.count)}</h2>
        {onUndo && (
          <Button variant="quiet" className="-mr-2 h-8 px-2.5 text-accent" onClick={onUndo}>
            <Undo2 aria-hidden className="size-4" />
            {translate("toast.undo")}
          </Button>
        )}
      </header>
      <Tasks tasks={step.tasks} isGone={step.action === "delete"} className="px-3 py-1.5" />
      {step.complaints.map((complaint) => (
        <p key={complaint} className="border-line border-t px-3 py-2 text-danger">
          {complaint}
        </p>
      ))}
    </section>
  );
}

type TasksProps = { tasks: readonly TaskView[]; isGone?: boolean; className: string };

function Tasks({ tasks, isGone = false, className }: TasksProps) {
  const translate = useTranslate();
  const rest = tasks.slice(SHOWN_TASKS);
  if (tasks.length === 0) return null;
  return (
    <div className={className}>
      <ul>
        {tasks.slice(0, SHOWN_TASKS).map((task) => (
          <TaskLine key={task.id} task={task} isGone={isGone} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer rounded-md py-1 text-ink-soft hover:text-ink">
            {translate.count("chat.tool.more", rest.length)}
          </summary>
          <ul>
            {rest.map((task) => (
              <TaskLine key={task.id} task={task} isGone={isGone} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** A task as it was then; one that is still open opens. */
function TaskLine({ task, isGone }: { task: TaskView; isGone: boolean }) {
  const { openTask } = useChat();
  const isAlive = useIsAlive();
  const { data: tasks } = useOpenTasks();
  const isOpen = isAlive && Boolean(tasks?.some((it) => it.id === task.id && it.status === "open"));
  const isDone = task.status === "completed";
  const title = (
    <span className={clsx("[overflow-wrap:anywhere]", (isDone || isGone) && "text-ink-soft line-through")}>
      {task.title}
    </span>
  );
  return (
    <li className="flex gap-2.5 py-1.5">
      <span
        aria-hidden
        className={clsx(
          "mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border-2",
          isDone ? "border-accent bg-accent text-on-accent" : RING[task.priority],
        )}
      >
        {isDone && <Check strokeWidth={4} className="size-2.5" />}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1.5">
        {isOpen ? (
          <button
            type="button"
            onClick={() => openTask(task.id)}
            className="rounded-md text-left hover:underline hover:underline-offset-4"
          >
            {title}
          </button>
        ) : (
          title
        )}
        {!isGone && !isDone && <DraftChips draft={draftOf(task)} />}
      </div>
    </li>
  );
}
