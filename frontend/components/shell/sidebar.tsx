"use client";

import { clsx } from "clsx";
import { Hash, type LucideIcon } from "lucide-react";
import { useSearchParams } from "next/navigation";
import type { User } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useTaskCounts } from "@/lib/tasks/queries";
import { tasksPath } from "@/lib/tasks/view";
import { Logo } from "../ui/logo";
import { AccountMenu } from "./account-menu";
import { Bell } from "./bell";
import { GoLink } from "./go-link";
import { LISTS, PAGES } from "./navigation";
import { useIsCurrent } from "./use-is-current";

const MOST_TAGS = 12;

export function Sidebar({ user, onShowShortcuts }: { user: User; onShowShortcuts: () => void }) {
  const translate = useTranslate();
  const isCurrent = useIsCurrent();
  const tag = useSearchParams().get("tag");
  const { views, tags } = useTaskCounts();
  return (
    <header className="fixed inset-y-0 left-0 z-20 hidden w-64 flex-col border-line border-r bg-sunken lg:flex">
      <div className="flex h-16 items-center gap-2.5 pr-3 pl-5">
        <Logo className="size-7" />
        <span className="flex-1 font-semibold tracking-tight">{translate("app.name")}</span>
        <Bell />
      </div>
      <nav aria-label={translate("nav.main")} className="flex-1 overflow-y-auto px-3 pb-4">
        <ul className="space-y-0.5">
          {LISTS.map((list) => (
            <NavLink
              key={list.href}
              {...list}
              text={translate(list.label)}
              count={views[list.view]}
              isCurrent={isCurrent(list.href) && !tag}
            />
          ))}
        </ul>
        {PAGES.length > 0 && (
          <ul className="mt-4 space-y-0.5 border-line border-t pt-4">
            {PAGES.map((page) => (
              <NavLink key={page.href} {...page} text={translate(page.label)} isCurrent={isCurrent(page.href)} />
            ))}
          </ul>
        )}
        {tags.length > 0 && (
          <>
            <h2 className="mt-6 mb-1 px-2.5 font-medium text-ink-faint text-xs">{translate("nav.tags")}</h2>
            <ul className="space-y-0.5">
              {tags.slice(0, MOST_TAGS).map((item) => (
                <NavLink
                  key={item.tag}
                  href={tasksPath({ tag: item.tag })}
                  icon={Hash}
                  text={item.tag}
                  count={item.count}
                  isCurrent={item.tag === tag}
                />
              ))}
            </ul>
          </>
        )}
      </nav>
      <div className="border-line border-t p-3">
        <AccountMenu user={user} onShowShortcuts={onShowShortcuts} />
      </div>
    </header>
  );
}

type NavLinkProps = { href: string; icon: LucideIcon; text: string; count?: number; isCurrent: boolean };

function NavLink({ href, icon: Icon, text, count, isCurrent }: NavLinkProps) {
  return (
    <li>
      <GoLink
        href={href}
        aria-current={isCurrent ? "page" : undefined}
        className={clsx(
          "flex h-9 items-center gap-3 rounded-lg px-2.5 text-sm transition-colors",
          isCurrent ? "bg-accent-soft font-semibold text-accent" : "text-ink-soft hover:bg-hover hover:text-ink",
        )}
      >
        <Icon aria-hidden className="size-[1.125rem] shrink-0" strokeWidth={isCurrent ? 2.25 : 1.75} />
        <span className="min-w-0 flex-1 truncate">{text}</span>
        {count !== undefined && count > 0 && <span className="text-xs tabular-nums opacity-80">{count}</span>}
      </GoLink>
    </li>
  );
}
