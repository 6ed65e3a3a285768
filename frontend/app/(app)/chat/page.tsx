import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { ChatPage } from "@/components/chat/chat-page";
import { ChatKitPage } from "@/components/chat/chatkit-page";
import { conversation, firstConversations } from "@/lib/api/load";
import { chatKitDomainKey } from "@/lib/chatkit";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("nav.chat") };
}

export default async function Chat({ searchParams }: PageProps<"/chat">) {
  const { id } = await searchParams;
  const domainKey = chatKitDomainKey();
  if (domainKey) {
    const nonce = (await headers()).get("x-nonce") ?? undefined;
    return <ChatKitPage domainKey={domainKey} nonce={nonce} thread={typeof id === "string" ? id : null} />;
  }
  const [conversations, current] = await Promise.all([
    firstConversations(),
    typeof id === "string" ? conversation(id) : null,
  ]);
  if (id !== undefined && !current) redirect("/chat");
  return <ChatPage conversations={conversations} current={current} />;
}
