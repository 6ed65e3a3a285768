import {
  CalendarDays,
  ChartColumn,
  CircleCheckBig,
  Inbox,
  type LucideIcon,
  MessageCircle,
  SquareKanban,
  Sun,
} from "lucide-react";
import type { MessageKey } from "@/lib/i18n";
import { tasksPath, type View } from "@/lib/tasks/view";

type Destination = { href: string; label: MessageKey; icon: LucideIcon };

/** The lists of tasks. */
export const LISTS: readonly (Destination & { view: View })[] = [
  { view: "today", href: tasksPath({ view: "today" }), label: "nav.today", icon: Sun },
  { view: "upcoming", href: tasksPath({ view: "upcoming" }), label: "nav.upcoming", icon: CalendarDays },
  { view: "all", href: tasksPath({ view: "all" }), label: "nav.all", icon: Inbox },
  { view: "completed", href: tasksPath({ view: "completed" }), label: "nav.completed", icon: CircleCheckBig },
];

/** The other pages: a page is added to the navigation by a line here. */
export const PAGES: readonly Destination[] = [
  { href: "/chat", label: "nav.chat", icon: MessageCircle },
  { href: "/insights", label: "nav.insights", icon: ChartColumn },
  { href: "/board", label: "board.title", icon: SquareKanban },
];

/** How many destinations fit into the bar of small screens beside the account, at 360 px. */
const MOST_IN_BAR = 4;

/** The destinations of the bar of small screens. */
export function inBar(): readonly Destination[] {
  return [...LISTS.filter((list) => list.view !== "completed"), ...PAGES].slice(0, MOST_IN_BAR);
}

/** The others, which small screens have in the account's menu. */
export function besideBar(): readonly Destination[] {
  const bar = inBar().map((it) => it.href);
  return [...LISTS, ...PAGES].filter((it) => !bar.includes(it.href));
}
