"""Whose turn it is: one request at a time for each host, with a pause between visits."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Politeness:
    """How sites are treated. All times in seconds.

    Attributes:
        delay: between two visits to one host.
        longest_delay: of the delay that a site's robots.txt may ask for; a longer one is shortened to it.
        longest_retry: a site that asks to come back later than this is given up.
        retry: when to come back where a site that is too busy does not say it.
    """

    delay: float = 1.0
    longest_delay: float = 30.0
    longest_retry: float = 60.0
    retry: float = 10.0


class HostTurns:
    """Keeps the requests to each host apart; hosts do not wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._ready: dict[str, float] = {}
        self._ended = threading.Event()

    def ready_at(self, host: str) -> float:
        """Return the instant of the monotonic clock from which ``host`` may be visited again."""
        with self._lock:
            return self._ready.get(host, 0.0)

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody visit ``host`` for some seconds from now."""
        with self._lock:
            self._ready[host] = max(self._ready.get(host, 0.0), time.monotonic() + seconds)

    @contextlib.contextmanager
    def take(self, host: str, *, pause: bool) -> Iterator[None]:
        """Wait for the turn at ``host`` and hold it; with ``pause`` also until the host may be visited again."""
        with self._lock:
            turn = self._turns[host]
        with turn:
            if pause:
                self._ended.wait(max(0.0, self.ready_at(host) - time.monotonic()))
            yield

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._ended.set()
