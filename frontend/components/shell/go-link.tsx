"use client";

import Link from "next/link";
import type { ComponentProps } from "react";
import { useGo } from "./go";

/** A link that goes with `useGo`; opened in another tab it is a plain one. */
export function GoLink({ href, ...props }: Omit<ComponentProps<typeof Link>, "href"> & { href: string }) {
  const go = useGo();
  return (
    <Link
      href={href}
      prefetch={false}
      {...props}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}
