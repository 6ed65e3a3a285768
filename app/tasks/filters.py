"""What a filter means at an instant, by the user's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.tasks.moments import local_days, to_start
from app.tasks.repository import Criteria
from app.tasks.schemas import DueRange, TaskFilter

_DAYS = {DueRange.TODAY: (0, 1), DueRange.TOMORROW: (1, 1), DueRange.WEEK: (0, 7)}
"""Days from today to the first one, and how many."""


def resolve(criteria: TaskFilter, time_zone: str, now: datetime) -> Criteria:
    """The criteria in instants; `time_zone` is the user's."""
    zone = ZoneInfo(time_zone)
    due_from = [to_start(criteria.due_after, zone)] if criteria.due_after else []
    due_until = [to_start(criteria.due_before, zone)] if criteria.due_before else []
    if criteria.due is DueRange.OVERDUE:
        due_until.append(now)
    elif criteria.due in _DAYS:
        offset, count = _DAYS[criteria.due]
        first, end = local_days(now.astimezone(zone).date(), offset, count, zone)
        due_from.append(first)
        due_until.append(end)
    return Criteria(
        status=criteria.status,
        overdue=criteria.due is DueRange.OVERDUE,
        priorities=[priority.rank for priority in criteria.priority],
        tags=criteria.tag,
        due_from=max(due_from, default=None),
        due_until=min(due_until, default=None),
        without_due=criteria.due is DueRange.NONE,
        words=criteria.q,
        last_word_is_incomplete=criteria.q is not None and _may_be_incomplete(criteria.q),
        series_id=criteria.series_id,
    )


def _may_be_incomplete(words: str) -> bool:
    """Whether the last word may go on: not where it is quoted or excluded."""
    last = words.rsplit(maxsplit=1)[-1]
    return words.count('"') % 2 == 0 and not last.startswith("-") and last[-1].isalnum()
