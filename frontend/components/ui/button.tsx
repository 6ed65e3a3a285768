import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

type Variant = "primary" | "plain" | "quiet" | "danger";

const VARIANTS: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  plain: "bg-surface text-ink ring-1 ring-inset ring-line hover:bg-hover",
  quiet: "text-ink-soft hover:bg-hover hover:text-ink aria-expanded:bg-hover",
  danger: "text-danger hover:bg-danger-soft",
};

export type ButtonProps = ComponentProps<"button"> & { variant?: Variant };

const SHAPE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg text-sm font-medium transition-colors duration-100 disabled:pointer-events-none disabled:opacity-50";

export function Button({ variant = "plain", className, ...props }: ButtonProps) {
  return <button type="button" {...props} className={clsx(SHAPE, "h-9 px-3", VARIANTS[variant], className)} />;
}

/** A button that is only a picture; `label` is its name. */
export function IconButton(props: Omit<ButtonProps, "children"> & { label: string; children: ReactNode }) {
  const { label, variant = "quiet", className, ...rest } = props;
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={clsx(SHAPE, "relative size-9 [&_svg]:size-[1.125rem]", VARIANTS[variant], className)}
    />
  );
}
