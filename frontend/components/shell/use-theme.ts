"use client";

import { useEffect, useState } from "react";
import { isTheme, remember, THEME_COOKIE, type Theme } from "@/lib/theme";

/** The theme of the document, which the server renders from a cookie. */
export function useTheme(): [Theme | "system", (theme: Theme | "system") => void] {
  const [theme, setTheme] = useState<Theme | "system">("system");
  useEffect(() => {
    const rendered = document.documentElement.dataset.theme;
    if (isTheme(rendered)) setTheme(rendered);
  }, []);
  return [
    theme,
    (next) => {
      setTheme(next);
      remember(THEME_COOKIE, next === "system" ? null : next);
      if (next === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = next;
    },
  ];
}
