"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Locale, type Messages, type Translate, translator } from "./index";

const Context = createContext<Translate | null>(null);

/** Gives the components below the messages of one language; the other catalogues are not sent. */
export function MessagesProvider(props: { locale: Locale; messages: Messages; children: ReactNode }) {
  const { locale, messages, children } = props;
  const translate = useMemo(() => translator(locale, messages), [locale, messages]);
  return <Context value={translate}>{children}</Context>;
}

export function useTranslate(): Translate {
  const translate = useContext(Context);
  if (!translate) throw new Error("useTranslate needs a MessagesProvider above it");
  return translate;
}
