import type { Metadata } from "next";
import { InsightsPage } from "@/components/insights/insights-page";
import { analytics } from "@/lib/api/load";
import { getTranslate } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslate())("nav.insights") };
}

export default async function Insights() {
  return <InsightsPage initial={await analytics()} />;
}
