"use client";

import { usePathname, useSearchParams } from "next/navigation";

/** Where the page is, to mark it in the navigation. */
export function useIsCurrent(): (href: string) => boolean {
  const pathname = usePathname();
  const params = useSearchParams();
  return (href) => {
    const target = new URL(href, "http://localhost");
    return target.pathname === pathname && (target.searchParams.get("view") ?? "all") === (params.get("view") ?? "all");
  };
}
