"use client";

import { type FormEvent, useState } from "react";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";

/** Calls back with the new title, empty when there is none. */
export function RenameDialog({ title, onDone }: { title: string; onDone: (title: string) => void }) {
  const translate = useTranslate();
  const [text, setText] = useState(title);
  function submit(event: FormEvent) {
    event.preventDefault();
    onDone(text.trim());
  }
  return (
    <Dialog open onOpenChange={() => onDone("")} title={translate("chat.rename")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={translate("chat.rename.title")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          maxLength={200}
          required
        />
        <Button type="submit" variant="primary" className="self-end">
          {translate("chat.rename")}
        </Button>
      </form>
    </Dialog>
  );
}

/** Asks before a conversation is gone for good. */
export function RemoveDialog({ title, onDone }: { title: string; onDone: (isMeant: boolean) => void }) {
  const translate = useTranslate();
  return (
    <Dialog open onOpenChange={() => onDone(false)} title={translate("chat.delete.title")}>
      <p className="text-ink-soft">{translate("chat.delete.text", { title })}</p>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={() => onDone(false)}>{translate("chat.cancel")}</Button>
        <Button variant="danger" className="ring-1 ring-line ring-inset" onClick={() => onDone(true)}>
          {translate("chat.delete")}
        </Button>
      </div>
    </Dialog>
  );
}
