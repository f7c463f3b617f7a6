"""How long a model is waited for: for its first words, between its words, and for all of them."""

from __future__ import annotations

import time


class Patience:
    """The times of one draft, tries and waiting between them included.

    Args:
        silence: seconds that it may say nothing.
        whole: seconds that all of it may take.
    """

    def __init__(self, *, silence: float, whole: float) -> None:
        now = time.monotonic()
        self.silence = silence
        self._ends = now + max(silence, whole)
        self._until = now + silence

    def until(self) -> float:
        """Return when the next words have to be there, in the seconds of ``time.monotonic``."""
        return min(self._until, self._ends)

    def spoke(self) -> None:
        """Note that it said something: bytes without words, such as the heartbeats of a stream, are nothing."""
        self._until = time.monotonic() + self.silence

    def left(self) -> float:
        """Return how many seconds are left until then."""
        return self.until() - time.monotonic()
