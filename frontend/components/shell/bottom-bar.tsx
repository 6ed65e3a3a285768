"use client";

import { clsx } from "clsx";
import type { User } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { AccountMenu } from "./account-menu";
import { GoLink } from "./go-link";
import { inBar } from "./navigation";
import { useIsCurrent } from "./use-is-current";

/** The navigation of small screens, where a thumb reaches it. */
export function BottomBar({ user }: { user: User }) {
  const translate = useTranslate();
  const isCurrent = useIsCurrent();
  return (
    <nav
      aria-label={translate("nav.main")}
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {inBar().map(({ href, label, icon: Icon }) => (
        <GoLink
          key={href}
          href={href}
          aria-current={isCurrent(href) ? "page" : undefined}
          className={clsx(
            "flex min-w-0 flex-1 flex-col items-center gap-0.5 px-1 py-2 font-medium text-[0.6875rem] leading-4",
            isCurrent(href) ? "text-accent" : "text-ink-soft",
          )}
        >
          <Icon aria-hidden className="size-[1.375rem]" strokeWidth={isCurrent(href) ? 2.25 : 1.75} />
          <span className="max-w-full truncate">{translate(label)}</span>
        </GoLink>
      ))}
      <AccountMenu user={user} isSmall />
    </nav>
  );
}
