"""An address -> the bytes that its server has for it, under rules that no server can bend.

Every hop of a redirect is an address of its own: parsed, checked, resolved, and asked for only where robots.txt lets us.
Nothing is sent that a site did not give for the very same address: no cookies, no passwords, no referrer.
"""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpcore

from index.sources.web.addresses import PORTS, WebAddress
from index.sources.web.connections import Connector, GuardedBackend, Resolver, connect_by_tcp, resolve_by_system
from index.sources.web.exchange import REDIRECTS, Requester
from index.sources.web.fetched import Fetched, NotModified, failure
from index.sources.web.limits import Limits
from index.sources.web.politeness import HostTurns, Politeness
from index.sources.web.response import header, read_body, read_content_type, read_validator
from index.sources.web.robots import JudgesRobots, RobotsRules
from index.sources.web.visits import Visit

# Kinds of content that no article comes in.
_UNWANTED = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")
_KEPT_OPEN = 3.0  # seconds; most servers close an idle connection after five


@dataclass(slots=True)
class _Budget:
    """The seconds that a visit may still spend on the network."""

    seconds: float


class Fetcher:
    """Fetches from article sites; may be used by several threads at once.

    Attributes:
        turns: whose turn it is; a scheduler asks it when a host may be visited again.
        politeness: how sites are treated.
        ports: that may be asked for.
    """

    def __init__(
        self,
        *,
        robots: JudgesRobots,
        limits: Limits | None = None,
        politeness: Politeness | None = None,
        ports: Collection[int] = PORTS,
        resolver: Resolver = resolve_by_system,
        connector: Connector = connect_by_tcp,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.turns = HostTurns()
        self.politeness = politeness or Politeness()
        self.ports = ports
        self._limits = limits or Limits()
        self._backend = GuardedBackend(resolver=resolver, connector=connector)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=200, keepalive_expiry=_KEPT_OPEN, network_backend=self._backend
        )
        self._requester = Requester(
            pool=self._pool, limits=self._limits, ports=ports, turns=self.turns, politeness=self.politeness
        )
        self._robots = RobotsRules(judge=robots, requester=self._requester, hops=self._limits.hops)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections at once, also those that other threads wait for."""
        self.turns.end()
        self._backend.abort()
        self._pool.close()

    def fetch(self, reference: str, address: WebAddress, *, visit: Visit | None = None) -> Fetched | NotModified:
        """Return what the server has for ``address``, or that nothing changed since ``visit``.

        Waits for the turn at the host.

        Raises:
            TryLater: the server is too busy.
            SourceError: about ``reference``: it may not be fetched, could not be had within the limits, or is nothing
                that is read.
        """
        asked, hops = address.url, [address.url]
        budget = _Budget(self._limits.total_seconds)
        while True:
            answer = self._visit(reference, address, visit, budget, first=len(hops) == 1)
            if not isinstance(answer, WebAddress):
                return replace(answer, visit=replace(answer.visit, url=asked))
            address = answer
            if address.url in hops:
                raise failure(reference, f"it redirects in a circle, over {address.url}")
            hops.append(address.url)
            if len(hops) > self._limits.hops + 1:
                raise failure(reference, f"it redirects more than {self._limits.hops} times")

    def _visit(
        self, reference: str, address: WebAddress, visit: Visit | None, budget: _Budget, *, first: bool
    ) -> Fetched | NotModified | WebAddress:
        """Make one hop: wait for the turn, ask robots.txt, fetch."""
        delay = self.politeness.delay
        # A browser too follows a redirect at once; the pause is one between visits.
        with self.turns.take(address.host, pause=first):
            try:
                verdict = self._robots.ask(reference, address, spending=self._spend(budget))
                delay = max(delay, min(verdict.delay or 0.0, self.politeness.longest_delay))
                if not verdict.allowed:
                    raise failure(
                        reference,
                        f"the robots.txt of {address.authority} asks programs not to fetch {address.target}",
                        hint="Save the page from a browser and give the file.",
                    )
                with self._spend(budget):
                    return self._request(reference, address, visit)
            finally:
                self.turns.postpone(address.host, delay)

    @contextlib.contextmanager
    def _spend(self, budget: _Budget) -> Iterator[None]:
        """Let the network take what is left of the time of a visit, and take off what it took."""
        began = time.monotonic()
        try:
            with self._backend.deadline(began + budget.seconds):
                yield
        finally:
            budget.seconds -= time.monotonic() - began

    def _request(self, reference: str, address: WebAddress, visit: Visit | None) -> Fetched | NotModified | WebAddress:
        if visit and visit.final_url != address.url:
            visit = None  # its validators are another address's
        with self._requester.open(reference, address, _conditions(visit)) as response:
            if response.status == 304 and visit:
                return NotModified(replace(visit, checked=_now()))
            if response.status in REDIRECTS:
                return self._requester.read_redirect(reference, address, response)
            self._requester.require_success(reference, address, response)
            content_type, charset = read_content_type(header(response, b"content-type"))
            if content_type.startswith(_UNWANTED):
                raise failure(reference, f"it is of the type {content_type!r}, wanted a page, a document or a feed")
            is_page = "html" in content_type or "xml" in content_type
            body = read_body(reference, response, self._limits.page_bytes if is_page else self._limits.maximum_bytes)
            seen = Visit(
                url=address.url,
                final_url=address.url,
                checked=_now(),
                sha256=hashlib.sha256(body).hexdigest(),
                etag=read_validator(response, b"etag"),
                last_modified=read_validator(response, b"last-modified"),
            )
            return Fetched(address, content_type, charset, body, seen)


def _conditions(visit: Visit | None) -> dict[str, str]:
    """Return the headers that ask for the page only if it changed since ``visit``."""
    if visit is None:
        return {}
    conditions = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
