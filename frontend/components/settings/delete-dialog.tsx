"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";

/** The last question before everything is gone. */
export default function DeleteDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const translate = useTranslate();
  const [password, setPassword] = useState("");
  const remove = useMutation({
    mutationFn: () => dataOf(api.DELETE("/api/v1/users/me", { body: { password } })),
    onSuccess: () => window.location.assign("/sign-up"),
  });
  const error = remove.error;

  function submit(event: FormEvent) {
    event.preventDefault();
    remove.mutate();
  }

  return (
    <Dialog open onOpenChange={onClose} title={translate("settings.delete")}>
      <form onSubmit={submit} className="space-y-4">
        <p className="text-ink-soft">{translate("settings.delete.text")}</p>
        <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
        <Field
          label={translate("auth.password")}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={
            error
              ? error instanceof ApiError
                ? (error.reason("password") ?? error.message)
                : translate("error.network")
              : undefined
          }
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{translate("settings.cancel")}</Button>
          <Button type="submit" variant="danger" disabled={remove.isPending || !password}>
            {translate("settings.delete.confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
