"use client";

import { useRouter } from "next/navigation";
import { useId, useMemo, useSyncExternalStore } from "react";
import type { User, UserUpdate } from "@/lib/api/types";
import { useClock } from "@/lib/hooks";
import { LANGUAGES, LOCALE_COOKIE, LOCALES } from "@/lib/i18n";
import { useTranslate } from "@/lib/i18n/client";
import { zoneGroups, zoneNames } from "@/lib/settings/zones";
import { remember } from "@/lib/theme";
import { useTheme } from "../shell/use-theme";
import { Choices } from "../ui/choices";
import { INPUT } from "../ui/styles";
import { Row, Section } from "./section";

type PartProps = { user: User; onSave: (changes: UserUpdate) => void };

/** Time zone, language, looks. */
export function General({ user, onSave }: PartProps) {
  const translate = useTranslate();
  const router = useRouter();
  const [theme, setTheme] = useTheme();
  return (
    <Section id="general" title={translate("settings.general")}>
      <TimeZone user={user} onSave={onSave} />
      <Row label={translate("nav.language")}>
        <Choices
          label={translate("nav.language")}
          value={translate.locale}
          onChange={(locale) => {
            remember(LOCALE_COOKIE, locale);
            router.refresh();
          }}
          choices={LOCALES.map((value) => ({ value, label: LANGUAGES[value] }))}
        />
      </Row>
      <Row label={translate("nav.theme")}>
        <Choices
          label={translate("nav.theme")}
          value={theme}
          onChange={setTheme}
          choices={[
            { value: "system", label: translate("settings.theme.system") },
            { value: "light", label: translate("nav.theme.light") },
            { value: "dark", label: translate("nav.theme.dark") },
          ]}
        />
      </Row>
    </Section>
  );
}

function TimeZone({ user, onSave }: PartProps) {
  const translate = useTranslate();
  const { now, locale } = useClock();
  const id = useId();
  // Which zones there are is the browser's to know, so the server draws the user's alone.
  const device = useSyncExternalStore(
    () => () => undefined,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => null,
  );
  const groups = useMemo(
    () => zoneGroups(device ? zoneNames(user.time_zone, device) : [user.time_zone], now, locale),
    [device, user.time_zone, now, locale],
  );
  const differs = device !== null && device !== user.time_zone;
  return (
    <Row
      label={<label htmlFor={id}>{translate("settings.timeZone")}</label>}
      hint={
        <>
          {translate(differs ? "settings.timeZone.differs" : "settings.timeZone.hint")}{" "}
          {differs && (
            <button
              type="button"
              className="font-medium text-accent underline underline-offset-3"
              onClick={() => onSave({ time_zone: device })}
            >
              {translate("settings.timeZone.use", { zone: device.replaceAll("_", " ") })}
            </button>
          )}
        </>
      }
    >
      <select
        id={id}
        value={user.time_zone}
        onChange={(event) => onSave({ time_zone: event.target.value })}
        className={`${INPUT} h-9 w-full text-sm sm:w-64`}
      >
        {groups.map(({ region, zones }) => (
          <optgroup key={region} label={region || translate("settings.timeZone.other")}>
            {zones.map((zone) => (
              <option key={zone.name} value={zone.name}>
                {zone.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </Row>
  );
}
