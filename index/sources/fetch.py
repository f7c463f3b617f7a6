"""An address -> the bytes that its server has for it, under rules that no server can bend.

Every hop of a redirect is an address of its own: parsed, checked, resolved, and asked for only where robots.txt lets us.
Nothing is sent that a site did not give for the very same address: no cookies, no passwords, no referrer.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Protocol, Self

import httpcore

from index.errors import SourceError
from index.sources.addresses import PORTS, WebAddress, join_address
from index.sources.connections import (
    Connector,
    GuardedBackend,
    Refused,
    Resolver,
    connect_by_tcp,
    resolve_by_system,
)
from index.sources.inflate import Broken, Overflow, collect
from index.sources.politeness import HostTurns, Politeness
from index.visits import Visit

AGENT = "Citewire"
USER_AGENT = f"{AGENT}/{version('citewire')} (+reads articles for the person who runs it)"

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/pdf;q=0.8, */*;q=0.5"
_REDIRECTS = (301, 302, 303, 307, 308)
_TOO_BUSY = (429, 503)
_CODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
# Kinds of content that no article comes in.
_UNWANTED = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")
_ROBOTS_BYTES = 512_000  # what the standard asks crawlers to read at least (RFC 9309, section 2.5)
_ROBOTS_SECONDS, _FAILURE_SECONDS = 3600.0, 60.0  # for so long a robots.txt, or the lack of one, is not asked for again
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")
_SHORT_BODY = 65_536
_KEPT_OPEN = 3.0  # seconds; most servers close an idle connection after five
_STATUSES = {
    401: "it wants a login",
    402: "it wants a payment",
    403: "the server forbids it",
    404: "there is no such page",
    406: "the server has it in no form that is read",
    410: "the page was removed",
    451: "the page is withheld for legal reasons",
}
_LOOK = "Open it in a browser; if the article shows there, save the page and give the file."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visit may take, redirects and robots.txt included.

    Attributes:
        total_seconds: spent on the network; the turn at a host is waited for besides.
        idle_seconds: without a byte.
        connect_seconds: until a host is found and answers.
        hops: redirects that are followed.
        maximum_bytes: of a body, decompressed; ``page_bytes`` of one that is a page or a feed.
    """

    total_seconds: float = 8.0
    idle_seconds: float = 5.0
    connect_seconds: float = 4.0
    hops: int = 5
    maximum_bytes: int = 20_000_000
    page_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server has for an address.

    Attributes:
        address: the one that answered, after redirects.
        content_type: in lower case, without parameters; empty where none was given.
        charset: the encoding that the server names, or None.
        body: decompressed.
        visit: what to remember once the body is dealt with.
    """

    address: WebAddress
    content_type: str
    charset: str | None
    body: bytes
    visit: Visit


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the last visit."""

    visit: Visit


class NoAnswer(SourceError):
    """The server was not reached, was too slow, or did not answer as HTTP wants it."""


class TryLater(SourceError):
    """The server is too busy and asks to come back.

    Attributes:
        seconds: after how long.
    """

    def __init__(self, message: str, *, reference: str, hint: str, seconds: float) -> None:
        super().__init__(message, reference=reference, hint=hint)
        self.seconds = seconds


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
        self._judge = robots
        self._robots: dict[str, _Robots] = {}
        self._robots_lock = threading.Lock()
        self._backend = GuardedBackend(resolver=resolver, connector=connector)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=200, keepalive_expiry=_KEPT_OPEN, network_backend=self._backend
        )

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
                raise _failure(reference, f"it redirects in a circle, over {address.url}")
            hops.append(address.url)
            if len(hops) > self._limits.hops + 1:
                raise _failure(reference, f"it redirects more than {self._limits.hops} times")

    def _visit(
        self, reference: str, address: WebAddress, visit: Visit | None, budget: _Budget, *, first: bool
    ) -> Fetched | NotModified | WebAddress:
        """Make one hop: wait for the turn, ask robots.txt, fetch."""
        delay = self.politeness.delay
        # A browser too follows a redirect at once; the pause is one between visits.
        with self.turns.take(address.host, pause=first):
            try:
                verdict = self._ask_robots(reference, address, budget)
                delay = max(delay, min(verdict.delay or 0.0, self.politeness.longest_delay))
                if not verdict.allowed:
                    raise _failure(
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

    def _ask_robots(self, reference: str, address: WebAddress, budget: _Budget) -> Verdict:
        with self._robots_lock:
            robots = self._robots.get(address.origin)
        if robots is None or not robots.is_fresh:
            with self._spend(budget):
                robots = replace(self._fetch_robots(reference, address), fetched=time.monotonic())
            with self._robots_lock:
                self._robots[address.origin] = robots
        if robots.failure:
            raise _failure(reference, robots.failure)
        if not robots.text:
            return Verdict(True)
        name = f"the robots.txt of {address.authority}"
        try:
            return self._judge.judge_robots(name, robots.text, address.url, AGENT)
        except SourceError as error:
            raise _failure(reference, error.message.rstrip(".")) from error

    def _fetch_robots(self, reference: str, address: WebAddress) -> _Robots:
        """Return the robots.txt for ``address``. One that is not there allows all; one that cannot be had, nothing."""
        asked = replace(address, target="/robots.txt")
        try:
            for _ in range(self._limits.hops + 1):
                with self._open(reference, asked, {}) as response:
                    if response.status in _REDIRECTS:
                        asked = self._read_redirect(reference, asked, response)
                        continue
                    if 400 <= response.status < 500 and response.status not in _TOO_BUSY:
                        _read_off(response)
                        return _Robots()
                    self._require_success(reference, asked, response)
                    body = self._read_body(reference, response, _ROBOTS_BYTES)
                    return _Robots(text=body.decode("utf-8", "replace").removeprefix("\ufeff"))
        except TryLater:
            raise
        except SourceError as error:
            reason = error.message.removeprefix(f"{reference}: ").rstrip(".")
            return _Robots(failure=f"the robots.txt of {address.authority} could not be had: {reason}")
        return _Robots()  # The standard takes a robots.txt behind too many redirects for one that is not there.

    def _request(self, reference: str, address: WebAddress, visit: Visit | None) -> Fetched | NotModified | WebAddress:
        if visit and visit.final_url != address.url:
            visit = None  # its validators are another address's
        with self._open(reference, address, _conditions(visit)) as response:
            if response.status == 304 and visit:
                return NotModified(replace(visit, checked=_now()))
            if response.status in _REDIRECTS:
                return self._read_redirect(reference, address, response)
            self._require_success(reference, address, response)
            content_type, charset = _read_content_type(_header(response, b"content-type"))
            if content_type.startswith(_UNWANTED):
                raise _failure(reference, f"it is of the type {content_type!r}, wanted a page, a document or a feed")
            is_page = "html" in content_type or "xml" in content_type
            body = self._read_body(
                reference, response, self._limits.page_bytes if is_page else self._limits.maximum_bytes
            )
            seen = Visit(
                url=address.url,
                final_url=address.url,
                checked=_now(),
                sha256=hashlib.sha256(body).hexdigest(),
                etag=_read_validator(response, b"etag"),
                last_modified=_read_validator(response, b"last-modified"),
            )
            return Fetched(address, content_type, charset, body, seen)

    def _open(self, reference: str, address: WebAddress, headers: Mapping[str, str]) -> _Exchange:
        sent = {
            "Host": address.authority,
            "User-Agent": USER_AGENT,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            **headers,
        }
        limits = self._limits
        request = httpcore.Request(
            "GET",
            httpcore.URL(
                scheme=address.scheme.encode("ascii"),
                host=address.host.encode("ascii"),
                port=address.port,
                target=address.target.encode("ascii"),
            ),
            headers=list(sent.items()),
            extensions={
                "timeout": {
                    "connect": limits.connect_seconds,
                    "pool": limits.connect_seconds,
                    "read": limits.idle_seconds,
                    "write": limits.idle_seconds,
                }
            },
        )
        return _Exchange(self._pool, request, reference, address, limits)

    def _read_redirect(self, reference: str, address: WebAddress, response: httpcore.Response) -> WebAddress:
        location = _header(response, b"location")
        if not location:
            raise _failure(reference, f"the server answered {response.status} without saying where the page is")
        _read_off(response)
        try:
            return join_address(address, location, ports=self.ports)
        except SourceError as error:
            raise _failure(
                reference, f"it redirects to an address that is not fetched: {error.message.rstrip('.')}"
            ) from error

    def _require_success(self, reference: str, address: WebAddress, response: httpcore.Response) -> None:
        status = response.status
        if status == 200:
            return
        if status in _TOO_BUSY:
            seconds = _read_retry_after(_header(response, b"retry-after"), usual=self.politeness.retry)
            self.turns.postpone(address.host, min(seconds, self.politeness.longest_retry))
            raise TryLater(
                f"{reference}: the server is too busy (it answered {status}) and asks to come back in {seconds:.0f} s.",
                reference=reference,
                hint="Run the command again later.",
                seconds=seconds,
            )
        raise _failure(reference, f"{_STATUSES.get(status, 'the server did not deliver it')} (it answered {status})")

    def _read_body(self, reference: str, response: httpcore.Response, maximum: int) -> bytes:
        length = _read_number(_header(response, b"content-length"))
        too_large = f"it is larger than {maximum / 1e6:.1f} MB, the most that is fetched of its kind"
        if length is not None and length > maximum:
            raise _failure(reference, too_large)
        named = _header(response, b"content-encoding").strip().lower()
        if named not in _CODINGS:
            raise _failure(reference, f"it is compressed as {named[:40]!r}, wanted gzip, deflate or nothing")
        try:
            return collect(response.iter_stream(), coding=_CODINGS[named], maximum=maximum)
        except Overflow as error:
            raise _failure(reference, too_large) from error
        except Broken as error:
            raise _failure(reference, f"it could not be decompressed ({error})") from error


class _Exchange:
    """One request and its response, as a context; what goes wrong on the network within it becomes a ``SourceError``."""

    def __init__(
        self,
        pool: httpcore.ConnectionPool,
        request: httpcore.Request,
        reference: str,
        address: WebAddress,
        limits: Limits,
    ) -> None:
        self._pool = pool
        self._request = request
        self._reference = reference
        self._address = address
        self._limits = limits
        self._response: httpcore.Response | None = None

    def __enter__(self) -> httpcore.Response:
        try:
            self._response = self._pool.handle_request(self._request)
        except Exception as error:
            self._translate(error)
            raise
        return self._response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            self._response.close()
        if isinstance(error, Exception):
            self._translate(error)

    def _translate(self, error: Exception) -> None:
        reason = explain_network_error(error, host=self._address.authority, limits=self._limits)
        if reason:
            kind = SourceError if isinstance(error, Refused) else NoAnswer
            raise kind(f"{self._reference}: {reason}.", reference=self._reference, hint=_LOOK) from error


def explain_network_error(error: Exception, *, host: str, limits: Limits) -> str | None:
    """Return what an error of httpcore or of a refused connection means in words, or None for any other error."""
    match error:
        case Refused():
            return str(error)
        case httpcore.TimeoutException():
            return (
                f"{host} was too slow: at most {limits.connect_seconds:g} s until it answers, {limits.idle_seconds:g} s "
                f"without a byte, {limits.total_seconds:g} s in all"
            )
        case httpcore.ConnectError():
            return f"{host} could not be reached ({_detail(error)})"
        case httpcore.NetworkError():
            return f"the connection to {host} broke off ({_detail(error)})"
        case httpcore.ProtocolError():
            return f"the answer of {host} breaks the rules of HTTP ({_detail(error)})"
        case httpcore.ProxyError() | httpcore.UnsupportedProtocol() | httpcore.ConnectionNotAvailable():
            return f"{host} could not be asked ({_detail(error)})"
    return None


def _detail(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _read_off(response: httpcore.Response) -> None:
    """Read a short body that nobody needs, so that its connection serves the next request."""
    length = _read_number(_header(response, b"content-length"))
    if length is not None and length <= _SHORT_BODY:
        for _ in response.iter_stream():
            pass


def _conditions(visit: Visit | None) -> dict[str, str]:
    """Return the headers that ask for the page only if it changed since ``visit``."""
    if visit is None:
        return {}
    conditions = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _header(response: httpcore.Response, name: bytes) -> str:
    """Return the value of a header, or an empty string; of several the first."""
    value = next((value for key, value in response.headers if key.lower() == name), b"")
    return str(value, "utf-8", "replace").strip()


def _read_validator(response: httpcore.Response, name: bytes) -> str | None:
    """Return a header that can be sent back as it came, or None."""
    value = _header(response, name)
    return value if _VALIDATOR.fullmatch(value) else None


def _read_content_type(header: str) -> tuple[str, str | None]:
    """Return the type in lower case, and the encoding that is named with it."""
    charset = _CHARSET.search(header)
    return header.partition(";")[0].strip().lower(), charset.group(1) if charset else None


def _read_number(header: str) -> int | None:
    """Return a whole number, or None; of an absurdly long one the first digits, which are absurd enough."""
    return int(header[:20]) if header.isascii() and header.isdigit() else None


def _read_retry_after(header: str, *, usual: float) -> float:
    """Return the seconds that a Retry-After header asks to wait, in either of its forms."""
    seconds = _read_number(header)
    if seconds is not None:
        return float(seconds)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return usual
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _failure(reference: str, reason: str, *, hint: str = _LOOK) -> SourceError:
    return SourceError(f"{reference}: {reason}.", reference=reference, hint=hint)
