"use client";

import type { ComponentProps } from "react";
import { useGo } from "./go";

type GoLinkProps = ComponentProps<"a"> & { href: string; onGo?: () => void };

/** A link that goes with `useGo`, or `onGo`; opened in another tab it is a plain one. Nothing is fetched before it is followed. */
export function GoLink({ href, onGo, ...props }: GoLinkProps) {
  const go = useGo();
  return (
    <a
      href={href}
      {...props}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        if (onGo) onGo();
        else go(href);
      }}
    />
  );
}
