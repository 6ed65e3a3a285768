"use client";

import type { ComponentProps } from "react";
import { useGo } from "./go";

/** A link that goes with `useGo`; opened in another tab it is a plain one. Nothing is fetched before it is followed. */
export function GoLink({ href, ...props }: ComponentProps<"a"> & { href: string }) {
  const go = useGo();
  return (
    <a
      href={href}
      {...props}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}
