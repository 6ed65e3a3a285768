"use client";

import { ChevronsUpDown, CircleUser, Keyboard, Languages, LogOut, Monitor, Moon, Settings, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { anonymousApi } from "@/lib/api/client";
import type { User } from "@/lib/api/types";
import { LANGUAGES, LOCALE_COOKIE, LOCALES } from "@/lib/i18n";
import { useTranslate } from "@/lib/i18n/client";
import { remember } from "@/lib/theme";
import { choice, Menu, type MenuEntry } from "../ui/menu";
import { useGo } from "./go";
import { besideBar } from "./navigation";
import { useTheme } from "./use-theme";

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

  const entries: MenuEntry[] = [
    { kind: "text", text: user.email },
    choice({
      label: translate("nav.theme"),
      value: theme,
      onChange: setTheme,
      choices: [
        { value: "system", label: translate("nav.theme.system"), icon: <Monitor aria-hidden /> },
        { value: "light", label: translate("nav.theme.light"), icon: <Sun aria-hidden /> },
        { value: "dark", label: translate("nav.theme.dark"), icon: <Moon aria-hidden /> },
      ],
    }),
    choice({
      label: translate("nav.language"),
      value: translate.locale,
      onChange(locale) {
        remember(LOCALE_COOKIE, locale);
        router.refresh();
      },
      choices: LOCALES.map((value) => ({ value, label: LANGUAGES[value], icon: <Languages aria-hidden /> })),
    }),
    { kind: "separator" },
  ];
  if (onShowShortcuts) {
    entries.push({
      kind: "action",
      label: translate("nav.shortcuts"),
      icon: <Keyboard aria-hidden />,
      shortcut: "?",
      onSelect: onShowShortcuts,
    });
  }
  if (isSmall) {
    for (const { href, label, icon: Icon } of besideBar()) {
      entries.push({ kind: "action", label: translate(label), icon: <Icon aria-hidden />, onSelect: () => go(href) });
    }
  }
  entries.push({
    kind: "action",
    label: translate("settings.title"),
    icon: <Settings aria-hidden />,
    onSelect: () => go("/settings"),
  });
  entries.push({ kind: "action", label: translate("nav.signOut"), icon: <LogOut aria-hidden />, onSelect: signOut });

  return <Menu trigger={trigger} entries={entries} align={isSmall ? "end" : "start"} />;
}
