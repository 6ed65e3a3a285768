"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useMemo, useState } from "react";
import type { User } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useShortcuts } from "@/lib/shortcuts";
import { runNewestAction } from "@/lib/toasts";
import { BottomBar } from "./bottom-bar";
import { useGo } from "./go";
import { Sidebar } from "./sidebar";

const ShortcutSheet = dynamic(() => import("./shortcut-sheet"), { ssr: false });

/** Navigation around the page: a sidebar where there is room, else a bar at the bottom. */
export function Shell({ user, children }: { user: User; children: ReactNode }) {
  const translate = useTranslate();
  const go = useGo();
  const [helps, setHelps] = useState<boolean | null>(null);
  useShortcuts(
    useMemo(
      () => ({
        "?": () => setHelps(true),
        u: () => void runNewestAction(),
        "g t": () => go("/tasks?view=today"),
        "g u": () => go("/tasks?view=upcoming"),
        "g a": () => go("/tasks"),
        "g c": () => go("/chat"),
      }),
      [go],
    ),
  );
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {translate("nav.skip")}
      </a>
      <div className="lg:pl-64">
        <Sidebar user={user} onShowShortcuts={() => setHelps(true)} />
        <main id="content" tabIndex={-1} className="min-h-dvh pb-24 outline-none lg:pb-10">
          {children}
        </main>
        <BottomBar user={user} />
      </div>
      {helps !== null && <ShortcutSheet open={helps} onOpenChange={setHelps} />}
    </>
  );
}
