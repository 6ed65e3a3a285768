"use client";

import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type FormEvent, useState } from "react";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import { useTranslate } from "@/lib/i18n/client";
import { showToast } from "@/lib/toasts";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Row, Section } from "./section";

const DeleteDialog = dynamic(() => import("./delete-dialog"), { ssr: false });

/** The password, and the end of the account. */
export function Account({ email }: { email: string }) {
  const translate = useTranslate();
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <>
      <Section id="password" title={translate("settings.password")} lead={translate("settings.password.lead")}>
        <Password email={email} />
      </Section>
      <Section id="delete" title={translate("settings.delete")} tone="danger">
        <Row label={translate("settings.delete.label")} hint={translate("settings.delete.hint")}>
          <Button variant="danger" className="ring-1 ring-line ring-inset" onClick={() => setIsDeleting(true)}>
            {translate("settings.delete.open")}
          </Button>
        </Row>
      </Section>
      {isDeleting && <DeleteDialog email={email} onClose={() => setIsDeleting(false)} />}
    </>
  );
}

function Password({ email }: { email: string }) {
  const translate = useTranslate();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      dataOf(api.POST("/api/v1/users/me/password", { body: { current_password: current, new_password: next } })),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      showToast({ text: translate("settings.password.changed") });
    },
  });
  const problem = change.error instanceof ApiError ? change.error : null;
  const inFields = problem?.reason("current_password") ?? problem?.reason("new_password");

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }

  return (
    <form onSubmit={submit} className="space-y-4 py-4">
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={translate("settings.password.current")}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={problem?.reason("current_password")}
        />
        <Field
          label={translate("settings.password.new")}
          type="password"
          autoComplete="new-password"
          required
          value={next}
          onChange={(event) => setNext(event.target.value)}
          hint={translate("auth.password.hint")}
          error={problem?.reason("new_password")}
        />
      </div>
      {change.error && !inFields && (
        <p role="alert" className="text-danger text-sm">
          {problem?.message ?? translate("error.network")}
        </p>
      )}
      <Button type="submit" disabled={change.isPending || !current || !next}>
        {translate(change.isPending ? "auth.working" : "settings.password.change")}
      </Button>
    </form>
  );
}
