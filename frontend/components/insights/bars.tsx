import type { ReactNode } from "react";
import { useTranslate } from "@/lib/i18n/client";

type BarsProps = { shares: readonly { key: string; label: ReactNode; count: number; color: string }[]; empty: string };

/** Counts beside their names, each with a bar as long as it is large. */
export function Bars({ shares, empty }: BarsProps) {
  const { locale } = useTranslate();
  const highest = Math.max(1, ...shares.map((share) => share.count));
  if (shares.length === 0) return <p className="text-ink-soft text-sm">{empty}</p>;
  return (
    <dl className="space-y-2.5 text-sm">
      {shares.map(({ key, label, count, color }) => (
        <div key={key} className="grid grid-cols-[1fr_auto] gap-x-3">
          <dt className="truncate">{label}</dt>
          <dd className="text-ink-soft tabular-nums">{count.toLocaleString(locale)}</dd>
          <dd aria-hidden className="col-span-2 mt-1 h-2 rounded-full bg-sunken">
            <div className={`h-full rounded-full ${color}`} style={{ width: `${(count / highest) * 100}%` }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
