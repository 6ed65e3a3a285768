"""What todo-analytics has counted of a user, asked through the sidecar."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from app.analytics.schemas import Summary
from app.core.dapr import Dapr, DaprError
from app.core.database import utc_now
from app.core.errors import InvalidInput, Unavailable
from app.users.auth import Principal

log = structlog.get_logger(__name__)

ANALYTICS = "todo-analytics"
DEFAULT_DAYS = 30
MAX_DAYS = 366


async def summarize(dapr: Dapr, principal: Principal, first: date | None = None, last: date | None = None) -> Summary:
    """Counts and streaks of the days `first` to `last`, without them the last 30 days of the user's clock.

    Raises `InvalidInput` for a range that is reversed or too long, `Unavailable` when todo-analytics does not answer.
    """
    today = today_in(principal.time_zone, utc_now())
    last = last or today
    first = first or date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1))
    if not timedelta(0) <= last - first < timedelta(days=MAX_DAYS):
        raise InvalidInput.of("from", f"must be at most {MAX_DAYS} days before `to`, and not after it")
    query = {"user_id": str(principal.user_id), "from": str(first), "to": str(last), "today": str(today)}
    try:
        return Summary.model_validate(await dapr.invoke(ANALYTICS, "GET", "/internal/summary", query=query))
    except DaprError as error:
        log.warning("analytics does not answer", error=str(error))
        raise Unavailable("Analytics does not answer at the moment.") from error


def today_in(time_zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()
