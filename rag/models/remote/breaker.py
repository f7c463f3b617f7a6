"""Who does not answer several times in a row is left alone for a while, and then asked once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 5
REST_SECONDS = 30.0


class Breaker:
    """Counts failures in a row.

    Attributes:
        last: why the last one failed.

    Args:
        clock: returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.last = ""
        self._failed = 0
        self._asked_again = 0.0
        self._guard = threading.Lock()

    def seconds_left(self) -> float:
        """Return for how long it is left alone: 0 where it may be asked. Of many who come after that, one is let through first."""
        with self._guard:
            if self._failed < FAILURES:
                return 0.0
            left = self._asked_again - self._clock()
            if left <= 0:
                self._asked_again = self._clock() + REST_SECONDS  # the others wait for what comes of this one
                return 0.0
            return left

    def succeeded(self) -> None:
        """Note that it answered."""
        with self._guard:
            self._failed = 0

    def failed(self, why: str) -> None:
        """Note that it did not, and why."""
        with self._guard:
            self.last = why
            self._failed += 1
            if self._failed >= FAILURES:
                self._asked_again = self._clock() + REST_SECONDS
