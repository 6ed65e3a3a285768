"use client";

import { ChatKit, useChatKit } from "@openai/chatkit-react";
import Script from "next/script";
import { useEffect, useState } from "react";
import { fetchWithSession } from "@/lib/api/client";
import { chatPath } from "@/lib/chat/queries";
import { CHATKIT_SCRIPT } from "@/lib/chatkit";
import { useMedia } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { isTheme, type Theme } from "@/lib/theme";

const SUGGESTIONS = ["chat.suggestion.1", "chat.suggestion.2", "chat.suggestion.3", "chat.suggestion.4"] as const;

export type ChatKitProps = { domainKey: string; nonce: string | undefined; thread: string | null };

/** A frame of OpenAI's, whose requests this page sends to our backend. */
export default function ChatKitWidget({ domainKey, nonce, thread }: ChatKitProps) {
  const translate = useTranslate();
  const [isMissing, setIsMissing] = useState(false);
  const { control } = useChatKit({
    api: {
      url: "/api/v1/chat/chatkit",
      domainKey,
      fetch: (input, init) => fetchWithSession(new Request(input, init)),
    },
    initialThread: thread,
    locale: translate.locale,
    theme: useShownTheme(),
    frameTitle: translate("nav.chat"),
    startScreen: {
      greeting: translate("chat.welcome.title"),
      prompts: SUGGESTIONS.map((key) => ({ label: translate(key), prompt: translate(key) })),
    },
    composer: { placeholder: translate("chat.placeholder") },
    onThreadChange: ({ threadId }) => window.history.replaceState(null, "", chatPath(threadId)),
  });
  return (
    <>
      <Script src={CHATKIT_SCRIPT} nonce={nonce} onError={() => setIsMissing(true)} />
      {isMissing ? (
        <p role="alert" className="m-auto max-w-sm p-4 text-center text-ink-soft">
          {translate("chat.chatkit.missing")}
        </p>
      ) : (
        <ChatKit control={control} className="block min-h-0 w-full flex-1" />
      )}
    </>
  );
}

/** Light or dark, as this page is shown. */
function useShownTheme(): Theme {
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const [chosen, setChosen] = useState<Theme | null>(null);
  useEffect(() => {
    const { theme } = document.documentElement.dataset;
    setChosen(isTheme(theme) ? theme : null);
  }, []);
  return chosen ?? (isDark ? "dark" : "light");
}
