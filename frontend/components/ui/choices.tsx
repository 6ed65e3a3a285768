"use client";

import { clsx } from "clsx";
import { useId } from "react";

type ChoicesProps<T extends string> = {
  label: string;
  value: T;
  onChange: (value: T) => void;
  choices: readonly { value: T; label: string }[];
};

/** A few alternatives side by side, of which one holds. */
export function Choices<T extends string>({ label, value, onChange, choices }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="relative flex rounded-lg bg-sunken p-0.5 ring-1 ring-line ring-inset">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className={clsx(
            "grid h-8 cursor-pointer place-items-center rounded-md px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent",
            choice.value === value ? "bg-surface font-medium shadow-sm ring-1 ring-line" : "text-ink-soft",
          )}
        >
          <input
            type="radio"
            name={name}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
            className="sr-only"
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
