"""Who may pass, how often, and how many at once: the same for every door."""

from __future__ import annotations

import asyncio
import math
import time
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from index.errors import KeyRefused, NotAllowed, TooMany
from index.settings import ServerSettings
from ui.doors.keys import Key, Keys

_WRONG_KEYS_A_MINUTE = 20


class Gate:
    """What every request has to pass.

    Args:
        keys: those that are let in.
        settings: how many, how often, from where.
    """

    def __init__(self, keys: Keys, settings: ServerSettings) -> None:
        self.capacity = Capacity(at_once=settings.at_once, waiting=settings.waiting)
        self.maximum_body = settings.maximum_body
        self.origins = tuple((settings.origins or "").split())
        self._keys = keys
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(settings.requests_per_minute)
        self._wrong = RateLimitItemPerMinute(_WRONG_KEYS_A_MINUTE)

    def admit(self, authorization: str | None, *, caller: str) -> Key:
        """Return the key of a request that may pass.

        Args:
            authorization: the header of that name.
            caller: the address it comes from.

        Raises:
            KeyRefused: it brings none that is known.
            TooMany: too many with that key, or too many with wrong keys from there, within a minute.
        """
        scheme, _, shown = (authorization or "").partition(" ")
        try:
            key = self._keys.check(shown.strip() if scheme.casefold() == "bearer" else None)
        except KeyRefused:
            if shown:
                self._hit(self._wrong, "wrong", caller)
            raise
        self._hit(self._allowed, "key", key.id)
        return key

    def check_origin(self, origin: str | None, *, host: str | None) -> None:
        """Let pass what no web page sent, or a page of this server or of an origin that was named in the settings.

        Raises:
            NotAllowed: a page of somewhere else sent it.
        """
        if origin not in self.origins and not same_origin(origin, host=host):
            raise NotAllowed(
                f"A page of {(origin or '')[:100]!r} may not call this server.",
                hint="Name its origin in the setting server.origins.",
            )

    def _hit(self, limit: RateLimitItem, kind: str, who: str) -> None:
        if not self._limiter.hit(limit, kind, who):
            seconds = max(1, math.ceil(self._limiter.get_window_stats(limit, kind, who).reset_time - time.time()))
            raise TooMany(
                f"More than {limit.amount} requests came within a minute.",
                hint=f"Try again in {seconds} s.",
                seconds=seconds,
            )


def same_origin(origin: str | None, *, host: str | None) -> bool:
    """Return whether no web page sent a request, or a page of the server itself."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


class Capacity:
    """How many requests are worked on at the same time, and how many more may wait; nobody waits in vain."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self.taken = 0
        self._at_once = at_once
        self._most = at_once + waiting
        self._turns = asyncio.Semaphore(at_once)
        self._usual_seconds = 1.0

    async def take(self) -> Place:
        """Return a place once there is one.

        Raises:
            TooMany: as many as may wait do so already. Raised at once.
        """
        if self.taken >= self._most:
            seconds = max(1, math.ceil(self._usual_seconds * self.taken / self._at_once))
            raise TooMany(
                f"{self.taken} requests are worked on or wait; no more can.",
                hint=f"Try again in {seconds} s.",
                seconds=seconds,
            )
        self.taken += 1
        try:
            await self._turns.acquire()
        except BaseException:
            self.taken -= 1
            raise
        return Place(self)

    def give_back(self, seconds: float) -> None:
        """Take back the place of a request that took so many seconds."""
        self._usual_seconds += 0.2 * (seconds - self._usual_seconds)
        self.taken -= 1
        self._turns.release()


class Place:
    """A place among those that are worked on. Use it as a context manager; leaving twice is leaving once."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity: Capacity | None = capacity
        self._since = time.monotonic()

    def leave(self) -> None:
        """Give it to the next."""
        capacity, self._capacity = self._capacity, None
        if capacity is not None:
            capacity.give_back(time.monotonic() - self._since)

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
