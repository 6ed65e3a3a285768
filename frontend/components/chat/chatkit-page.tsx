"use client";

import dynamic from "next/dynamic";
import { useTranslate } from "@/lib/i18n/client";
import type { ChatKitProps } from "./chatkit-widget";

// Only where it is shown.
const ChatKitWidget = dynamic(() => import("./chatkit-widget"), { ssr: false });

/** The assistant as OpenAI's widget shows it. */
export function ChatKitPage(props: ChatKitProps) {
  const translate = useTranslate();
  return (
    <div className="-mb-24 flex h-dvh flex-col pb-[calc(3.6rem+env(safe-area-inset-bottom))] lg:-mb-10 lg:pb-0">
      <h1 className="sr-only">{translate("nav.chat")}</h1>
      <ChatKitWidget {...props} />
    </div>
  );
}
