"""What robots.txt allows: asked for under the same rules as any page, remembered for a while, judged in a child process."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from index.errors import SourceError
from index.sources.web.addresses import WebAddress
from index.sources.web.exchange import AGENT, REDIRECTS, TOO_BUSY, Requester
from index.sources.web.fetched import TryLater, failure
from index.sources.web.response import read_body, read_off

_ROBOTS_BYTES = 512_000  # what the standard asks crawlers to read at least (RFC 9309, section 2.5)
_ROBOTS_SECONDS, _FAILURE_SECONDS = 3600.0, 60.0  # for so long a robots.txt, or the lack of one, is not asked for again


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a robots.txt says about one address: may it be fetched, and how many seconds lie between visits."""

    allowed: bool
    delay: float | None = None


class JudgesRobots(Protocol):
    """Reads robots.txt; it comes from strangers, so this happens in a child process."""

    def judge_robots(self, reference: str, text: str, url: str, agent: str) -> Verdict:
        """Return what ``text`` says about ``url``."""


@dataclass(frozen=True, slots=True)
class _Robots:
    """The robots.txt of one origin: its text, or why nothing may be fetched without it."""

    text: str = ""
    failure: str = ""
    fetched: float = 0.0

    @property
    def is_fresh(self) -> bool:
        age = time.monotonic() - self.fetched
        return age < (_FAILURE_SECONDS if self.failure else _ROBOTS_SECONDS)


class RobotsRules:
    """The robots.txt files of all origins that were asked for; may be used by several threads at once."""

    def __init__(self, *, judge: JudgesRobots, requester: Requester, hops: int) -> None:
        self._judge = judge
        self._requester = requester
        self._hops = hops
        self._known: dict[str, _Robots] = {}
        self._lock = threading.Lock()

    def ask(self, reference: str, address: WebAddress, *, spending: AbstractContextManager[None]) -> Verdict:
        """Return what the robots.txt of an address's origin says about it.

        Args:
            reference: what the errors are about.
            address: the address.
            spending: entered while the network is used, which is where nothing fresh is known.

        Raises:
            TryLater: the server is too busy.
            SourceError: it could not be had or read, so that nothing may be fetched.
        """
        with self._lock:
            robots = self._known.get(address.origin)
        if robots is None or not robots.is_fresh:
            with spending:
                robots = replace(self._fetch(reference, address), fetched=time.monotonic())
            with self._lock:
                self._known[address.origin] = robots
        if robots.failure:
            raise failure(reference, robots.failure)
        if not robots.text:
            return Verdict(True)
        name = f"the robots.txt of {address.authority}"
        try:
            return self._judge.judge_robots(name, robots.text, address.url, AGENT)
        except SourceError as error:
            raise failure(reference, error.message.rstrip(".")) from error

    def _fetch(self, reference: str, address: WebAddress) -> _Robots:
        """Return the robots.txt for ``address``. One that is not there allows all; one that cannot be had, nothing."""
        asked = replace(address, target="/robots.txt")
        try:
            for _ in range(self._hops + 1):
                with self._requester.open(reference, asked, {}) as response:
                    if response.status in REDIRECTS:
                        asked = self._requester.read_redirect(reference, asked, response)
                        continue
                    if 400 <= response.status < 500 and response.status not in TOO_BUSY:
                        read_off(response)
                        return _Robots()
                    self._requester.require_success(reference, asked, response)
                    body = read_body(reference, response, _ROBOTS_BYTES)
                    return _Robots(text=body.decode("utf-8", "replace").removeprefix("\ufeff"))
        except TryLater:
            raise
        except SourceError as error:
            reason = error.message.removeprefix(f"{reference}: ").rstrip(".")
            return _Robots(failure=f"the robots.txt of {address.authority} could not be had: {reason}")
        return _Robots()  # The standard takes a robots.txt behind too many redirects for one that is not there.
