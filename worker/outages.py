"""Telling a dependency that is down for the moment from an event that can never be handled."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.dapr import SidecarUnavailable

_PASSING = ("08", "28", "3D", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, authorization, no such database, rolled back by a conflict, resources, locks, operator,
system; <https://www.postgresql.org/docs/18/errcodes-appendix.html>."""


def is_outage(error: BaseException) -> bool:
    """Whether the same call may succeed later without a change of the event."""
    if isinstance(error, (SidecarUnavailable, PoolTimeout, OSError, TimeoutError)):
        return True
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    sqlstate = getattr(driver_error, "sqlstate", None)
    if isinstance(error, DBAPIError) and sqlstate is None:
        return True  # the server never answered: the connection was refused or cut
    return sqlstate is not None and sqlstate[:2] in _PASSING
