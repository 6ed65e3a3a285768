"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useShortcuts } from "@/lib/shortcuts";
import type { TaskActions } from "@/lib/tasks/actions";
import type { Group } from "@/lib/tasks/view";
import { TaskRow } from "./task-row";

const HEADING_PIXELS = 48;
const ROW_PIXELS = 64;
/** As much as a server must render to fill a screen. */
const FIRST_PIXELS = 900;

type Line = { key: string; group: Group } | { key: string; task: Task; position: number };

type TaskListProps = {
  groups: readonly Group[];
  selected: ReadonlySet<string>;
  actions: TaskActions;
  onToggleDone: (task: Task) => void;
  onToggleSelected: (id: string) => void;
  onOpen: (id: string) => void;
  /** Called when the end comes near, if there is more to load. */
  onEnd?: () => void;
};

/** Tasks under their headings; only those near the screen are in the document. */
export function TaskList({ groups, selected, actions, onToggleDone, onToggleSelected, onOpen, onEnd }: TaskListProps) {
  const lines = useMemo<Line[]>(() => {
    let position = 0;
    return groups.flatMap((group) => [
      ...(group.title ? [{ key: group.key, group }] : []),
      ...group.tasks.map((task) => {
        position += 1;
        return { key: task.id, task, position };
      }),
    ]);
  }, [groups]);
  const tasks = useMemo(() => groups.flatMap((group) => group.tasks), [groups]);

  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => setScrollMargin(list.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (index) => (lines[index] && "group" in lines[index] ? HEADING_PIXELS : ROW_PIXELS),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 8,
    scrollMargin,
    initialRect: { width: 0, height: FIRST_PIXELS },
    initialOffset: 0,
  });
  const shown = virtualizer.getVirtualItems();

  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && lastShown >= lines.length - 5) onEnd();
  }, [onEnd, lastShown, lines.length]);

  const [focusedId, setFocusedId] = useState<string | null>(null);
  const [editing, setEditing] = useState<{ id: string; part: "title" | "due" } | null>(null);
  const focused = tasks.find((task) => task.id === focusedId);

  useShortcuts(
    useMemo(() => {
      function move(step: 1 | -1) {
        const index = tasks.findIndex((task) => task.id === focusedId);
        const next = tasks[Math.min(Math.max(index + step, 0), tasks.length - 1)];
        if (!next) return;
        setFocusedId(next.id);
        virtualizer.scrollToIndex(
          lines.findIndex((line) => line.key === next.id),
          { align: "auto" },
        );
        // The row may come into the document only after scrolling.
        requestAnimationFrame(() => requestAnimationFrame(() => focusRow(next.id)));
      }
      const onFocused = (act: (task: Task) => void) => () => void (focused && act(focused));
      return {
        j: () => move(1),
        k: () => move(-1),
        ArrowDown: () => move(1),
        ArrowUp: () => move(-1),
        c: onFocused((task) => {
          onToggleDone(task);
          move(1);
        }),
        x: onFocused((task) => onToggleSelected(task.id)),
        e: onFocused((task) => setEditing({ id: task.id, part: "title" })),
        d: onFocused((task) => setEditing({ id: task.id, part: "due" })),
        Delete: onFocused((task) => {
          move(1);
          actions.remove(task);
        }),
      };
    }, [tasks, lines, focusedId, focused, virtualizer, actions, onToggleDone, onToggleSelected]),
  );

  return (
    <div ref={list} className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {shown.map((item) => {
        const line = lines[item.index];
        if (!line) return null;
        return (
          <div
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
          >
            {"group" in line ? (
              <Heading group={line.group} />
            ) : (
              <TaskRow
                task={line.task}
                position={line.position}
                count={tasks.length}
                isSelected={selected.has(line.task.id)}
                isSelecting={selected.size > 0}
                editing={editing?.id === line.task.id ? editing.part : null}
                actions={actions}
                onEdit={(part) => setEditing(part && { id: line.task.id, part })}
                onFocus={() => setFocusedId(line.task.id)}
                onToggleDone={onToggleDone}
                onToggleSelected={onToggleSelected}
                onOpen={onOpen}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

function Heading({ group }: { group: Group }) {
  const translate = useTranslate();
  return (
    <h2
      className={clsx(
        "flex h-12 items-end gap-2 pb-2 font-semibold text-sm",
        group.isOverdue ? "text-danger" : "text-ink",
      )}
    >
      {group.title}
      <span className="font-normal text-ink-faint tabular-nums">
        <span aria-hidden="true">{group.tasks.length}</span>
        <span className="sr-only">{translate.count("tasks.group.open", group.tasks.length)}</span>
      </span>
    </h2>
  );
}

function focusRow(id: string): void {
  document.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"]`)?.focus();
}
