"use client";

import type { ApiToken, CalendarFeed, User } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useSaveUser, useUser } from "@/lib/settings/queries";
import { Bell } from "../shell/bell";
import { Account } from "./account";
import { ApiTokens } from "./api-tokens";
import { Data } from "./data";
import { General } from "./general";
import { Notifications } from "./notifications";

type SettingsPageProps = { user: User; tokens: ApiToken[]; feed: CalendarFeed | null };

/** Everything that is set once; each change is saved when it is made. */
export function SettingsPage({ user: initial, tokens, feed }: SettingsPageProps) {
  const translate = useTranslate();
  const { data: user } = useUser(initial);
  const save = useSaveUser();
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pt-5 sm:px-8 lg:pt-10">
      <header className="mb-6 flex items-center gap-2">
        <h1 className="flex-1">{translate("settings.title")}</h1>
        <div className="lg:hidden">
          <Bell />
        </div>
      </header>
      <div className="space-y-9">
        <General user={user} onSave={save.mutate} />
        <Notifications user={user} save={save} />
        <ApiTokens initial={tokens} />
        <Data feed={feed} />
        <Account email={user.email} />
      </div>
    </div>
  );
}
