"""Wrong passwords make the next try wait, ever longer: for each address, and for all of them together. Memory is bounded."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache

from index.errors import TooMany

_FREE = 3  # wrong tries of an address before it waits
_FREE_IN_ALL = 20
_LONGEST = 900.0  # seconds that an address waits, and after which its wrong tries are forgotten
_LONGEST_IN_ALL = 10.0  # short: who knows the password must still get in while others try
_MOST_ADDRESSES = 4096


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Slowdown:
    """Who may try a password now.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of_address: LRUCache[str, _Tries] = LRUCache(maxsize=_MOST_ADDRESSES)
        self._in_all = _Tries()
        self._guard = threading.Lock()

    def admit(self, caller: str) -> None:
        """Let an address try.

        Raises:
            TooMany: it has to wait; the password is not even looked at.
        """
        with self._guard:
            now = self._clock()
            found = self._of_address.get(_network(caller))
            wait = max(found.until if found else 0.0, self._in_all.until) - now
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise TooMany("Too many wrong passwords.", hint=f"Try again in {seconds} s.", seconds=seconds)

    def failed(self, caller: str) -> None:
        """Remember a wrong password."""
        with self._guard:
            now = self._clock()
            place = _network(caller)
            found = self._of_address.get(place) or _Tries()
            _count(found, now, free=_FREE, longest=_LONGEST)
            self._of_address[place] = found
            _count(self._in_all, now, free=_FREE_IN_ALL, longest=_LONGEST_IN_ALL)

    def passed(self, caller: str) -> None:
        """Forget the wrong tries of an address that knows the password."""
        with self._guard:
            self._of_address.pop(_network(caller), None)


def _count(tries: _Tries, now: float, *, free: int, longest: float) -> None:
    if now - tries.last > _LONGEST:
        tries.wrong = 0
    tries.wrong += 1
    tries.last = now
    if tries.wrong >= free:
        tries.until = now + min(longest, 2.0 ** min(30, tries.wrong - free))


def _network(caller: str) -> str:
    """Return what stands for an address: of IPv6 the network of a customer, who has all addresses in it."""
    try:
        ip = ipaddress.ip_address(caller)
    except ValueError:
        return caller[:100]
    if ip.version == 6:
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
    return str(ip)
