"use client";

import * as Radix from "@radix-ui/react-dialog";
import { clsx } from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslate } from "@/lib/i18n/client";
import { IconButton } from "./button";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** `center` for something short, `side` for what belongs to the page behind it. */
  place?: "center" | "side";
  actions?: ReactNode;
  onCloseAutoFocus?: (event: Event) => void;
};

const PLACES = {
  center: "inset-x-4 top-[12vh] mx-auto max-h-[76vh] max-w-xl animate-rise rounded-2xl",
  side: "inset-x-0 bottom-0 max-h-[88dvh] animate-rise rounded-t-2xl sm:inset-y-0 sm:left-auto sm:max-h-none sm:w-[26rem] sm:animate-slide-in sm:rounded-none sm:rounded-l-2xl",
};

/** A panel over the page, which waits behind it. */
export function Dialog({ open, onOpenChange, title, children, place = "center", actions, ...rest }: DialogProps) {
  const translate = useTranslate();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-black/25 dark:bg-black/50" />
        <Radix.Content
          aria-describedby={undefined}
          {...rest}
          className={clsx(
            "fixed z-40 flex flex-col overflow-hidden bg-raised shadow-raised outline-none",
            PLACES[place],
          )}
        >
          <header className="flex h-14 shrink-0 items-center gap-1 pr-2.5 pl-5">
            <Radix.Title className="flex-1 truncate font-semibold">{title}</Radix.Title>
            {actions}
            <Radix.Close asChild>
              <IconButton label={translate("details.close")}>
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-6">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
