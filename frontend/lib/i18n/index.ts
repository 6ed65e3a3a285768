import type { en } from "./en";

/** Remembers the choice of this browser's user. */
export const LOCALE_COOKIE = "locale";
export const LOCALES = ["en", "de"] as const;
export type Locale = (typeof LOCALES)[number];
/** Each language by its own name. */
export const LANGUAGES: Record<Locale, string> = { en: "English", de: "Deutsch" };

export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;
/** Keys that come as `.one` and `.other`. */
export type CountKey = MessageKey extends infer Key ? (Key extends `${infer Base}.one` ? Base : never) : never;
export type Values = Record<string, string | number>;

/** Messages of one language, with their `{names}` filled in. */
export type Translate = {
  (key: MessageKey, values?: Values): string;
  /** The form of the message for `count`. */
  count(key: CountKey, count: number, values?: Values): string;
  locale: Locale;
};

export function translator(locale: Locale, messages: Messages): Translate {
  const numbers = new Intl.NumberFormat(locale);
  const plural = new Intl.PluralRules(locale);
  const fill = (text: string, values: Values = {}) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? "");
    });
  const translate = (key: MessageKey, values?: Values) => fill(messages[key], values);
  return Object.assign(translate, {
    count: (key: CountKey, count: number, values?: Values) =>
      fill(messages[`${key}.${plural.select(count) === "one" ? "one" : "other"}`], { count, ...values }),
    locale,
  });
}

/** The first language of an `Accept-Language` header that there is a catalogue for. */
export function negotiate(acceptLanguage: string | null): Locale {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", quality] = part.trim().split(";q=");
      return { language: tag.split("-")[0]?.toLowerCase() ?? "", quality: Number(quality ?? 1) };
    })
    .sort((a, b) => b.quality - a.quality);
  return wanted.map((it) => it.language).find(isLocale) ?? "en";
}

export function isLocale(value: string | undefined): value is Locale {
  return LOCALES.includes(value as Locale);
}
