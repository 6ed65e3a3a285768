import "server-only";

import { cookies, headers } from "next/headers";
import { cache } from "react";
import { isLocale, LOCALE_COOKIE, type Locale, type Messages, negotiate, translator } from "./index";

const CATALOGUES: Record<Locale, () => Promise<Messages>> = {
  en: async () => (await import("./en")).en,
  de: async () => (await import("./de")).de,
};

/** The language of this request: the user's choice, else the browser's. */
export const requestLocale = cache(async (): Promise<Locale> => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  return isLocale(chosen) ? chosen : negotiate((await headers()).get("accept-language"));
});

export const requestMessages = cache(async () => CATALOGUES[await requestLocale()]());

export const getTranslate = cache(async () => translator(await requestLocale(), await requestMessages()));
