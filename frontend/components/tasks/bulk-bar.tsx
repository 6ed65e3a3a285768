"use client";

import { CalendarDays, Check, Flag, Hash, RotateCcw, Trash2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Task } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import type { TaskActions } from "@/lib/tasks/actions";
import { useTaskCounts } from "@/lib/tasks/queries";
import { tagOf } from "@/lib/tasks/tags";
import { PRIORITIES } from "@/lib/tasks/view";
import { Button, IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { Popover } from "../ui/popover";
import { INPUT } from "../ui/styles";
import { PRIORITY_TEXT } from "./chips";
import DuePicker from "./due-picker";

const MOST_TAGS = 8;

/** What can be done with all selected tasks at once. */
export default function BulkBar(props: { tasks: readonly Task[]; actions: TaskActions; onDone: () => void }) {
  const { tasks, actions, onDone } = props;
  const translate = useTranslate();
  const [picksDue, setPicksDue] = useState(false);
  const areCompleted = tasks.every((task) => task.status === "completed");

  function act(action: Parameters<TaskActions["bulk"]>[1]) {
    actions.bulk(tasks, action);
    onDone();
  }

  return (
    <div
      role="toolbar"
      aria-label={translate.count("select.count", tasks.length)}
      className="fixed inset-x-3 bottom-[4.75rem] z-30 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] animate-rise items-center gap-0.5 rounded-2xl bg-raised p-1.5 shadow-raised lg:bottom-6 lg:left-64"
    >
      <IconButton label={translate("select.clear")} onClick={onDone}>
        <X />
      </IconButton>
      <span aria-live="polite" className="px-1.5 font-medium text-sm tabular-nums">
        {translate.count("select.count", tasks.length)}
      </span>
      <IconButton
        label={translate(areCompleted ? "select.reopen" : "select.complete")}
        onClick={() => act(areCompleted ? "reopen" : "complete")}
      >
        {areCompleted ? <RotateCcw /> : <Check />}
      </IconButton>
      <Popover
        label={translate("select.due")}
        open={picksDue}
        onOpenChange={setPicksDue}
        className="w-72 p-3"
        trigger={
          <IconButton label={translate("select.due")}>
            <CalendarDays />
          </IconButton>
        }
      >
        <DuePicker
          task={{ due_at: null, due_has_time: false, time_zone: "UTC" }}
          onChange={(due_at) => act({ update: { due_at } })}
        />
      </Popover>
      <AddTag onAdd={(tag) => act({ update: { add_tags: [tag] } })} />
      <Menu
        trigger={
          <IconButton label={translate("select.priority")}>
            <Flag />
          </IconButton>
        }
        entries={PRIORITIES.map((priority) => ({
          kind: "action",
          label: translate(`priority.${priority}`),
          icon: <Flag className={PRIORITY_TEXT[priority]} />,
          onSelect: () => act({ update: { priority } }),
        }))}
      />
      <IconButton label={translate("select.delete")} variant="danger" onClick={() => act("delete")}>
        <Trash2 />
      </IconButton>
    </div>
  );
}

/** A tag for all of them: one that is in use, or a new one. */
function AddTag({ onAdd }: { onAdd: (tag: string) => void }) {
  const translate = useTranslate();
  const { tags } = useTaskCounts();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    const tag = tagOf(text);
    if (tag) onAdd(tag);
  }

  return (
    <Popover
      label={translate("select.tag")}
      open={open}
      onOpenChange={setOpen}
      className="w-64 p-3"
      trigger={
        <IconButton label={translate("select.tag")}>
          <Hash />
        </IconButton>
      }
    >
      <form onSubmit={submit} className="flex gap-2">
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={translate("details.field.tags.placeholder")}
          placeholder={translate("details.field.tags.placeholder")}
          maxLength={50}
          enterKeyHint="done"
          autoComplete="off"
          className={`${INPUT} h-9 min-w-0 flex-1 text-sm`}
        />
        <Button type="submit" disabled={!text.trim()}>
          {translate("quickAdd.add")}
        </Button>
      </form>
      {tags.length > 0 && (
        <div className="mt-2.5 flex flex-wrap gap-1.5">
          {tags.slice(0, MOST_TAGS).map(({ tag }) => (
            <Button key={tag} className="h-8 max-w-full px-2.5" onClick={() => onAdd(tag)}>
              <span className="truncate">#{tag}</span>
            </Button>
          ))}
        </div>
      )}
    </Popover>
  );
}
