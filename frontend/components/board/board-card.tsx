"use client";

import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { clsx } from "clsx";
import { CalendarDays, Flag, MoveHorizontal, Repeat } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import type { ColumnId } from "@/lib/board/board";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { isOverdue } from "@/lib/tasks/view";
import { PRIORITY_TEXT, useMomentInWords } from "../tasks/chips";
import { IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { useColumnNames } from "./column-names";

const TASK = Symbol("task");

/** The task of a drag that began on a card. */
export function draggedTask(data: Record<string | symbol, unknown>): Task | null {
  return (data[TASK] as Task | undefined) ?? null;
}

type BoardCardProps = {
  task: Task;
  column: ColumnId;
  siblings: readonly ColumnId[];
  onMove: (task: Task, to: ColumnId) => void;
  onOpen: (id: string) => void;
};

/** One task: opened by a click, moved by dragging, by keys or by its menu. */
export function BoardCard({ task, column, siblings, onMove, onOpen }: BoardCardProps) {
  const translate = useTranslate();
  const names = useColumnNames();
  const isNew = task.version === 0;
  const { ref, isDragged } = useDraggable(task);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button in it is what keys press
    <article
      ref={ref}
      aria-label={task.title}
      onClick={() => !isNew && onOpen(task.id)}
      className={clsx(
        "group relative flex items-start rounded-xl bg-surface py-2.5 pr-1 pl-3 shadow-sm ring-1 ring-line transition-opacity hover:ring-line-strong has-[[data-card]:focus-visible]:outline-2 has-[[data-card]:focus-visible]:outline-accent",
        !isNew && "cursor-grab",
        isDragged && "opacity-40",
      )}
    >
      <div className="min-w-0 flex-1">
        <button
          type="button"
          data-card={task.id}
          aria-describedby="board-keys"
          disabled={isNew}
          // Firefox drags nothing by a button, so the pointer goes through it.
          className={clsx(
            "pointer-events-none line-clamp-3 block w-full text-left text-sm leading-5 outline-none [overflow-wrap:anywhere]",
            task.status === "completed" && "text-ink-faint line-through",
          )}
        >
          {task.title}
        </button>
        <Facts task={task} column={column} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is pressed in the menu does not open the card */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <span onClick={(event) => event.stopPropagation()} className="-my-1 text-ink-faint">
        <Menu
          align="end"
          trigger={
            <IconButton
              label={translate("board.move", { title: task.title })}
              disabled={isNew}
              className="focus-visible:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 [@media(hover:hover)]:opacity-0"
            >
              <MoveHorizontal />
            </IconButton>
          }
          entries={siblings
            .filter((it) => it !== column)
            .map((it) => ({ kind: "action", label: names[it], onSelect: () => onMove(task, it) }))}
        />
      </span>
    </article>
  );
}

/** When it is due, and what else tells it apart; nothing that the column says already. */
function Facts({ task, column }: { task: Task; column: ColumnId }) {
  const translate = useTranslate();
  const clock = useClock();
  const momentInWords = useMomentInWords();
  const saysPriority = task.priority !== "medium" && column !== task.priority;
  if (!task.due_at && !saysPriority && task.tags.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-ink-soft text-xs leading-5 [&_svg]:size-3.5 [&_svg]:shrink-0">
      {saysPriority && (
        <Flag
          role="img"
          aria-label={translate("tasks.priority", { priority: translate(`priority.${task.priority}`) })}
          className={PRIORITY_TEXT[task.priority]}
        />
      )}
      {task.due_at && (
        <span className={clsx("inline-flex items-center gap-1", isOverdue(task, clock) && "text-danger")}>
          <CalendarDays aria-hidden />
          {momentInWords(task.due_at, task.due_has_time, task.time_zone)}
        </span>
      )}
      {task.rrule && <Repeat role="img" aria-label={translate("tasks.repeats")} />}
      {task.tags.map((tag) => (
        <span key={tag}>#{tag}</span>
      ))}
    </div>
  );
}

function useDraggable(task: Task) {
  const ref = useRef<HTMLElement>(null);
  const [isDragged, setIsDragged] = useState(false);
  const current = useRef(task);
  useEffect(() => {
    current.current = task;
  });
  useEffect(() => {
    if (!ref.current) return;
    return draggable({
      element: ref.current,
      canDrag: () => current.current.version > 0,
      getInitialData: () => ({ [TASK]: current.current }),
      onDragStart: () => setIsDragged(true),
      onDrop: () => setIsDragged(false),
    });
  }, []);
  return { ref, isDragged };
}
