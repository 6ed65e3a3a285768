"use client";

import { clsx } from "clsx";
import { ArrowUpDown, Flag, ListFilter, Search, X } from "lucide-react";
import { type Ref, useState } from "react";
import type { Priority } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { useTaskCounts } from "@/lib/tasks/queries";
import { type Filters, PRIORITIES, SORTS } from "@/lib/tasks/view";
import { IconButton } from "../ui/button";
import { choice, Menu, type MenuEntry } from "../ui/menu";
import { PRIORITY_TEXT } from "./chips";

const MOST_TAGS = 8;
const ANY = "" as const;

type ToolbarProps = { ref: Ref<HTMLInputElement>; filters: Filters; onChange: (changes: Partial<Filters>) => void };

/** Search, filters and sort order of the list. */
export function Toolbar({ ref, filters, onChange }: ToolbarProps) {
  const translate = useTranslate();
  const { tags } = useTaskCounts();
  const isFiltered = filters.tag !== null || filters.priority !== null;
  const any = { value: ANY, label: translate("tasks.filter.any") };
  const filterEntries: MenuEntry[] = [
    choice<Priority | typeof ANY>({
      label: translate("tasks.filter.priority"),
      value: filters.priority ?? ANY,
      onChange: (value) => onChange({ priority: value || null }),
      choices: [
        any,
        ...PRIORITIES.map((value) => ({
          value,
          label: translate(`priority.${value}`),
          icon: <Flag aria-hidden className={PRIORITY_TEXT[value]} />,
        })),
      ],
    }),
  ];
  if (tags.length > 0) {
    filterEntries.push(
      choice<string>({
        label: translate("tasks.filter.tag"),
        value: filters.tag ?? ANY,
        onChange: (value) => onChange({ tag: value || null }),
        choices: [any, ...tags.slice(0, MOST_TAGS).map(({ tag }) => ({ value: tag, label: `#${tag}` }))],
      }),
    );
  }
  if (isFiltered) {
    filterEntries.push(
      { kind: "separator" },
      {
        kind: "action",
        label: translate("tasks.filter.clear"),
        icon: <X aria-hidden />,
        onSelect: () => onChange({ tag: null, priority: null }),
      },
    );
  }
  return (
    <>
      <SearchField ref={ref} value={filters.q} onChange={(q) => onChange({ q })} />
      <Menu
        align="end"
        trigger={
          <IconButton label={translate("tasks.filter")} className={clsx(isFiltered && "bg-accent-soft text-accent")}>
            <ListFilter />
          </IconButton>
        }
        entries={filterEntries}
      />
      {filters.view !== "completed" && (
        <Menu
          align="end"
          trigger={
            <IconButton
              label={translate("tasks.sort")}
              className={clsx(filters.sort !== "due" && "bg-accent-soft text-accent")}
            >
              <ArrowUpDown />
            </IconButton>
          }
          entries={[
            choice({
              label: translate("tasks.sort"),
              value: filters.sort,
              onChange: (sort) => onChange({ sort }),
              choices: SORTS.map((value) => ({ value, label: translate(`tasks.sort.${value}`) })),
            }),
          ]}
        />
      )}
    </>
  );
}

/** A glass that opens into a field: on a phone the room is the title's. */
function SearchField(props: { ref: Ref<HTMLInputElement>; value: string; onChange: (value: string) => void }) {
  const translate = useTranslate();
  const [hasFocus, setHasFocus] = useState(false);
  const isOpen = hasFocus || props.value !== "";
  return (
    <search
      className={clsx(
        "relative h-9 transition-[width] duration-150",
        isOpen ? "w-44 max-sm:absolute max-sm:inset-x-4 max-sm:z-10 max-sm:w-auto max-sm:bg-canvas" : "w-9 sm:w-44",
      )}
    >
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-2.5 size-[1.125rem] text-ink-faint" />
      <input
        ref={props.ref}
        type="search"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          props.onChange("");
          event.currentTarget.blur();
        }}
        aria-label={translate("tasks.search")}
        placeholder={translate("tasks.search")}
        maxLength={200}
        autoComplete="off"
        className={clsx(
          "h-9 w-full rounded-lg bg-transparent pl-9 [&::-webkit-search-cancel-button]:hidden text-sm hover:bg-hover focus:bg-surface",
          isOpen
            ? "bg-surface pr-9 ring-1 ring-line ring-inset"
            : "max-sm:cursor-pointer max-sm:text-transparent max-sm:placeholder:text-transparent",
        )}
      />
      {props.value && (
        <IconButton
          label={translate("tasks.search.clear")}
          className="absolute top-0.5 right-0.5 size-8"
          onClick={() => props.onChange("")}
        >
          <X />
        </IconButton>
      )}
    </search>
  );
}
