"use client";

import { useMutation } from "@tanstack/react-query";
import { clsx } from "clsx";
import { type FormEvent, useId, useState, useSyncExternalStore } from "react";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { NotificationChannel, User, UserUpdate } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import type { useSaveUser } from "@/lib/settings/queries";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Switch } from "../ui/switch";
import { Copyable } from "./copyable";
import { Row, Section } from "./section";

/** Minutes before the due time. */
const REMINDERS = [0, 10, 60, 1440] as const;

type Save = ReturnType<typeof useSaveUser>;
type PartProps = { user: User; onSave: (changes: UserUpdate) => void };

/** When to be reminded, and where. */
export function Notifications({ user, save }: { user: User; save: Save }) {
  const translate = useTranslate();
  return (
    <Section id="notifications" title={translate("settings.notifications")}>
      <DefaultReminders user={user} onSave={save.mutate} />
      <Device />
      <Mail user={user} onSave={save.mutate} />
      <Webhook user={user} save={save} />
    </Section>
  );
}

function DefaultReminders({ user, onSave }: PartProps) {
  const translate = useTranslate();
  const chosen = user.default_reminders;
  const isSuggested = (minutes: number) => REMINDERS.some((it) => it === minutes);
  const toggle = (minutes: number) =>
    onSave({
      default_reminders: chosen.includes(minutes) ? chosen.filter((it) => it !== minutes) : [...chosen, minutes],
    });
  const option = (minutes: number, label: string) => (
    <label
      key={minutes}
      className={clsx(
        "cursor-pointer rounded-full px-3 py-1.5 text-sm ring-1 ring-inset has-focus-visible:outline-2 has-focus-visible:outline-accent",
        chosen.includes(minutes) ? "bg-accent-soft font-medium text-accent ring-accent" : "text-ink-soft ring-line",
      )}
    >
      <input type="checkbox" checked={chosen.includes(minutes)} onChange={() => toggle(minutes)} className="sr-only" />
      {label}
    </label>
  );
  return (
    <Row label={translate("settings.reminders")} hint={translate("settings.reminders.hint")}>
      <fieldset className="relative flex flex-wrap gap-1.5">
        <legend className="sr-only">{translate("settings.reminders")}</legend>
        {REMINDERS.map((minutes) => option(minutes, translate(`details.reminder.before.${minutes}`)))}
        {/* Set by another program, perhaps. */}
        {chosen
          .filter((minutes) => !isSuggested(minutes))
          .map((minutes) => option(minutes, translate.count("settings.reminders.minutes", minutes)))}
      </fieldset>
    </Row>
  );
}

function Mail({ user, onSave }: PartProps) {
  const translate = useTranslate();
  const id = useId();
  return (
    <div>
      <Row label={<label htmlFor={id}>{translate("settings.mail")}</label>} hint={user.email}>
        <Switch
          id={id}
          checked={user.notify_by_email}
          onChange={(event) => onSave({ notify_by_email: event.target.checked })}
        />
      </Row>
      {user.notify_by_email && <Try channel="email" label={translate("settings.mail")} />}
    </div>
  );
}

function Webhook({ user, save }: { user: User; save: Save }) {
  const translate = useTranslate();
  const [url, setUrl] = useState(user.webhook_url ?? "");
  const [secret, setSecret] = useState<string | null>(null);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setError(undefined);
    try {
      const saved = await save.mutateAsync({ webhook_url: url.trim() || null });
      setUrl(saved.webhook_url ?? "");
      setSecret(saved.webhook_secret ?? null);
    } catch (reason) {
      const known = reason instanceof ApiError ? (reason.reason("webhook_url") ?? reason.message) : null;
      setError(known ?? translate("error.network"));
    }
  }

  return (
    <div>
      <form onSubmit={submit} className="flex items-start gap-2 py-3.5">
        <Field
          label={translate("settings.webhook")}
          hint={translate("settings.webhook.hint")}
          type="url"
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          error={error}
          maxLength={2000}
          autoComplete="off"
          className="min-w-0 flex-1"
        />
        <Button
          type="submit"
          disabled={save.isPending || url.trim() === (user.webhook_url ?? "")}
          className="mt-[1.875rem] h-11"
        >
          {translate(user.webhook_url && !url.trim() ? "settings.remove" : "settings.save")}
        </Button>
      </form>
      {secret && (
        <div className="mb-3.5 animate-fade-in space-y-2 rounded-xl bg-accent-soft p-3">
          <Copyable label={translate("settings.webhook.secret")} text={secret} />
          <p className="text-ink-soft text-sm">{translate("settings.webhook.secret.hint")}</p>
        </div>
      )}
      {user.webhook_url && <Try channel="webhook" label={translate("settings.webhook")} />}
    </div>
  );
}

/** Sends a test notice, and says what came of it. */
function Try({ channel, label }: { channel: NotificationChannel; label: string }) {
  const translate = useTranslate();
  const attempt = useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/notifications/test", { body: { channel } })),
  });
  const reason = attempt.error?.message ?? (attempt.data?.delivered === false ? (attempt.data.reason ?? "") : null);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 pb-3.5">
      <Button
        aria-label={`${translate("settings.test")}: ${label}`}
        disabled={attempt.isPending}
        onClick={() => attempt.mutate()}
      >
        {translate(attempt.isPending ? "auth.working" : "settings.test")}
      </Button>
      <p role="status" className={clsx("min-w-0 flex-1 text-sm", reason === null ? "text-ink-soft" : "text-danger")}>
        {attempt.data?.delivered && translate("settings.test.sent")}
        {reason !== null && translate("settings.test.failed", { reason })}
      </p>
    </div>
  );
}

/** Whether this browser may show notices itself. */
function Device() {
  const translate = useTranslate();
  const [, setAnswered] = useState(false);
  const permission = useSyncExternalStore<NotificationPermission>(
    () => () => undefined,
    () => ("Notification" in window ? Notification.permission : "denied"),
    () => "default",
  );
  return (
    <Row label={translate("settings.device")} hint={translate(`settings.device.${permission}`)}>
      {permission === "default" && (
        <Button onClick={() => Notification.requestPermission().then(() => setAnswered(true))}>
          {translate("settings.device.allow")}
        </Button>
      )}
    </Row>
  );
}
