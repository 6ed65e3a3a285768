/** How counts are drawn. Pure, so that it is easy to test. */

/** Whole numbers for an axis from 0 that reaches `highest`: few, and evenly apart. */
export function ticksTo(highest: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((it) => it * 4 >= highest) ?? Math.ceil(highest / 4);
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

export type Share = { name: string; count: number };

/** The most frequent names first, then by name; those after `most` are left out. */
export function ranked(counts: Readonly<Record<string, number>>, most: number): Share[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .slice(0, most);
}

/** Which of `count` days get a date below them, so that `most` at most do, the last one always. */
export function labelled(count: number, most: number): number[] {
  const step = Math.ceil(count / most);
  return Array.from({ length: count }, (_, index) => index).filter((index) => (count - 1 - index) % step === 0);
}
