export const THEME_COOKIE = "theme";
export const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function isTheme(value: string | undefined): value is Theme {
  return THEMES.includes(value as Theme);
}

const ONE_YEAR = 365 * 24 * 3600;

/** Remember a choice of this browser's, so that the server renders it from the start; null forgets it. */
export function remember(cookie: string, value: string | null): void {
  const age = value === null ? 0 : ONE_YEAR;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${cookie}=${value ?? ""}; path=/; max-age=${age}; samesite=lax`;
}
