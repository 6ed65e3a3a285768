"use client";

import {
  ChevronsUpDown,
  CircleCheckBig,
  CircleUser,
  Keyboard,
  Languages,
  LogOut,
  Monitor,
  Moon,
  Sun,
} from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { anonymousApi } from "@/lib/api/client";
import type { User } from "@/lib/api/types";
import { LOCALE_COOKIE, LOCALES, type Locale } from "@/lib/i18n";
import { useTranslate } from "@/lib/i18n/client";
import { isTheme, remember, THEME_COOKIE, type Theme } from "@/lib/theme";
import { DropdownMenu, MenuChoices, MenuItem, MenuSeparator } from "../ui/menu";
import { useGo } from "./go";

const LANGUAGES: Record<Locale, string> = { en: "English", de: "Deutsch" };

type AccountMenuProps = { user: User; isSmall?: boolean; onShowShortcuts?: () => void };

/** The account: how the page looks, its language, and the way out. */
export function AccountMenu({ user, isSmall = false, onShowShortcuts }: AccountMenuProps) {
  const translate = useTranslate();
  const router = useRouter();
  const go = useGo();
  const [theme, setTheme] = useTheme();

  async function signOut() {
    await anonymousApi.POST("/api/v1/auth/sign-out");
    window.location.assign("/sign-in");
  }

  const trigger = isSmall ? (
    <button
      type="button"
      className="flex min-w-0 flex-1 flex-col items-center gap-0.5 px-1 py-2 font-medium text-[0.6875rem] text-ink-soft leading-4"
    >
      <CircleUser aria-hidden className="size-[1.375rem]" strokeWidth={1.75} />
      <span className="max-w-full truncate">{translate("nav.account")}</span>
    </button>
  ) : (
    <button
      type="button"
      aria-label={`${translate("nav.account")}: ${user.email}`}
      className="flex h-10 w-full items-center gap-2.5 rounded-lg px-2 text-left text-ink-soft text-sm hover:bg-hover hover:text-ink"
    >
      <span className="grid size-7 shrink-0 place-items-center rounded-full bg-accent font-semibold text-on-accent text-xs uppercase">
        {user.email.charAt(0)}
      </span>
      <span className="min-w-0 flex-1 truncate">{user.email}</span>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0" />
    </button>
  );

  return (
    <DropdownMenu trigger={trigger} align={isSmall ? "end" : "start"}>
      <p className="max-w-60 truncate px-2.5 pt-1.5 text-ink-soft text-sm">{user.email}</p>
      <MenuChoices
        label={translate("nav.theme")}
        value={theme}
        onChange={setTheme}
        choices={[
          { value: "system", label: translate("nav.theme.system"), icon: <Monitor /> },
          { value: "light", label: translate("nav.theme.light"), icon: <Sun /> },
          { value: "dark", label: translate("nav.theme.dark"), icon: <Moon /> },
        ]}
      />
      <MenuChoices
        label={translate("nav.language")}
        value={translate.locale}
        onChange={(locale) => {
          remember(LOCALE_COOKIE, locale);
          router.refresh();
        }}
        choices={LOCALES.map((value) => ({ value, label: LANGUAGES[value], icon: <Languages /> }))}
      />
      <MenuSeparator />
      {onShowShortcuts && (
        <MenuItem onSelect={onShowShortcuts}>
          <Keyboard />
          <span className="flex-1">{translate("nav.shortcuts")}</span>
          <kbd className="text-ink-faint text-xs">?</kbd>
        </MenuItem>
      )}
      {isSmall && (
        <MenuItem onSelect={() => go("/tasks?view=completed")}>
          <CircleCheckBig />
          {translate("nav.completed")}
        </MenuItem>
      )}
      <MenuItem onSelect={signOut}>
        <LogOut />
        {translate("nav.signOut")}
      </MenuItem>
    </DropdownMenu>
  );
}

/** The theme of the document, which the server renders from a cookie. */
function useTheme(): [Theme | "system", (theme: Theme | "system") => void] {
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
