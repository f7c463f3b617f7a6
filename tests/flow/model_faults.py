"""A server of models that does what servers do on a bad day. The first part of a path says which day it is.

It speaks through bare sockets: most of what it does, no library for servers would.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

GOOD = "[1] Thirty-four vessels were held up by the strike."
_LONGEST_SECONDS = 20.0  # of a fault that has no end by itself: a test that hangs is not to hang for ever


@dataclass
class Faulty:
    """A running server.

    Attributes:
        asked: how often each day was asked to write.
        left: set when the test is over.
    """

    address: str
    asked: Counter[str] = field(default_factory=Counter)
    left: threading.Event = field(default_factory=threading.Event)

    def url(self, day: str) -> str:
        return f"{self.address}/{day}/v1"


class Line:
    """What a fault does with a connection."""

    def __init__(self, connection: socket.socket, faulty: Faulty, number: int) -> None:
        self.connection, self.faulty, self.number = connection, faulty, number

    def send(self, text: str | bytes) -> None:
        self.connection.sendall(text.encode() if isinstance(text, str) else text)

    def head(self, status: str = "200 OK", kind: str = "text/event-stream", **more: str) -> None:
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
        self.send(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{extra}\r\n")

    def body(self, status: str, content: str, kind: str = "application/json", **more: str) -> None:
        self.head(status, kind, Content_Length=str(len(content.encode())), **more)
        self.send(content)

    def text(self, words: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": words}, "finish_reason": finish}
        self.event({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def event(self, told: object) -> None:
        self.send(f"data: {json.dumps(told)}\n\n")

    def hang(self, each: Callable[[], None] = lambda: None, pause: float = 0.1) -> None:
        ends = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < ends and not self.faulty.left.wait(pause):
            each()

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _good(line: Line) -> None:
    line.head()
    for place in range(0, len(GOOD), 9):
        line.text(GOOD[place : place + 9])
    line.text("", "stop")
    line.send("data: [DONE]\n\n")


def _mid(line: Line) -> None:
    """Write a whole sentence and the half of another."""
    line.head()
    line.text(f"{GOOD}\n[1] The port was")


def _reset_in_stream(line: Line) -> None:
    _mid(line)
    time.sleep(0.2)
    line.reset()


def _stalled_in_text(line: Line) -> None:
    _mid(line)
    line.hang()


def _slow_head(line: Line) -> None:
    line.send("HTTP/1.1 200 OK\r\n")
    line.hang(lambda: line.send("X"), 0.2)


def _heartbeats(line: Line) -> None:
    line.head()
    line.hang(lambda: line.send(": ping\n\n"))


def _stalled(line: Line) -> None:
    line.head()
    line.hang()


def _drip(line: Line) -> None:
    line.head()
    line.hang(lambda: line.text("x"), 0.3)


def _endless(line: Line) -> None:
    line.head()
    line.hang(lambda: line.text("and so on " * 20), 0.0)


def _nul(line: Line) -> None:
    line.head()
    line.text("[1] Thirty\x00-four \ud800 vessels were held up.", "stop")


def _no_utf8(line: Line) -> None:
    line.head()
    line.send(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')


def _bad_json(line: Line) -> None:
    line.head()
    line.send("data: {no json\n\n")


def _huge_line(line: Line) -> None:
    line.head()
    for _ in range(100):
        line.send("x" * 100_000)


def _cut(line: Line) -> None:
    _mid(line)


def _error_in_stream(line: Line) -> None:
    _mid(line)
    line.event({"error": {"message": "CUDA out of memory", "type": "server_error"}})


def _say(status: str, message: str, **more: str) -> Callable[[Line], None]:
    return lambda line: line.body(status, json.dumps({"error": {"message": message}}), **more)


def _whole(content: str, kind: str = "application/json") -> Callable[[Line], None]:
    return lambda line: line.body("200 OK", content, kind)


def _streamed(*told: object) -> Callable[[Line], None]:
    def play(line: Line) -> None:
        line.head()
        for each in told:
            line.event(each)
        line.send("data: [DONE]\n\n")

    return play


def _twice_busy(line: Line) -> None:
    """Be busy twice, then write."""
    if line.number <= 2:
        _say("429 Too Many Requests", "slow down", Retry_After="0")(line)
    else:
        _good(line)


DAYS: dict[str, tuple[Callable[[Line], None], str]] = {
    "reset": (Line.reset, r"broke off"),
    "reset_in_stream": (_reset_in_stream, r"broke off"),
    "slow_first_byte": (Line.hang, r"said nothing for"),
    "slow_head": (_slow_head, r"said nothing for"),
    "stalled": (_stalled, r"said nothing for"),
    "stalled_in_text": (_stalled_in_text, r"broke off: it said nothing for"),
    "heartbeats": (_heartbeats, r"said nothing for"),
    "drip": (_drip, r"said nothing for|no whole sentence"),
    "endless": (_endless, r"no whole sentence|nothing that is a sentence"),
    "status_401": (_say("401 Unauthorized", "bad key"), r"does not know the key \(HTTP 401: bad key\)"),
    "status_403": (_say("403 Forbidden", "no"), r"key may not use it \(HTTP 403"),
    "status_404": (_say("404 Not Found", "no such model"), r"no such model or path \(HTTP 404"),
    "status_429": (_say("429 Too Many Requests", "slow down", Retry_After="600"), r"asked too often \(HTTP 429"),
    "status_500": (_say("500 Internal Server Error", "boom"), r"it failed \(HTTP 500: boom\) \(tried 3 times\)"),
    "status_502": (
        lambda line: line.body("502 Bad Gateway", "<html><h1>Bad Gateway</h1></html>", "text/html"),
        r"did not reach it \(HTTP 502\) \(tried 3 times\)",
    ),
    "status_503": (_say("503 Service Unavailable", "loading model"), r"loads \(HTTP 503: loading model\) \(tried 3"),
    "too_long": (_say("400 Bad Request", "maximum context length is 2048"), r"do not fit into its context"),
    "redirect": (lambda line: line.body("302 Found", "", Location="http://evil.example/"), r"HTTP 302"),
    "bad_json": (_bad_json, r"is no JSON"),
    "cut_json": (_whole('{"choices": [{"message": {"con'), r"is no JSON"),
    "no_choices": (_streamed({"choices": []}), r"answered with no text"),
    "wrong_schema": (_streamed({"result": "34"}), r"holds no choices"),
    "not_an_object": (_streamed([1, 2]), r"no JSON object"),
    "web_page": (_whole("<html>Log in</html>", "text/html"), r"sent 'text/html' in place of a stream"),
    "no_utf8": (_no_utf8, r"is no UTF-8"),
    "huge_line": (_huge_line, r"a line of more than 1,000,000 bytes"),
    "cut_stream": (_cut, r"broke off: its answer ends before its end"),
    "error_in_stream": (_error_in_stream, r"broke off: it broke off: CUDA out of memory"),
    "bad_structure": (
        _streamed({"choices": [{"delta": {"content": '{"sentences": [{"quo'}, "finish_reason": "length"}]}),
        r"JSON that it wrote is cut off",
    ),
}
"""What is done on each bad day, and what has to be said of it."""

PARTIAL = frozenset({"reset_in_stream", "stalled_in_text", "cut_stream", "error_in_stream"})
"""Days on which a whole sentence comes before it breaks."""

_OTHERS = {"good": _good, "nul": _nul, "twice_busy": _twice_busy}


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        faulty: Faulty = self.server.faulty  # type: ignore[attr-defined]
        connection: socket.socket = self.request
        with contextlib.suppress(OSError):  # who was asked leaves when it has waited enough
            line = connection.makefile("rb")
            method, path, _ = line.readline().decode().split(" ", 2)
            length = 0
            while (header := line.readline().strip().lower()) != b"":
                if header.startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            body = line.read(length)
            day = path.split("/")[1]
            play = _OTHERS.get(day) or DAYS[day][0]
            if method == "POST" and day in PARTIAL and b'"stream"' not in body:
                # It broke off a draft; asked for one word meanwhile it says it.
                _whole(json.dumps({"choices": [{"message": {"content": "Yes"}, "finish_reason": "stop"}]}))(
                    Line(connection, faulty, 0)
                )
            elif method == "POST":
                faulty.asked[day] += 1
                play(Line(connection, faulty, faulty.asked[day]))
            elif day in DAYS and (day.startswith("slow") or day == "stalled"):
                Line(connection, faulty, 0).hang()
            else:
                Line(connection, faulty, 0).body("200 OK", json.dumps({"object": "list", "data": [{"id": "m"}]}))


@contextmanager
def play_faults() -> Iterator[Faulty]:
    """Run the server."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), _Handler) as server:
        faulty = Faulty(f"http://127.0.0.1:{server.server_address[1]}")
        server.faulty = faulty  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield faulty
        finally:
            faulty.left.set()
            server.shutdown()
            thread.join()


def closed_port() -> str:
    """Return an address of this machine where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
