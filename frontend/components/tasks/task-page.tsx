"use client";

import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Task } from "@/lib/api/types";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { useShortcuts } from "@/lib/shortcuts";
import { useTaskActions } from "@/lib/tasks/actions";
import { useCompletedTasks, useOpenTasks } from "@/lib/tasks/queries";
import { type Filters, groupTasks, readFilters, selectTasks, tasksPath } from "@/lib/tasks/view";
import { Bell } from "../shell/bell";
import { EmptyList } from "./empty-list";
import { QuickAdd, type QuickAddHandle } from "./quick-add";
import { TaskList } from "./task-list";
import { Toolbar } from "./toolbar";
import { useLeaving } from "./use-leaving";

const BulkBar = dynamic(() => import("./bulk-bar"), { ssr: false });
const TaskDetails = dynamic(() => import("./task-details"), { ssr: false });

/** The server has said the title of the list that was opened first. */
function useDocumentTitle(title: string): void {
  const name = useTranslate()("app.name");
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}

/** A list of tasks: what it shows is in the address, what is chosen in it is here. */
export function TaskPage({ initialTasks, isComplete }: { initialTasks: Task[]; isComplete: boolean }) {
  const translate = useTranslate();
  const clock = useClock();
  const actions = useTaskActions();
  const params = useSearchParams();
  const filters = useMemo(() => readFilters(new URLSearchParams(params)), [params]);
  const search = useDeferredValue(filters.q);
  const isCompletedView = filters.view === "completed";

  const open = useOpenTasks({ tasks: initialTasks, isComplete });
  const completed = useCompletedTasks(search, isCompletedView);
  const { leaving, leave } = useLeaving();

  const groups = useMemo(() => {
    if (isCompletedView) {
      const tasks = (completed.data?.pages.flatMap((page) => page.items) ?? []).filter(
        (task) =>
          (!filters.tag || task.tags.includes(filters.tag)) &&
          (!filters.priority || task.priority === filters.priority),
      );
      return tasks.length > 0 ? [{ key: "completed", title: "", isOverdue: false, tasks }] : [];
    }
    const shown = (open.data ?? []).filter((task) => task.status === "open" || leaving.has(task.id));
    const chosen = selectTasks(shown, { ...filters, q: search }, clock);
    return filters.sort === "due" && !search
      ? groupTasks(chosen, filters.view, clock, translate)
      : chosen.length > 0
        ? [{ key: "sorted", title: "", isOverdue: false, tasks: chosen }]
        : [];
  }, [isCompletedView, completed.data, open.data, leaving, filters, search, clock, translate]);
  const tasks = useMemo(() => groups.flatMap((group) => group.tasks), [groups]);

  const [openId, setOpenId] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const quickAdd = useRef<QuickAddHandle>(null);
  const searchField = useRef<HTMLInputElement>(null);

  const setFilters = useCallback(
    (changes: Partial<Filters>) => {
      // The page is the same one, so the server need not be asked.
      window.history.replaceState(null, "", tasksPath({ ...filters, ...changes }));
    },
    [filters],
  );

  const toggleSelected = useCallback((id: string) => {
    setSelected((ids) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);

  const toggleDone = useCallback(
    (task: Task) => {
      if (task.status === "open") leave(task.id);
      actions.setDone(task, task.status === "open");
    },
    [actions, leave],
  );

  useShortcuts(
    useMemo(
      () => ({
        n: () => quickAdd.current?.focus(),
        "/": () => searchField.current?.focus(),
        Escape: () => setSelected(new Set()),
      }),
      [],
    ),
  );

  // A change in the panel may take the task out of this list, but not out of the panel.
  const opened = [...(open.data ?? []), ...tasks].find((task) => task.id === openId);
  const chosen = tasks.filter((task) => selected.has(task.id));
  useDocumentTitle(translate(`nav.${filters.view}`));
  const title = filters.tag && filters.view === "all" ? `#${filters.tag}` : translate(`nav.${filters.view}`);
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pt-5 sm:px-8 lg:pt-10">
      <header className="mb-4 flex items-center gap-2">
        <h1 className="min-w-0 flex-1 truncate">{title}</h1>
        <Toolbar ref={searchField} filters={filters} onChange={setFilters} />
        <div className="lg:hidden">
          <Bell />
        </div>
      </header>
      {!isCompletedView && <QuickAdd ref={quickAdd} filters={filters} onAdd={actions.create} />}
      {tasks.length === 0 ? (
        !(isCompletedView && completed.isLoading) && (
          <EmptyList filters={filters} onExample={(example) => quickAdd.current?.fill(example)} />
        )
      ) : (
        <TaskList
          key={filters.view}
          groups={groups}
          selected={selected}
          actions={actions}
          onToggleDone={toggleDone}
          onToggleSelected={toggleSelected}
          onOpen={setOpenId}
          onEnd={isCompletedView && completed.hasNextPage ? completed.fetchNextPage : undefined}
        />
      )}
      {chosen.length > 0 && <BulkBar tasks={chosen} actions={actions} onDone={() => setSelected(new Set())} />}
      {openId && (
        <TaskDetails
          key={openId}
          task={opened}
          actions={actions}
          onToggleDone={toggleDone}
          onClose={() => setOpenId(null)}
        />
      )}
    </div>
  );
}
