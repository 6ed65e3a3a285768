"use client";

import { clsx } from "clsx";
import { Bell, CalendarDays, Flag, Hash, type LucideIcon, Plus, Repeat, Trash2, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Task, TaskUpdate } from "@/lib/api/types";
import { useClock } from "@/lib/hooks";
import { useTranslate } from "@/lib/i18n/client";
import type { TaskActions } from "@/lib/tasks/actions";
import { ruleInWords } from "@/lib/tasks/recurrence";
import { tagOf } from "@/lib/tasks/tags";
import { isOverdue, PRIORITIES } from "@/lib/tasks/view";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { choice, Menu } from "../ui/menu";
import { Popover } from "../ui/popover";
import { PRIORITY_TEXT, useMomentInWords } from "./chips";
import { DueButton } from "./due-button";
import RepeatEditor from "./repeat-editor";

/** Minutes before the due time. */
const REMINDERS = [0, 10, 60, 1440] as const;

type TaskDetailsProps = {
  task: Task | undefined;
  actions: TaskActions;
  onToggleDone: (task: Task) => void;
  onClose: () => void;
};

/** Everything about a task, each part changed where it stands. */
export default function TaskDetails({ task, actions, onToggleDone, onClose }: TaskDetailsProps) {
  const translate = useTranslate();
  if (!task) return null;
  const change = (changes: TaskUpdate) => actions.update(task, changes);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={translate("details.title")}
      place="side"
      actions={
        <IconButton
          label={translate("details.delete")}
          variant="danger"
          onClick={() => {
            actions.remove(task);
            onClose();
          }}
        >
          <Trash2 />
        </IconButton>
      }
    >
      <Text
        name={translate("details.field.title")}
        value={task.title}
        onChange={(title) => title.trim() && change({ title: title.trim() })}
        maxLength={500}
        isSingleLine
        className="font-semibold text-xl! leading-7 tracking-[-0.015em]"
      />
      <Text
        name={translate("details.field.notes")}
        placeholder={translate("details.field.notes.placeholder")}
        value={task.notes}
        onChange={(notes) => change({ notes })}
        maxLength={20_000}
        className="mt-2 min-h-24 text-ink-soft"
      />
      <dl className="mt-4 border-line border-t">
        <Due task={task} onChange={change} />
        <Reminders task={task} onChange={change} />
        <RepeatPart task={task} onChange={change} />
        <PriorityPart task={task} onChange={change} />
        <Tags task={task} onChange={change} />
      </dl>
      <Button
        variant={task.status === "open" ? "primary" : "plain"}
        className="mt-6 w-full"
        onClick={() => {
          onToggleDone(task);
          onClose();
        }}
      >
        {translate(task.status === "open" ? "select.complete" : "select.reopen")}
      </Button>
      <Created task={task} />
    </Dialog>
  );
}

type PartProps = { task: Task; onChange: (changes: TaskUpdate) => void };

function Part({ icon: Icon, label, children }: { icon: LucideIcon; label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-12 items-center gap-3 border-line border-b py-1.5 text-sm">
      <dt className="flex w-28 shrink-0 items-center gap-2.5 text-ink-soft">
        <Icon aria-hidden className="size-4" />
        {label}
      </dt>
      <dd className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">{children}</dd>
    </div>
  );
}

const VALUE = "-ml-2 min-h-9 max-w-full rounded-lg px-2 text-left hover:bg-hover aria-expanded:bg-hover";

function Due({ task, onChange }: PartProps) {
  const translate = useTranslate();
  const clock = useClock();
  const momentInWords = useMomentInWords();
  const [open, setOpen] = useState(false);
  return (
    <Part icon={CalendarDays} label={translate("details.field.due")}>
      <DueButton
        task={task}
        open={open}
        onOpenChange={setOpen}
        onChange={onChange}
        className={clsx(VALUE, isOverdue(task, clock) ? "text-danger" : !task.due_at && "text-ink-faint")}
      >
        {task.due_at ? momentInWords(task.due_at, task.due_has_time, task.time_zone) : translate("due.none")}
      </DueButton>
    </Part>
  );
}

function Reminders({ task, onChange }: PartProps) {
  const translate = useTranslate();
  const clock = useClock();
  const momentInWords = useMomentInWords();
  const coming = task.reminders.filter((reminder) => Date.parse(reminder.remind_at) > clock.now);
  const dueAt = task.due_at ? Date.parse(task.due_at) : 0;
  const possible = REMINDERS.filter((minutes) => dueAt - minutes * 60_000 > clock.now);
  const moments = coming.map((reminder) => reminder.remind_at);
  const [adds, setAdds] = useState(false);
  const add = (reminder: NonNullable<TaskUpdate["reminders"]>[number]) => {
    onChange({ reminders: [...moments, reminder] });
    setAdds(false);
  };
  return (
    <Part icon={Bell} label={translate("details.field.reminders")}>
      {coming.map(({ id, remind_at }) => {
        const time = momentInWords(remind_at, true);
        return (
          <Removable
            key={id}
            label={translate("details.reminder.remove", { time })}
            onRemove={() => onChange({ reminders: moments.filter((moment) => moment !== remind_at) })}
          >
            {time}
          </Removable>
        );
      })}
      <Popover
        label={translate("details.reminder.add")}
        open={adds}
        onOpenChange={setAdds}
        trigger={
          <IconButton label={translate("details.reminder.add")} className="size-8">
            <Plus />
          </IconButton>
        }
      >
        {possible.map((minutes) => (
          <Button
            key={minutes}
            variant="quiet"
            className="w-full justify-start text-ink"
            onClick={() => add({ minutes_before_due: minutes })}
          >
            {translate(`details.reminder.before.${minutes}`)}
          </Button>
        ))}
        <ReminderAt onAdd={add} />
      </Popover>
    </Part>
  );
}

/** A day and time of one's own choice, in the user's zone. */
function ReminderAt({ onAdd }: { onAdd: (moment: string) => void }) {
  const translate = useTranslate();
  const [moment, setMoment] = useState("");
  return (
    <form
      className="flex items-center gap-1.5 p-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (moment) onAdd(moment);
      }}
    >
      <input
        type="datetime-local"
        aria-label={translate("details.reminder.at")}
        value={moment}
        onChange={(event) => setMoment(event.target.value)}
        className="h-9 rounded-lg bg-surface px-2 text-sm ring-1 ring-line-strong/60 ring-inset"
      />
      <IconButton type="submit" label={translate("details.reminder.add")} disabled={!moment}>
        <Plus />
      </IconButton>
    </form>
  );
}

function RepeatPart({ task, onChange }: PartProps) {
  const translate = useTranslate();
  const [open, setOpen] = useState(false);
  return (
    <Part icon={Repeat} label={translate("details.field.repeat")}>
      <Popover
        label={translate("details.field.repeat")}
        open={open}
        onOpenChange={setOpen}
        className="w-80 p-3"
        trigger={
          <button type="button" className={clsx(VALUE, !task.rrule && "text-ink-faint")}>
            {task.rrule ? ruleInWords(task.rrule, translate) : translate("repeat.never")}
            {task.rrule && task.recurrence_mode === "completion" && ` ${translate("repeat.words.completion")}`}
          </button>
        }
      >
        <RepeatEditor
          task={task}
          onChange={(changes) => {
            onChange(changes);
            setOpen(false);
          }}
        />
      </Popover>
    </Part>
  );
}

function PriorityPart({ task, onChange }: PartProps) {
  const translate = useTranslate();
  return (
    <Part icon={Flag} label={translate("details.field.priority")}>
      <Menu
        trigger={
          <button type="button" className={clsx(VALUE, "flex items-center gap-2")}>
            <Flag aria-hidden className={clsx("size-4", PRIORITY_TEXT[task.priority])} />
            {translate(`priority.${task.priority}`)}
          </button>
        }
        entries={[
          choice({
            value: task.priority,
            onChange: (priority) => onChange({ priority }),
            choices: PRIORITIES.map((value) => ({
              value,
              label: translate(`priority.${value}`),
              icon: <Flag aria-hidden className={PRIORITY_TEXT[value]} />,
            })),
          }),
        ]}
      />
    </Part>
  );
}

function Tags({ task, onChange }: PartProps) {
  const translate = useTranslate();
  const [text, setText] = useState("");
  return (
    <Part icon={Hash} label={translate("details.field.tags")}>
      {task.tags.map((tag) => (
        <Removable
          key={tag}
          label={translate("details.tag.remove", { tag })}
          onRemove={() => onChange({ tags: task.tags.filter((other) => other !== tag) })}
        >
          {tag}
        </Removable>
      ))}
      <form
        className="min-w-24 flex-1"
        onSubmit={(event) => {
          event.preventDefault();
          const tag = tagOf(text);
          if (tag && !task.tags.includes(tag)) onChange({ tags: [...task.tags, tag] });
          setText("");
        }}
      >
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={translate("details.field.tags.placeholder")}
          placeholder={translate("details.field.tags.placeholder")}
          maxLength={50}
          enterKeyHint="done"
          className="h-8 w-full rounded-md bg-transparent px-1"
        />
      </form>
    </Part>
  );
}

function Removable({ label, onRemove, children }: { label: string; onRemove: () => void; children: ReactNode }) {
  return (
    <span className="inline-flex h-7 items-center gap-0.5 rounded-md bg-accent-soft pl-2">
      {children}
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={onRemove}
        className="grid size-7 place-items-center rounded-md text-ink-soft hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

type TextProps = {
  name: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
  isSingleLine?: boolean;
  className: string;
};

/** Text that is edited where it stands, and kept when one leaves it. */
function Text({ name, placeholder, value, onChange, maxLength, isSingleLine = false, className }: TextProps) {
  const [text, setText] = useState<string | null>(null);
  const keep = useRef(() => {});
  useEffect(() => {
    keep.current = () => {
      if (text !== null && text !== value) onChange(text);
    };
  });
  // A panel that is closed by a key takes the field away without leaving it first.
  useEffect(() => () => keep.current(), []);
  return (
    <textarea
      aria-label={name}
      placeholder={placeholder}
      rows={1}
      value={text ?? value}
      maxLength={maxLength}
      onChange={(event) => setText(isSingleLine ? event.target.value.replaceAll("\n", " ") : event.target.value)}
      onBlur={() => {
        keep.current();
        setText(null);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (isSingleLine || event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          event.currentTarget.blur();
        }
      }}
      className={clsx(
        "-mx-2 block w-[calc(100%+1rem)] resize-none rounded-lg bg-transparent px-2 py-1 [field-sizing:content] hover:bg-hover focus:bg-transparent",
        className,
      )}
    />
  );
}

function Created({ task }: { task: Task }) {
  const translate = useTranslate();
  const momentInWords = useMomentInWords();
  return (
    <p className="mt-4 text-center text-ink-faint text-xs">
      {task.completed_at
        ? translate("details.completed", { date: momentInWords(task.completed_at, true) })
        : translate("details.created", { date: momentInWords(task.created_at, true) })}
    </p>
  );
}
