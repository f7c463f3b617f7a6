"""How long each stage of an answer took."""

from __future__ import annotations

import time


class Clock:
    """Milliseconds since it was made, and of each stage."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the milliseconds since the last lap."""
        now = time.perf_counter()
        spent, self._last = now - self._last, now
        return round(1000 * spent, 1)

    def total(self) -> float:
        """Return the milliseconds since the clock was made."""
        return round(1000 * (time.perf_counter() - self._started), 1)
