import { formatTime } from "@/lib/dates";
import type { Locale } from "@/lib/i18n";

/** Time zones to choose from, by region, each with the time of day that its clocks show now. */
export type ZoneGroup = { region: string; zones: { name: string; label: string }[] };

export function zoneGroups(names: readonly string[], now: number, locale: Locale): ZoneGroup[] {
  const instant = new Date(now).toISOString();
  const groups = new Map<string, ZoneGroup>();
  for (const name of [...names].sort()) {
    const [region = "", ...place] = name.split("/");
    const key = place.length > 0 ? region : "";
    const group = groups.get(key) ?? { region: key, zones: [] };
    groups.set(key, group);
    const time = formatTime(instant, name, locale);
    group.zones.push({ name, label: `${(place.join(" – ") || region).replaceAll("_", " ")} · ${time}` });
  }
  return [...groups.values()];
}

/** All zones that the browser knows, and those that must be there whatever it knows. */
export function zoneNames(...needed: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...needed])];
}
