import type { ReactNode } from "react";
import { LiveUpdates } from "@/components/shell/live-updates";
import { Shell } from "@/components/shell/shell";
import { currentUser, liveCursor } from "@/lib/api/load";
import { ClockProvider } from "@/lib/hooks";

/** Every page of a signed-in user. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const [user, cursor] = await Promise.all([currentUser(), liveCursor()]);
  return (
    <ClockProvider now={Date.now()} timeZone={user.time_zone}>
      <LiveUpdates cursor={cursor} />
      <Shell user={user}>{children}</Shell>
    </ClockProvider>
  );
}
