import type { Metadata } from "next";
import { TaskPage } from "@/components/tasks/task-page";
import { firstOpenTasks } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";
import { VIEWS } from "@/lib/tasks/view";

export async function generateMetadata({ searchParams }: PageProps<"/tasks">): Promise<Metadata> {
  const { view } = await searchParams;
  const translate = await getTranslate();
  return { title: translate(`nav.${VIEWS.find((it) => it === view) ?? "all"}`) };
}

export default async function TasksPage() {
  const page = await firstOpenTasks();
  return <TaskPage initialTasks={page.items} isComplete={page.next_cursor === null} />;
}
