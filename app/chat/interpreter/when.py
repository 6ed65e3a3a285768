"""A moment as far as it was said: a day, a time of day, a part of the day, or an exact instant."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from typing import Final


class Part(Enum):
    """A part of the day and the time it stands for when no other is given."""

    MORNING = time(9)
    AFTERNOON = time(14)
    EVENING = time(18)
    NIGHT = time(20)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clock's face; `open_half` says that am or pm was left open, `next_day` that it is midnight."""

    hour: int
    minute: int = 0
    second: int = 0
    open_half: bool = False
    next_day: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """Parts of a moment; several phrases of one sentence add up to one of these."""

    day: date | None = None
    time: TimeOfDay | None = None
    part: Part | None = None
    instant: datetime | None = None

    def joined(self, other: "When") -> "When | None":
        """Both together, or None where they contradict each other."""
        if (self.instant and other != When()) or (other.instant and self != When()):
            return None
        mine = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}
        theirs = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name) is not None}
        return None if mine.keys() & theirs.keys() else When(**mine, **theirs)


NOTHING: Final = When()
