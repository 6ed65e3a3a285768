import type { Metadata } from "next";
import { SettingsPage } from "@/components/settings/settings-page";
import { calendarFeed, currentUser, tokens } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("settings.title") };
}

export default async function Settings() {
  const [user, apiTokens, feed] = await Promise.all([currentUser(), tokens(), calendarFeed()]);
  return <SettingsPage user={user} tokens={apiTokens} feed={feed} />;
}
