"use client";

import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import type { Column, ColumnId } from "@/lib/board/board";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";
import { BoardCard, draggedTask } from "./board-card";
import { useColumnNames } from "./column-names";

/** So many cards are drawn before more are asked for. */
const FIRST_CARDS = 50;

type BoardColumnProps = {
  column: Column;
  siblings: readonly ColumnId[];
  onMove: (task: Task, to: ColumnId) => void;
  onOpen: (id: string) => void;
  /** Loads what follows; there may be nothing. */
  onMore?: () => void;
};

/** One column, which takes what is dropped on it. */
export function BoardColumn({ column, siblings, onMove, onOpen, onMore }: BoardColumnProps) {
  const translate = useTranslate();
  const names = useColumnNames();
  const [shown, setShown] = useState(FIRST_CARDS);
  const { ref, isOver } = useDropTarget(column.id, onMove);
  const cards = column.tasks.slice(0, shown);
  const hasMore = column.tasks.length > shown || onMore !== undefined;
  return (
    <section
      ref={ref}
      aria-label={names[column.id]}
      className={clsx(
        "flex w-[82vw] max-w-96 shrink-0 snap-center flex-col rounded-2xl p-2 transition-colors sm:w-72 sm:snap-start md:max-w-none md:flex-1 md:basis-56",
        isOver ? "bg-accent-soft ring-2 ring-accent ring-inset" : "bg-sunken",
      )}
    >
      <h2 className="flex items-baseline gap-2 px-2 pt-1 pb-2.5 font-semibold text-sm">
        {names[column.id]}
        <span className="font-normal text-ink-faint tabular-nums">{column.tasks.length || ""}</span>
      </h2>
      <ul className="flex-1 space-y-2">
        {cards.map((task) => (
          <li key={task.id}>
            <BoardCard task={task} column={column.id} siblings={siblings} onMove={onMove} onOpen={onOpen} />
          </li>
        ))}
        {cards.length === 0 && (
          <li className="rounded-xl border border-line border-dashed px-3 py-6 text-center text-ink-soft text-sm">
            {translate("board.empty")}
          </li>
        )}
      </ul>
      {hasMore && (
        <Button
          variant="quiet"
          className="mt-2"
          onClick={() => {
            setShown(shown + FIRST_CARDS);
            if (column.tasks.length <= shown + FIRST_CARDS) onMore?.();
          }}
        >
          {translate("tasks.more")}
        </Button>
      )}
    </section>
  );
}

function useDropTarget(id: ColumnId, onMove: (task: Task, to: ColumnId) => void) {
  const ref = useRef<HTMLElement>(null);
  const [isOver, setIsOver] = useState(false);
  const move = useRef(onMove);
  useEffect(() => {
    move.current = onMove;
  });
  useEffect(() => {
    if (!ref.current) return;
    return dropTargetForElements({
      element: ref.current,
      canDrop: ({ source }) => draggedTask(source.data) !== null,
      onDragEnter: () => setIsOver(true),
      onDragLeave: () => setIsOver(false),
      onDrop: ({ source }) => {
        setIsOver(false);
        const task = draggedTask(source.data);
        if (task) move.current(task, id);
      },
    });
  }, [id]);
  return { ref, isOver };
}
