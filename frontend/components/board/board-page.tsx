"use client";

import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import { arrange, BOARDS, boardPath, type ColumnId, moveTo, neighbour, readBoard } from "@/lib/board/board";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { useShortcuts } from "@/lib/shortcuts";
import { useTaskActions } from "@/lib/tasks/actions";
import { useCompletedTasks, useOpenTasks } from "@/lib/tasks/queries";
import { DEFAULT_FILTERS } from "@/lib/tasks/view";
import { Bell } from "../shell/bell";
import { QuickAdd, type QuickAddHandle } from "../tasks/quick-add";
import { Choices } from "../ui/choices";
import { BoardColumn } from "./board-column";
import { useColumnNames } from "./column-names";

const TaskDetails = dynamic(() => import("../tasks/task-details"), { ssr: false });

/** Tasks in columns, between which they are dragged, or moved by keys and by a menu. */
export function BoardPage({ initialTasks, isComplete }: { initialTasks: Task[]; isComplete: boolean }) {
  const translate = useTranslate();
  const clock = useClock();
  const actions = useTaskActions();
  const names = useColumnNames();
  const params = useSearchParams();
  const kind = readBoard(new URLSearchParams(params));
  const open = useOpenTasks({ tasks: initialTasks, isComplete });
  const completed = useCompletedTasks("", kind === "status");
  const columns = useMemo(() => {
    const done = completed.data?.pages.flatMap((page) => page.items) ?? [];
    return arrange(kind, open.data ?? [], done, clock);
  }, [kind, open.data, completed.data, clock]);

  const [openId, setOpenId] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const quickAdd = useRef<QuickAddHandle>(null);
  const { focusLater, board } = useFocusAfterMove(columns);
  useShortcuts(useMemo(() => ({ n: () => quickAdd.current?.focus() }), []));

  function move(task: Task, to: ColumnId) {
    const change = task.version > 0 ? moveTo(task, to) : null;
    if (!change) return;
    if (change.kind === "done") actions.setDone(task, change.isDone);
    else actions.update(task, change.changes);
    setSaid(translate("board.moved", { title: task.title, column: names[to] }));
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const id = event.target instanceof HTMLElement ? event.target.dataset.card : undefined;
    const column = columns.findIndex((it) => it.tasks.some((task) => task.id === id));
    const row = columns[column]?.tasks.findIndex((task) => task.id === id) ?? -1;
    const task = columns[column]?.tasks[row];
    if (!id || !task || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      const to = columns[column + (event.key === "ArrowLeft" ? -1 : 1)];
      if (!to) return;
      focusLater(id);
      move(task, to.id);
      return;
    }
    const place = event.shiftKey ? null : neighbour(columns, { column, row }, event.key);
    const next = place && columns[place.column]?.tasks[place.row];
    if (!next) return;
    event.preventDefault();
    board.current?.querySelector<HTMLElement>(`[data-card="${next.id}"]`)?.focus();
  }

  const opened = columns.flatMap((column) => column.tasks).find((task) => task.id === openId);
  return (
    <div className="flex min-h-[calc(100dvh-6rem)] flex-col pt-5 lg:min-h-dvh lg:pt-10">
      <div className="mx-auto w-full max-w-6xl px-4 sm:px-8">
        <header className="mb-4 flex flex-wrap items-center gap-2">
          <h1 className="flex-1">{translate("board.title")}</h1>
          <Choices
            label={translate("board.by")}
            value={kind}
            onChange={(next) => window.history.replaceState(null, "", boardPath(next))}
            choices={BOARDS.map((value) => ({ value, label: translate(`board.by.${value}`) }))}
          />
          <div className="lg:hidden">
            <Bell />
          </div>
        </header>
        <QuickAdd ref={quickAdd} filters={DEFAULT_FILTERS} onAdd={actions.create} />
      </div>
      <p id="board-keys" className="sr-only">
        {translate("board.keys")}
      </p>
      <p role="status" className="sr-only">
        {said}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the cards in it */}
      <div
        ref={board}
        onKeyDown={onKeyDown}
        className="mx-auto flex w-full max-w-6xl flex-1 snap-x snap-mandatory scroll-px-4 gap-3 overflow-x-auto overscroll-x-contain px-4 pt-1 pb-4 sm:scroll-px-8 sm:px-8"
      >
        {columns.map((column) => (
          <BoardColumn
            key={column.id}
            column={column}
            siblings={columns.map((it) => it.id)}
            onMove={move}
            onOpen={setOpenId}
            onMore={column.id === "completed" && completed.hasNextPage ? completed.fetchNextPage : undefined}
          />
        ))}
      </div>
      {openId && (
        <TaskDetails
          key={openId}
          task={opened}
          actions={actions}
          onToggleDone={(task) => actions.setDone(task, task.status === "open")}
          onClose={() => setOpenId(null)}
        />
      )}
    </div>
  );
}

/** Keeps the focus on a card that changes its column, where it is another element. */
function useFocusAfterMove(columns: unknown) {
  const board = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks whenever the columns have changed
  useEffect(() => {
    if (!wanted.current) return;
    const card = board.current?.querySelector<HTMLElement>(`[data-card="${wanted.current}"]`);
    wanted.current = null;
    card?.focus();
    card?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [columns]);
  return {
    board,
    focusLater: (id: string) => {
      wanted.current = id;
    },
  };
}
