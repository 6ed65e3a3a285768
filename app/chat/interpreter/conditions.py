"""One condition on tasks each: "overdue", "due this week", "high priority", "tagged work", "without a due date"."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.chat.interpreter.commands import Filter, Priority, Window, WindowName
from app.chat.interpreter.dates import DAYS
from app.chat.interpreter.grammar import Grammar
from app.chat.interpreter.labels import SLOTS
from app.chat.interpreter.moments import Present, add_months, week_start
from app.chat.interpreter.when import When

MAX_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One condition, or the start of search words."""

    filter: Filter
    starts_search: bool = False


CONDITIONS: Final[Grammar[Said]] = Grammar({**SLOTS, "day": DAYS.slot})


def window(present: Present, name: WindowName, start: date | None = None, end: date | None = None) -> Window:
    """A window from the start of one local day to the start of another."""
    return Window(name, present.at(start) if start else None, present.at(end) if end else None)


def due(found: Window) -> Said:
    """The condition of being due in a window."""
    return Said(Filter(due=found))


# Status


@CONDITIONS.rule("completed", "done", "finished", "closed", "ticked off", "erledigt", "erledigten", "erledigte")
@CONDITIONS.rule(
    "did i (complete|finish|do|get done|close)", "i (completed|finished|did)", "have i (completed|finished|done)"
)
@CONDITIONS.rule("i have (completed|finished|done)", "i've (completed|finished|done)", "did i get done")
def completed(_: Present) -> Said:
    return Said(Filter(status="completed"))


@CONDITIONS.rule("open", "pending", "active", "unfinished", "incomplete", "uncompleted", "remaining", "outstanding")
@CONDITIONS.rule(
    "(not|aren't|isn't) [yet] (done|completed|complete|finished)", "undone", "unerledigt", "offen", "offene"
)
def still_open(_: Present) -> Said:
    return Said(Filter(status="open"))


# When they are due


@CONDITIONS.rule("overdue", "past due", "late", "überfällig", "überfällige")
def overdue(present: Present) -> Said:
    return Said(Filter(status="open", due=Window("overdue", None, present.now)))


@CONDITIONS.rule("today", "today's", "heute")
def today(present: Present) -> Said:
    return due(window(present, "today", present.today, present.today + timedelta(days=1)))


@CONDITIONS.rule("tomorrow", "tomorrow's", "morgen")
def tomorrow(present: Present) -> Said:
    return due(window(present, "tomorrow", present.today + timedelta(days=1), present.today + timedelta(days=2)))


@CONDITIONS.rule("this week", "this week's", "diese woche")
def this_week(present: Present) -> Said:
    monday = week_start(present.today)
    return due(window(present, "this_week", monday, monday + timedelta(days=7)))


@CONDITIONS.rule(
    "[in|within|over] [the] (next|coming) (7|seven) days", "upcoming", "coming up", "[in|over] the next week"
)
def next_7_days(present: Present) -> Said:
    return due(window(present, "next_7_days", present.today, present.today + timedelta(days=7)))


@CONDITIONS.rule("[in|within|over] [the] (next|coming) <number> (day|days)")
def next_days(present: Present, days: int) -> Said:
    return due(window(present, "range", present.today, present.today + timedelta(days=days)))


@CONDITIONS.rule("[in|within|over] [the] (next|coming) <number> weeks")
def next_weeks(present: Present, weeks: int) -> Said | None:
    return next_days(present, 7 * weeks)


@CONDITIONS.rule("next week", "next week's")
def next_week(present: Present) -> Said:
    monday = week_start(present.today) + timedelta(days=7)
    return due(window(present, "range", monday, monday + timedelta(days=7)))


@CONDITIONS.rule("last week", "last week's")
def last_week(present: Present) -> Said:
    monday = week_start(present.today)
    return due(window(present, "range", monday - timedelta(days=7), monday))


@CONDITIONS.rule("[in|over|within] the (last|past) <number> days")
def last_days(present: Present, days: int) -> Said:
    tomorrow = present.today + timedelta(days=1)
    return due(window(present, "range", tomorrow - timedelta(days=days), tomorrow))


@CONDITIONS.rule("[on|at|for] (this|the) weekend", "this weekend's")
def weekend(present: Present) -> Said:
    saturday = week_start(present.today) + timedelta(days=5)
    return due(window(present, "range", saturday, saturday + timedelta(days=2)))


@CONDITIONS.rule("this month", "this month's")
def this_month(present: Present) -> Said:
    return month_from(present, 0)


@CONDITIONS.rule("next month", "next month's")
def next_month(present: Present) -> Said:
    return month_from(present, 1)


@CONDITIONS.rule("last month", "last month's")
def last_month(present: Present) -> Said:
    return month_from(present, -1)


@CONDITIONS.rule("(in|for|during) <month>")
def named_month(present: Present, month: int) -> Said:
    return month_from(present, (month - present.today.month) % 12)


def month_from(present: Present, distance: int) -> Said:
    """The whole month some months from this one."""
    first = add_months(present.today.replace(day=1), distance)
    return due(window(present, "range", first, add_months(first, 1)))


@CONDITIONS.rule("without [a|any] (date|deadline)", "without [a|any] due date", "undated", "unscheduled")
@CONDITIONS.rule("[with|have] no (date|deadline)", "[with|have] no due date")
def no_date(_: Present) -> Said:
    return due(Window("none"))


@CONDITIONS.rule("[on] <day>")
def on_day(present: Present, when: When) -> Said | None:
    return days(present, when.day, when.day) if when.day else None


@CONDITIONS.rule("(by|until|till) <day>")
def by_day(present: Present, when: When) -> Said | None:
    return days(present, None, when.day) if when.day else None


@CONDITIONS.rule("before <day>")
def before_day(present: Present, when: When) -> Said | None:
    return days(present, None, when.day - timedelta(days=1)) if when.day else None


@CONDITIONS.rule("after <day>")
def after_day(present: Present, when: When) -> Said | None:
    return days(present, when.day + timedelta(days=1), None) if when.day else None


@CONDITIONS.rule("(between|from) <day> (and|to|until|till) <day>")
def between_days(present: Present, start: When, end: When) -> Said | None:
    if start.day is None or end.day is None:
        return None
    # "Between Monday and Friday" said on a Wednesday: the Friday after that Monday.
    last = end.day + timedelta(days=7) if end.day < start.day <= end.day + timedelta(days=7) else end.day
    return days(present, start.day, last) if start.day <= last else None


def days(present: Present, first: date | None, last: date | None) -> Said:
    """The window from one day through another."""
    return due(window(present, "range", first, last and last + timedelta(days=1)))


# Labels, order and words


@CONDITIONS.rule("[with|of] [a] <level> (priority|prio)", "<level> - priority", "[with] priority <level>", "<code>")
def priority(_: Present, level: Priority) -> Said:
    return Said(Filter(priority=level))


@CONDITIONS.rule("urgent")
def urgent(_: Present) -> Said:
    return Said(Filter(priority="urgent"))


@CONDITIONS.rule("important")
def important(_: Present) -> Said:
    return Said(Filter(priority="high"))


@CONDITIONS.rule("<hashtag>", "in <hashtag>")
def tag(_: Present, name: str) -> Said:
    return Said(Filter(tags=(name,)))


@CONDITIONS.rule("(my|our|the) <tag> list")
def named_list(_: Present, name: str) -> Said:
    """As in "add milk to my shopping list", a list is a tag, except the list of tasks itself."""
    return Said(Filter() if name in ("todo", "to-do", "task", "tasks") else Filter(tags=(name,)))


@CONDITIONS.rule("(tagged|labelled|labeled) [with|as] <tags>", "(with|have) [the|a] (tag|tags|label|labels) <tags>")
@CONDITIONS.rule("(tag|tags|label|labels) : <tags>")
def tagged(_: Present, names: tuple[str, ...]) -> Said:
    return Said(Filter(tags=names))


@CONDITIONS.rule("(sorted|ordered|sort|order) by [the] [due] (date|deadline)", "(sorted|ordered|sort|order) by due")
@CONDITIONS.rule("by due date")
def by_due(_: Present) -> Said:
    return Said(Filter(sort="due"))


@CONDITIONS.rule("[sorted|ordered|sort|order] by priority")
def by_priority(_: Present) -> Said:
    return Said(Filter(sort="priority"))


@CONDITIONS.rule("(sorted|ordered|sort|order) by (title|name)", "alphabetically")
def by_title(_: Present) -> Said:
    return Said(Filter(sort="title"))


@CONDITIONS.rule("(sorted|ordered|sort|order) by (created|age)", "(sorted|ordered) by creation date")
def by_creation(_: Present) -> Said:
    return Said(Filter(sort="created"))


@CONDITIONS.rule("(top|first) <number>", "next <number> (tasks|todos|items|things)")
def at_most(_: Present, count: int) -> Said | None:
    return Said(Filter(limit=count, sort="due")) if 1 <= count <= MAX_LIMIT else None


@CONDITIONS.rule("[the] most (urgent|important)", "[the] highest priority")
def most_urgent(_: Present) -> Said:
    return Said(Filter(limit=1, sort="priority"))


@CONDITIONS.rule("next (task|todo|thing|item)")
def only_next(_: Present) -> Said:
    return Said(Filter(limit=1, sort="due"))


@CONDITIONS.rule("(about|regarding|concerning|containing|mentioning|matching|called|named|titled)", "related to")
@CONDITIONS.rule("with the (word|words)", "that (mention|contain)")
def search(_: Present) -> Said:
    return Said(Filter(), starts_search=True)
