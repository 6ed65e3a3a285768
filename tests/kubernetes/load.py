"""People who go on creating tasks while the platform is changed or broken, and what became of each task."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.support.person import Person


@dataclass
class Load:
    """Creates tasks, `rate` a second, from entering the context to leaving it. Every title is used once."""

    person: Person
    rate: float = 8
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    longest_gap: float = 0
    """Seconds between two acknowledgements."""

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._create)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _create(self) -> None:
        last = time.monotonic()
        number = 0
        while not self._stop.wait(1 / self.rate):
            number += 1
            title = f"under load {number}"
            if self.person.create_task(title) is None:
                self.refused += 1
                continue
            now = time.monotonic()
            self.longest_gap = max(self.longest_gap, now - last)
            last = now
            self.acknowledged.append(title)

    def assert_nothing_was_lost(self) -> None:
        """Every acknowledged task is stored, once, and every stored one had its effect once."""
        print(f"{len(self.acknowledged)} acknowledged, {self.refused} refused, longest gap {self.longest_gap:.1f} s")
        stored = Counter(self.person.titles())
        assert [title for title, count in stored.items() if count > 1] == []
        assert set(self.acknowledged) - set(stored) == set()
        assert self.person.wait_for_created(len(stored)) == len(stored)
        # Whatever is still to be delivered twice would be counted by now, or a little later.
        time.sleep(3)
        assert self.person.created_count() == len(stored)
