import type { Metadata } from "next";
import { BoardPage } from "@/components/board/board-page";
import { firstOpenTasks } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("board.title") };
}

export default async function Board() {
  const page = await firstOpenTasks();
  return <BoardPage initialTasks={page.items} isComplete={page.next_cursor === null} />;
}
