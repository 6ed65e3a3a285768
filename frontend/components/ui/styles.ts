/** Looks that several parts share. */

export const INPUT =
  "w-full rounded-lg bg-surface px-3 text-ink ring-1 ring-inset ring-line-strong/60 hover:ring-line-strong focus:outline-2 focus:-outline-offset-1 focus:outline-accent aria-invalid:ring-danger";

/** A panel that floats over the page. */
export const PANEL = "z-40 animate-rise rounded-xl bg-raised p-1 shadow-raised outline-none";
