"""One thread that acts when a time has passed, however often the time is set anew.

A ``threading.Timer`` starts a thread each time, which costs more than reading a short article does. Here the thread sleeps
until the first time it was told; when that was moved on meanwhile, it goes on sleeping. It is woken only for an earlier one.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator


class Deadline:
    """Calls a function, once, when what is done within it takes too long."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at: float | None = None
        self._act: Callable[[], None] | None = None
        self._wakes = math.inf
        self._closed = False
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def within(self, seconds: float, act: Callable[[], None]) -> Iterator[None]:
        """Call ``act``, from another thread, if the body has not ended after ``seconds``; not after it has ended."""
        with self._changed:
            self._at, self._act = time.monotonic() + seconds, act
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadline", daemon=True)
                self._thread.start()
            elif self._at < self._wakes:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._at = self._act = None

    def close(self) -> None:
        """End the thread; a later ``within`` starts another."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._closed = True
            self._changed.notify()
        if thread:
            thread.join()
        self._closed = False

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                if self._at is None:
                    self._wakes = math.inf
                    self._changed.wait()
                elif (left := self._at - time.monotonic()) > 0:
                    self._wakes = self._at
                    self._changed.wait(left)
                elif self._act:
                    act, self._at, self._act = self._act, None, None
                    act()
