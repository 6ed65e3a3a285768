"use client";

import { Download, Upload } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import type { ExportFormat, CalendarFeed as Feed } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { Button } from "../ui/button";
import { CalendarFeed } from "./calendar-feed";
import { Row, Section } from "./section";

const ImportDialog = dynamic(() => import("./import-dialog"), { ssr: false });

const FORMATS: readonly { format: ExportFormat; label: string }[] = [
  { format: "json", label: "JSON" },
  { format: "csv", label: "CSV" },
  { format: "ics", label: "iCalendar" },
];

/** What one takes away from here, and brings along. */
export function Data({ feed }: { feed: Feed | null }) {
  const translate = useTranslate();
  const [file, setFile] = useState<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Section id="data" title={translate("settings.data")}>
      <Row label={translate("settings.export")} hint={translate("settings.export.hint")}>
        <div className="flex flex-wrap gap-2">
          {FORMATS.map(({ format, label }) => (
            <a
              key={format}
              href={`/api/v1/export?format=${format}`}
              download
              aria-label={translate("settings.export.as", { format: label })}
              className="inline-flex h-9 items-center gap-1.5 rounded-lg bg-surface px-3 font-medium text-sm ring-1 ring-line ring-inset hover:bg-hover"
            >
              <Download aria-hidden className="size-4" />
              {label}
            </a>
          ))}
        </div>
      </Row>
      <Row label={translate("settings.import")} hint={translate("settings.import.hint")}>
        <input
          ref={input}
          type="file"
          accept=".json,.csv,application/json,text/csv"
          aria-label={translate("settings.import.file")}
          hidden
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            // The same file can be chosen again, after it was corrected.
            event.target.value = "";
          }}
        />
        <Button onClick={() => input.current?.click()}>
          <Upload aria-hidden className="size-4" />
          {translate("settings.import.choose")}
        </Button>
      </Row>
      <CalendarFeed initial={feed} />
      {file && <ImportDialog file={file} onClose={() => setFile(null)} />}
    </Section>
  );
}
