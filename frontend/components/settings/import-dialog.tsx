"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { clsx } from "clsx";
import { api } from "@/lib/api/client";
import { ApiError, dataOf } from "@/lib/api/errors";
import type { ImportMode, ImportReport } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useSayError } from "@/lib/settings/queries";
import { useTaskActions } from "@/lib/tasks/actions";
import { COMPLETED_KEY, TASKS_KEY } from "@/lib/tasks/cache";
import { showToast } from "@/lib/toasts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** More rows with something to say than this are not shown one by one. */
const MOST_ROWS = 200;

function send(file: File, mode: ImportMode): Promise<ImportReport> {
  return dataOf(
    api.POST("/api/v1/import", {
      params: { query: { mode } },
      // The file as it is, whatever it is: the backend looks.
      body: file as unknown as string,
      bodySerializer: (body) => body as unknown as File,
      headers: { "Content-Type": "application/octet-stream" },
    }),
  );
}

/** What a file would bring, row by row; and then brings. */
export default function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const sayError = useSayError();
  const { undo } = useTaskActions();
  const check = useQuery({
    queryKey: ["import", file.name, file.lastModified, file.size],
    queryFn: () => send(file, "check"),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const take = useMutation({
    mutationFn: (mode: ImportMode) => send(file, mode),
    onSuccess: async (report) => {
      await client.invalidateQueries({ queryKey: TASKS_KEY });
      client.invalidateQueries({ queryKey: COMPLETED_KEY });
      const text = translate.count("settings.import.done", report.created + report.restored);
      showToast({ text, action: { label: translate("toast.undo"), run: undo } });
      onClose();
    },
    onError: sayError,
  });
  const report = check.data;
  const wanted = report ? report.created + report.restored : 0;
  return (
    <Dialog open onOpenChange={onClose} title={translate("settings.import.title", { file: file.name })}>
      {check.isPending && <p className="text-ink-soft">{translate("auth.working")}</p>}
      {check.error && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-danger text-sm">
          {check.error instanceof ApiError ? check.error.message : translate("error.network")}
        </p>
      )}
      {report && <Report report={report} />}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{translate("settings.cancel")}</Button>
        {report && wanted > 0 && (
          <Button
            variant="primary"
            disabled={take.isPending}
            onClick={() => take.mutate(report.refused > 0 ? "valid" : "all")}
          >
            {translate.count("settings.import.take", wanted)}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Report({ report }: { report: ImportReport }) {
  const translate = useTranslate();
  const outcomes = ["created", "restored", "unchanged", "refused"] as const;
  const told = report.rows.filter((row) => row.reason);
  return (
    <>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {outcomes
          .filter((outcome) => report[outcome] > 0)
          .map((outcome) => (
            <li key={outcome} className={clsx(outcome === "refused" && "text-danger")}>
              {translate.count(`settings.import.${outcome}`, report[outcome])}
            </li>
          ))}
        {report.rows.length === 0 && <li>{translate("settings.import.empty")}</li>}
      </ul>
      {told.length > 0 && (
        <ul className="mt-4 divide-y divide-line border-line border-y text-sm">
          {told.slice(0, MOST_ROWS).map((row) => (
            <li key={row.row} className="flex gap-3 py-2">
              <span className="w-10 shrink-0 text-right text-ink-faint tabular-nums">{row.row}</span>
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                {row.title && <span className="block font-medium">{row.title}</span>}
                <span className={row.outcome === "refused" ? "text-danger" : "text-ink-soft"}>{row.reason}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
