"""One request to a model behind an address: its answer in pieces, each before a time that the caller says, whatever the server does.

A thread reads, the caller waits: a name that is never found, a connection that is never made and a server that trickles bytes are
all left alone when the time is over.
"""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from rag.models.remote.fault import Fault, status_fault

_LARGEST_ANSWER = 8_000_000  # bytes
_LONGEST_LINE = 1_000_000  # bytes
_WAITING_PIECES = 64
_LOOK_SECONDS = 0.5
_LAST_WISH_SECONDS = 0.5  # for a thread to end whose connection was shut


@dataclass(frozen=True, slots=True)
class _Head:
    status: int
    headers: httpx.Headers


class Exchange:
    """Requests to one server.

    Args:
        base: its address; paths are added to it.
        headers: sent with each request, such as a key.
    """

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        self.base = base.rstrip("/")
        self._headers = {**headers, "Accept-Encoding": "identity"}
        self._client: httpx.Client | None = None
        self._making = threading.Lock()

    @contextlib.contextmanager
    def ask(self, path: str, body: object | None, *, until: float, silence: float) -> Iterator[Reply]:
        """Send a request, and give its answer once its head is there; leaving it ends the connection.

        Args:
            path: below the address of the server.
            body: sent as JSON; None asks by GET.
            until: when the head has to be there, in the seconds of ``time.monotonic``.
            silence: seconds that it may say nothing, as they are told where it does.

        Raises:
            Fault: it could not be asked, or answers with an error.
        """
        reply = Reply(self, path, body, seconds=max(0.01, until - time.monotonic()), silence=silence)
        try:
            reply.await_head(until)
            yield reply
        finally:
            reply.leave()

    def close(self) -> None:
        """Close what connections are kept open."""
        with self._making:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def client(self) -> httpx.Client:
        """Return what keeps connections open between requests."""
        with self._making:
            if self._client is None:
                try:
                    self._client = httpx.Client(headers=self._headers, follow_redirects=False)
                except (ValueError, httpx.InvalidURL) as error:
                    raise Fault(f"it cannot be asked: {error}", broken=False) from error
            return self._client


class Reply:
    """The answer to a request while it comes."""

    def __init__(self, exchange: Exchange, path: str, body: object | None, *, seconds: float, silence: float) -> None:
        self.status = 0
        self.content_type = ""
        self._address = f"{exchange.base}{path}"
        self._pieces: queue.Queue[bytes | _Head | Exception | None] = queue.Queue(_WAITING_PIECES)
        self._left = threading.Event()
        self._connection: Any = None
        self._silence = silence
        client = exchange.client()
        try:
            request = client.build_request(
                "GET" if body is None else "POST",
                self._address,
                json=body,
                timeout=httpx.Timeout(seconds),
                extensions={"trace": self._trace},
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise Fault(f"it cannot be asked: {error}", hint="Check its address", broken=False) from error
        self._thread = threading.Thread(target=self._run, args=(client, request), name="remote-model", daemon=True)
        self._thread.start()

    def await_head(self, until: float) -> None:
        """Wait for status and headers.

        Raises:
            Fault: they did not come, or say that it failed.
        """
        head = self._next(until)
        if not isinstance(head, _Head):
            raise Fault("it ended without an answer", again=True)
        self.status = head.status
        self.content_type = head.headers.get("content-type", "").partition(";")[0].strip().casefold()
        if self.status >= httpx.codes.MULTIPLE_CHOICES:
            said = b"".join(self._some(until))[:10_000].decode("utf-8", "replace")
            raise status_fault(self.status, _message_in(said), _seconds_in(head.headers.get("retry-after")))

    def lines(self, next_until: Any) -> Iterator[str]:
        """Yield the lines of the answer as they come.

        Args:
            next_until: returns, each time, when the next line has to be there.

        Raises:
            Fault: none came in time, the connection broke, or what came is no text.
        """
        rest, read = b"", 0
        while isinstance(piece := self._next(next_until()), bytes):
            read += len(piece)
            *whole, rest = (rest + piece).replace(b"\r\n", b"\n").split(b"\n")
            if len(rest) > _LONGEST_LINE or any(len(line) > _LONGEST_LINE for line in whole):
                raise Fault(f"it sent a line of more than {_LONGEST_LINE:,} bytes")
            if read > _LARGEST_ANSWER:
                raise Fault(f"it sent more than {_LARGEST_ANSWER:,} bytes and went on")
            for line in whole:
                yield _decode(line)
        if rest:
            yield _decode(rest)

    def json(self, until: float) -> Any:
        """Return the whole answer, which is JSON.

        Raises:
            Fault: it did not come in time, or is none.
        """
        text = "\n".join(self.lines(lambda: until))
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Fault("what it answered is no whole JSON") from error

    def leave(self) -> None:
        """End it, finished or not."""
        self._left.set()
        if self._thread.is_alive() and self._connection is not None:
            found = self._connection.get_extra_info("socket")
            if found is not None:
                with contextlib.suppress(OSError):  # it is closed already
                    found.shutdown(socket.SHUT_RDWR)
        self._thread.join(_LAST_WISH_SECONDS)

    def _some(self, until: float) -> Iterator[bytes]:
        """Yield the beginning of an answer that is an error; what is the matter with it does not matter."""
        read = 0
        with contextlib.suppress(Fault):
            while read < _LONGEST_LINE and isinstance(piece := self._next(min(until, time.monotonic() + 1)), bytes):
                read += len(piece)
                yield piece

    def _next(self, until: float) -> bytes | _Head | None:
        try:
            found = self._pieces.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise Fault(f"it said nothing for {self._silence:.3g} seconds", hint=_SLOW, silent=True) from None
        if isinstance(found, Exception):
            raise _fault_of(found, self._silence) from found
        return found

    def _trace(self, event: str, facts: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connection = facts["return_value"]

    def _run(self, client: httpx.Client, request: httpx.Request) -> None:
        try:
            response = client.send(request, stream=True)
            try:
                self._connection = response.extensions.get("network_stream", self._connection)
                self._put(_Head(response.status_code, response.headers))
                for piece in response.iter_bytes():
                    if self._left.is_set():
                        return
                    self._put(piece)
            finally:
                response.close()
            self._put(None)
        except Exception as error:  # noqa: BLE001 (handed to the thread that waits)
            self._put(error)

    def _put(self, what: bytes | _Head | Exception | None) -> None:
        while not self._left.is_set():
            with contextlib.suppress(queue.Full):
                self._pieces.put(what, timeout=_LOOK_SECONDS)
                return


_SLOW = "It may be busy or still load: raise CITEWIRE_ANSWER_TIMEOUT"


def _fault_of(error: Exception, seconds: float) -> Fault:
    """Return what an error of the connection means."""
    said = " ".join(str(error).split())
    if isinstance(error, httpx.ConnectTimeout):
        return Fault(f"no connection was made within {seconds:.3g} seconds", hint=_SLOW, silent=True)
    if isinstance(error, httpx.TimeoutException):
        return Fault(f"it said nothing for {seconds:.3g} seconds", hint=_SLOW, silent=True)
    if isinstance(error, httpx.ConnectError):
        why = "it refused the connection" if "refused" in said.casefold() else "it cannot be reached"
        return Fault(f"{why} ({said or type(error).__name__})", again=True)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError | httpx.CloseError):
        return Fault(f"the connection broke off ({said or type(error).__name__})", again=True)
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | ValueError | OSError):
        return Fault(f"it cannot be asked ({said or type(error).__name__})", broken=False)
    raise error


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault("what it sent is no UTF-8") from error


def _message_in(said: str) -> str:
    """Return what an error says of itself, in whatever form of JSON it stands; nothing of a web page."""
    try:
        tree = json.loads(said)
    except (ValueError, RecursionError):
        return "" if "<" in said[:200] else said
    for name in ("error", "message", "detail"):
        if isinstance(tree, Mapping) and name in tree:
            tree = tree[name]
    if isinstance(tree, Mapping):
        tree = tree.get("message", tree)
    return tree if isinstance(tree, str) else json.dumps(tree)


def _seconds_in(header: str | None) -> float | None:
    """Return the seconds of a Retry-After, which may be a number or a day and time."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when - datetime.now(UTC)).total_seconds()) if when.tzinfo else None
