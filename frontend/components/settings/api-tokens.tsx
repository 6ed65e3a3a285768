"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { api } from "@/lib/api/client";
import { dataOf } from "@/lib/api/errors";
import type { ApiToken, CreatedApiToken } from "@/lib/api/types";
import { dayInWords, dayOf } from "@/lib/dates";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import { mcpAddress, mcpConfiguration } from "@/lib/settings/mcp";
import { TOKENS_KEY, useApiTokens, useSayError } from "@/lib/settings/queries";
import { Button, IconButton } from "../ui/button";
import { Field } from "../ui/field";
import { INPUT } from "../ui/styles";
import { Copyable } from "./copyable";
import { Section } from "./section";

/** Days that a token is valid; 0 is for ever. */
const LIFETIMES = [30, 90, 365, 0] as const;

/** Tokens for other programs, and how to tell them where to go. */
export function ApiTokens({ initial }: { initial: ApiToken[] }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const sayError = useSayError();
  const { data: tokens } = useApiTokens(initial);
  const [created, setCreated] = useState<CreatedApiToken | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: TOKENS_KEY });

  const create = useMutation({
    mutationFn: (body: { name: string; expires_in_days: number | null }) =>
      dataOf(api.POST("/api/v1/tokens", { body })),
    onSuccess: setCreated,
    onError: sayError,
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => dataOf(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: (_, id) => setCreated((shown) => (shown?.id === id ? null : shown)),
    onError: sayError,
    onSettled: refresh,
  });

  return (
    <Section id="tokens" title={translate("settings.tokens")} lead={translate("settings.tokens.lead")}>
      {tokens.length > 0 && (
        <ul className="divide-y divide-line">
          {tokens.map((token) => (
            <TokenLine key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
          ))}
        </ul>
      )}
      <NewToken isWorking={create.isPending} onCreate={(body) => create.mutateAsync(body)} />
      {created && <Configuration created={created} />}
    </Section>
  );
}

function TokenLine({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const translate = useTranslate();
  const clock = useClock();
  const day = (instant: string) =>
    dayInWords(dayOf(instant, clock.timeZone), dayOf(clock.now, clock.timeZone), clock.locale);
  const facts = [
    token.last_used_at
      ? translate("settings.tokens.used", { day: day(token.last_used_at) })
      : translate("settings.tokens.unused"),
    token.expires_at
      ? translate("settings.tokens.expires", { day: day(token.expires_at) })
      : translate("settings.tokens.forever"),
  ];
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium text-sm">{token.name}</div>
        <div className="text-ink-soft text-sm">{facts.join(" · ")}</div>
      </div>
      <IconButton label={translate("settings.tokens.revoke", { name: token.name })} variant="danger" onClick={onRevoke}>
        <Trash2 />
      </IconButton>
    </li>
  );
}

type NewTokenProps = {
  isWorking: boolean;
  onCreate: (body: { name: string; expires_in_days: number | null }) => Promise<unknown>;
};

function NewToken({ isWorking, onCreate }: NewTokenProps) {
  const translate = useTranslate();
  const id = useId();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number>(90);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const done = await onCreate({ name: name.trim(), expires_in_days: days || null }).catch(() => null);
    if (done) setName("");
  }

  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2 py-3.5">
      <Field
        label={translate("settings.tokens.name")}
        placeholder={translate("settings.tokens.name.example")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        required
        maxLength={100}
        autoComplete="off"
        className="min-w-0 flex-1 basis-full sm:basis-44"
      />
      <div className="min-w-32 flex-1 sm:flex-none">
        <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
          {translate("settings.tokens.lifetime")}
        </label>
        <select
          id={id}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
          className={`${INPUT} h-11`}
        >
          {LIFETIMES.map((it) => (
            <option key={it} value={it}>
              {it ? translate.count("settings.tokens.days", it) : translate("settings.tokens.forever")}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" disabled={isWorking || !name.trim()} className="h-11">
        {translate("settings.tokens.create")}
      </Button>
    </form>
  );
}

function Configuration({ created }: { created: CreatedApiToken }) {
  const translate = useTranslate();
  const origin = window.location.origin;
  return (
    <div role="status" className="my-3.5 animate-fade-in space-y-3 rounded-xl bg-accent-soft p-3">
      <p className="text-sm">{translate("settings.tokens.once", { name: created.name })}</p>
      <Copyable label={translate("settings.tokens.token")} text={created.token} />
      <Copyable label={translate("settings.tokens.configuration")} text={mcpConfiguration(origin, created.token)} />
      <p className="text-ink-soft text-sm">{translate("settings.tokens.mcp", { address: mcpAddress(origin) })}</p>
    </div>
  );
}
