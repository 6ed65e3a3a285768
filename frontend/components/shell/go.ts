"use client";

import { usePathname, useRouter } from "next/navigation";
import { useCallback } from "react";

/** Go to a page of the front end. Lists of tasks share one page, so that going from one to another asks no server. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  const pathname = usePathname();
  return useCallback(
    (href) => {
      if (new URL(href, window.location.href).pathname !== pathname) {
        router.push(href);
        return;
      }
      window.history.pushState(null, "", href);
      window.scrollTo(0, 0);
    },
    [router, pathname],
  );
}
