"""One request to a checked address and its response; whatever goes wrong on the network is said in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.metadata import version
from types import TracebackType

import httpcore

from index.errors import SourceError
from index.sources.web.addresses import WebAddress, join_address
from index.sources.web.connections import Refused
from index.sources.web.fetched import LOOK, NoAnswer, TryLater, failure
from index.sources.web.limits import Limits
from index.sources.web.politeness import HostTurns, Politeness
from index.sources.web.response import header, read_off, read_retry_after

AGENT = "Citewire"
USER_AGENT = f"{AGENT}/{version('citewire')} (+reads articles for the person who runs it)"

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/pdf;q=0.8, */*;q=0.5"
REDIRECTS = (301, 302, 303, 307, 308)
TOO_BUSY = (429, 503)
_STATUSES = {
    401: "it wants a login",
    402: "it wants a payment",
    403: "the server forbids it",
    404: "there is no such page",
    406: "the server has it in no form that is read",
    410: "the page was removed",
    451: "the page is withheld for legal reasons",
}


class Requester:
    """Asks servers, one request at a time, and reads what every answer has in common."""

    def __init__(
        self,
        *,
        pool: httpcore.ConnectionPool,
        limits: Limits,
        ports: Collection[int],
        turns: HostTurns,
        politeness: Politeness,
    ) -> None:
        self._pool = pool
        self._limits = limits
        self._ports = ports
        self._turns = turns
        self._politeness = politeness

    def open(self, reference: str, address: WebAddress, headers: Mapping[str, str]) -> Exchange:
        """Return a request for an address, to be entered for its response."""
        sent = {
            "Host": address.authority,
            "User-Agent": USER_AGENT,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            **headers,
        }
        limits = self._limits
        request = make_request("GET", address, sent, limits=limits)
        return Exchange(self._pool, request, reference, address, limits)

    def read_redirect(self, reference: str, address: WebAddress, response: httpcore.Response) -> WebAddress:
        """Return where a redirect leads.

        Raises:
            SourceError: nowhere, or to an address that may not be fetched.
        """
        location = header(response, b"location")
        if not location:
            raise failure(reference, f"the server answered {response.status} without saying where the page is")
        read_off(response)
        try:
            return join_address(address, location, ports=self._ports)
        except SourceError as error:
            raise failure(
                reference, f"it redirects to an address that is not fetched: {error.message.rstrip('.')}"
            ) from error

    def require_success(self, reference: str, address: WebAddress, response: httpcore.Response) -> None:
        """Refuse a response without the page.

        Raises:
            TryLater: the server is too busy; its host is not asked again until it says so.
            SourceError: it is not there, or not for everybody.
        """
        status = response.status
        if status == 200:
            return
        if status in TOO_BUSY:
            seconds = read_retry_after(header(response, b"retry-after"), usual=self._politeness.retry)
            self._turns.postpone(address.host, min(seconds, self._politeness.longest_retry))
            raise TryLater(
                f"{reference}: the server is too busy (it answered {status}) and asks to come back in {seconds:.0f} s.",
                reference=reference,
                hint="Run the command again later.",
                seconds=seconds,
            )
        raise failure(reference, f"{_STATUSES.get(status, 'the server did not deliver it')} (it answered {status})")


class Exchange:
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
            raise kind(f"{self._reference}: {reason}.", reference=self._reference, hint=LOOK) from error


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


def make_request(
    method: str, address: WebAddress, headers: Mapping[str, str], *, limits: Limits, content: bytes | None = None
) -> httpcore.Request:
    """Return a request for an address, with the time that each step of it may take."""
    return httpcore.Request(
        method,
        httpcore.URL(
            scheme=address.scheme.encode("ascii"),
            host=address.host.encode("ascii"),
            port=address.port,
            target=address.target.encode("ascii"),
        ),
        headers=list(headers.items()),
        content=content,
        extensions={
            "timeout": {
                "connect": limits.connect_seconds,
                "pool": limits.connect_seconds,
                "read": limits.idle_seconds,
                "write": limits.idle_seconds,
            }
        },
    )
