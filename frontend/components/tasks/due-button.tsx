"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import type { Task, TaskUpdate } from "@/lib/api/types";
import { useTranslate } from "@/lib/i18n/client";
import { Popover } from "../ui/popover";

const DuePicker = dynamic(() => import("./due-picker"), { ssr: false });

type DueButtonProps = {
  task: Task;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (changes: TaskUpdate) => void;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
};

/** Opens the picker of the due date. */
export function DueButton({ task, open, onOpenChange, onChange, align, className, children }: DueButtonProps) {
  const translate = useTranslate();
  return (
    <Popover
      label={translate("due.set")}
      open={open}
      onOpenChange={onOpenChange}
      align={align}
      className="w-72 p-3"
      trigger={
        <button type="button" className={className}>
          {children}
        </button>
      }
    >
      <DuePicker
        task={task}
        onChange={(due_at) => {
          onChange({ due_at });
          onOpenChange(false);
        }}
      />
    </Popover>
  );
}
