"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslate } from "@/lib/i18n/client";
import { dismissToast, type Toast, toastStore } from "@/lib/toasts";
import { IconButton } from "./button";

const VISIBLE_MILLISECONDS = 7000;

/** Messages at the bottom; they stay while the pointer or the focus is on them. */
export function Toaster() {
  const translate = useTranslate();
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get, toastStore.getServer);
  const [held, setHeld] = useState(false);
  return (
    <section
      aria-label={translate("toast.region")}
      aria-live="polite"
      aria-relevant="additions"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 lg:bottom-6"
    >
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} held={held} />
      ))}
    </section>
  );
}

function ToastLine({ toast, held }: { toast: Toast; held: boolean }) {
  const translate = useTranslate();
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), VISIBLE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [held, toast.id]);
  return (
    <div
      className={clsx(
        "pointer-events-auto flex max-w-full animate-rise items-center gap-1 rounded-xl bg-raised py-1 pr-1 pl-4 text-sm shadow-raised",
        toast.tone === "error" && "text-danger",
      )}
    >
      <span className="min-w-0 truncate py-1.5 sm:max-w-96">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          onClick={() => {
            toast.action?.run();
            dismissToast(toast.id);
          }}
          className="ml-2 h-8 rounded-lg px-2.5 font-semibold text-accent hover:bg-accent-soft"
        >
          {toast.action.label}
        </button>
      )}
      <IconButton label={translate("toast.close")} className="size-8" onClick={() => dismissToast(toast.id)}>
        <X />
      </IconButton>
    </div>
  );
}
