"""Telling a dependency that is down for the moment from an event that can never be handled."""

from app.core.dapr import SidecarUnavailable
from app.core.database import is_database_outage


def is_outage(error: BaseException) -> bool:
    """Whether the same call may succeed later without a change of the event."""
    return isinstance(error, (SidecarUnavailable, OSError, TimeoutError)) or is_database_outage(error)
