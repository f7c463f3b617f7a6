"""Connections to article sites: only to addresses that were found to be public, and only until the deadline.

The name of a host is resolved here and nowhere else. Every address that comes back is checked, and the connection goes
to one of those very addresses, so that no second answer of a resolver can lead it elsewhere. TLS still checks the
certificate against the name. Proxies that the environment names are not used: they would resolve the name anew.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol
from weakref import WeakSet

import httpcore

from index.sources.web.addresses import why_not_public

_ADDRESSES_TRIED = 3


class Refused(Exception):
    """A connection was not made, or was ended; the message is the reason, without a full stop."""


class Resolver(Protocol):
    """Finds the addresses of a host."""

    def __call__(self, host: str, seconds: float) -> Sequence[str]:
        """Return the IP addresses of ``host`` within ``seconds``.

        Raises:
            OSError: it has none, or nobody could say.
        """


class Connector(Protocol):
    """Opens a connection to an IP address."""

    def __call__(self, ip: str, port: int, seconds: float) -> httpcore.NetworkStream:
        """Return a stream to ``port`` of ``ip``; raise the errors of httpcore."""


def resolve_by_system(host: str, seconds: float) -> list[str]:
    """Return the addresses of ``host`` as this system resolves names.

    The system's call takes no limit of time, so it runs in a thread of its own, which is left behind when it takes
    too long.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError as error:
            answers.put(error)
        else:
            answers.put([str(entry[4][0]) for entry in found])

    threading.Thread(target=look_up, daemon=True, name="resolving").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise TimeoutError(f"no answer within {seconds:g} s") from error
    if isinstance(answer, OSError):
        raise answer
    return answer


def connect_by_tcp(ip: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Return a plain TCP connection."""
    return httpcore.SyncBackend().connect_tcp(ip, port, timeout=seconds)


class GuardedBackend(httpcore.NetworkBackend):
    """What httpcore opens its connections with. Every thread has a deadline of its own.

    Args:
        resolver: finds the addresses of a host.
        connector: opens a connection to one of them.
        public_only: refuse what is not public; False only for an address that the person who runs this has named as trusted.
    """

    def __init__(self, *, resolver: Resolver, connector: Connector, public_only: bool = True) -> None:
        self._public_only = public_only
        self._resolver = resolver
        self._connector = connector
        self._of_thread = threading.local()
        self._streams: WeakSet[_GuardedStream] = WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    @contextlib.contextmanager
    def deadline(self, instant: float) -> Iterator[None]:
        """Let this thread wait for the network until ``instant`` of the monotonic clock and no longer."""
        self._of_thread.deadline = instant
        try:
            yield
        finally:
            del self._of_thread.deadline

    def shorten(self, seconds: float | None) -> float | None:
        """Return the time that may be waited, at most ``seconds``.

        Raises:
            httpcore.ReadTimeout: there is none left.
        """
        deadline: float | None = getattr(self._of_thread, "deadline", None)
        if deadline is None:
            return seconds
        left = deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this visit is over")
        return left if seconds is None else min(left, seconds)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - part of the interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - part of the interface
    ) -> httpcore.NetworkStream:
        """Resolve ``host``, check every address, and connect to one of them.

        Raises:
            Refused: it has no address, or one that is not public.
            httpcore.ConnectError, httpcore.ConnectTimeout: nothing answers there.
        """
        addresses = self._resolve(host, timeout)[:_ADDRESSES_TRIED]
        failure: Exception | None = None
        for ip in addresses:
            try:
                # One that is silent, as IPv6 often is, must leave time for the next.
                stream = self._connector(ip, port, (self.shorten(timeout) or 0.0) / len(addresses))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return self.keep(_GuardedStream(self, stream))
        raise failure or Refused(f"the host {host!r} has no address")

    def keep(self, stream: _GuardedStream) -> _GuardedStream:
        """Remember an open stream, so that ``abort`` can end it."""
        with self._lock:
            if self._closed:
                stream.close()
                raise Refused("fetching was ended")
            self._streams.add(stream)
        return stream

    def abort(self) -> None:
        """End every connection at once, also those that other threads wait for; no new one is made."""
        with self._lock:
            self._closed = True
            streams = list(self._streams)
        for stream in streams:
            stream.abort()

    def _resolve(self, host: str, timeout: float | None) -> list[str]:
        seconds = self.shorten(timeout)
        try:
            addresses = list(dict.fromkeys(self._resolver(host, seconds or 0.0)))
        except OSError as error:
            raise Refused(f"the host {host!r} was not found ({error.strerror or error})") from error
        for ip in addresses:
            if self._public_only and (reason := why_not_public(ip)):
                raise Refused(f"its host {host!r} leads to {ip}, which is {reason}, wanted a public address")
        return addresses


class _GuardedStream(httpcore.NetworkStream):
    """A stream that no server can keep busy longer than its visit may last."""

    def __init__(self, backend: GuardedBackend, stream: httpcore.NetworkStream) -> None:
        self._backend = backend
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.shorten(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.shorten(timeout))

    def close(self) -> None:
        self._stream.close()

    def abort(self) -> None:
        """Wake whoever waits for this stream."""
        connection = self._stream.get_extra_info("socket")
        if isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._backend.shorten(timeout))
        return self._backend.keep(_GuardedStream(self._backend, secured))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
