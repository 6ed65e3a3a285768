"""Field types that several domains' schemas share."""

from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field


def storable(value: str) -> str:
    """`value` itself; raises ValueError where it has what PostgreSQL's UTF-8 text cannot hold."""
    if "\0" in value:
        raise ValueError("must not contain NUL characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:  # JSON can spell half of a surrogate pair
        raise ValueError("must be valid Unicode") from error
    return value


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """The names of all IANA time zones that this machine knows."""
    return frozenset(available_timezones())


def _known_time_zone(value: str) -> str:
    if value not in time_zones():
        raise ValueError("is not an IANA time zone, such as Europe/Berlin")
    return value


NulFree = AfterValidator(storable)
"""Put it into the `Annotated` of every string that is stored or searched for."""

TimeZoneName = Annotated[str, AfterValidator(_known_time_zone), Field(examples=["Europe/Berlin"])]
"""An IANA time zone that this machine knows."""
