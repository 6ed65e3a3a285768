import { clsx } from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";
import { INPUT } from "./styles";

type FieldProps = ComponentProps<"input"> & { label: string; hint?: string; error?: string; trailing?: ReactNode };

/** An input with its label, what helps to fill it in, and what is wrong with it. */
export function Field({ label, hint, error, trailing, className, ...props }: FieldProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-note` : undefined}
          {...props}
          className={clsx(INPUT, "h-11", trailing && "pr-11")}
        />
        {trailing && <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>}
      </div>
      {(error || hint) && (
        <p id={`${id}-note`} className={clsx("mt-1.5 text-sm", error ? "text-danger" : "text-ink-faint")}>
          {error || hint}
        </p>
      )}
    </div>
  );
}
