"""How long to wait before trying again."""


class Backoff:
    """Delays in seconds that double from the first to the last one, and start anew after a success."""

    def __init__(self, first: float, last: float) -> None:
        self._first = first
        self._last = last
        self.attempts = 0

    def next_delay(self) -> float:
        self.attempts += 1
        return delay(self.attempts, self._first, self._last)

    def reset(self) -> None:
        self.attempts = 0


def delay(attempt: int, first: float, last: float) -> float:
    """Seconds after the `attempt`th failure (1 for the first): `first`, doubled each time, at most `last`."""
    return float(min(last, first * 2 ** min(attempt - 1, 30)))
