"use client";

import { createContext, useContext } from "react";
import type { ChatSession } from "@/lib/chat/session";
import type { Transcript } from "@/lib/chat/transcript";

type Chat = { session: ChatSession; transcript: Transcript; openTask: (id: string) => void };

export const ChatContext = createContext<Chat | null>(null);

/** The conversation around a message. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("useChat needs a Thread above it");
  return chat;
}
