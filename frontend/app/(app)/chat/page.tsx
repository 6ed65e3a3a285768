import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ChatPage } from "@/components/chat/chat-page";
import { conversation, firstConversations } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("nav.chat") };
}

export default async function Chat({ searchParams }: PageProps<"/chat">) {
  const { id } = await searchParams;
  const [conversations, current] = await Promise.all([
    firstConversations(),
    typeof id === "string" ? conversation(id) : null,
  ]);
  if (id !== undefined && !current) redirect("/chat");
  return <ChatPage conversations={conversations} current={current} />;
}
