"use client";

import { Button } from "@/components/ui/button";
import { useTranslate } from "@/lib/i18n/client";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const translate = useTranslate();
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-start justify-center gap-3 px-6">
      <h1>{translate("error.title")}</h1>
      <p className="text-ink-soft">{translate("error.text")}</p>
      <Button variant="primary" className="mt-3" onClick={reset}>
        {translate("error.retry")}
      </Button>
    </main>
  );
}
