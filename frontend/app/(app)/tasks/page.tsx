import type { Metadata } from "next";
import { TaskPage } from "@/components/tasks/task-page";
import { firstOpenTasks } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("nav.all") };
}

export default async function TasksPage() {
  const page = await firstOpenTasks();
  return <TaskPage initialTasks={page.items} isComplete={page.next_cursor === null} />;
}
