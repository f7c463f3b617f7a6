"""A web of invented hosts: one real server on this machine, a resolver and a connector that lead to it.

The resolver says that every invented host lives at a truly public address. The connector gets that address after it was
checked, and opens the connection to the server here instead; any other address it connects to as it is told, so that a
check that fails is seen.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpcore

from index.sources.web.connections import connect_by_tcp
from index.sources.web.visits import Visit

PUBLIC = "93.184.215.14"

PARAGRAPHS = [
    "The dam above Accra opened at dawn on Monday, and water reached three villages by noon, officials said.",
    "Ama Poe, who leads the district, said 412 people had left their homes and that none of them was hurt.",
    "Engineers will look at the northern gate on Tuesday. It had been repaired twice since 2029, they say.",
]


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    host: str
    path: str
    headers: Mapping[str, str]
    began: float = 0.0
    ended: float = 0.0


@dataclass
class Answer:
    """What the server answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    close: bool = False


Raw = Callable[[BaseHTTPRequestHandler], None]
"""Writes to the connection whatever it likes."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that refuse to go on are what is tested."""


class FakeWeb:
    """Serves what its ``pages`` say, by host and path; everything else, robots.txt included, is 404."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Answer | Raw] = {}
        self.asked: list[Asked] = []
        self.addresses: dict[str, list[list[str]]] = {}
        self.lookups: defaultdict[str, int] = defaultdict(int)
        self.connected: list[tuple[str, int]] = []
        self.delay = 0.0
        self._lock = threading.Lock()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web._serve(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        if tls:
            # The handshake belongs into the thread of the connection: one that fails must not end the server.
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, url: str, body: str | bytes, *, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Serve a page; of the header names "_" becomes "-"."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[url] = Answer(data, headers={"Content-Type": kind, **named})

    def redirect(self, url: str, location: str, status: int = 302) -> None:
        """Lead elsewhere."""
        self.pages[url] = Answer(status=status, headers={"Location": location.encode().decode("latin-1")})

    def paths(self, host: str | None = None) -> list[str]:
        """Return the paths that were asked for, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt" and host in (None, asked.host)]

    def resolve(self, host: str, seconds: float) -> list[str]:
        """Return the addresses of a host: those planned for this look-up, the last for all that follow."""
        with self._lock:
            planned = self.addresses.get(host, [[PUBLIC]])
            found = planned[min(self.lookups[host], len(planned) - 1)]
            self.lookups[host] += 1
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    def connect(self, ip: str, port: int, seconds: float) -> httpcore.NetworkStream:
        """Connect to the server here for the public address, and anywhere else as told."""
        with self._lock:
            self.connected.append((ip, port))
        if ip == PUBLIC:
            return connect_by_tcp("127.0.0.1", self.port, seconds)
        return connect_by_tcp(ip, port, seconds)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        began = time.monotonic()
        host = handler.headers.get("Host", "")
        answer = self.pages.get(f"http://{host}{handler.path}") or self.pages.get(f"https://{host}{handler.path}")
        if handler.path != "/robots.txt":
            time.sleep(self.delay)
        with self._lock:
            self.asked.append(Asked(host, handler.path, dict(handler.headers), began, time.monotonic()))
        if answer is None:
            answer = Answer(b"no such page", 404)
        if not isinstance(answer, Answer):
            handler.close_connection = True
            answer(handler)
            return
        if _matches(handler.headers, answer.headers):
            answer = Answer(status=304, headers={"ETag": answer.headers.get("ETag", "")})
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if answer.status != 304:
            handler.send_header("Content-Length", str(len(answer.body)))
        if answer.close:
            handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(answer.body)


def _matches(asked: Mapping[str, str], has: Mapping[str, str]) -> bool:
    etag, modified = has.get("ETag"), has.get("Last-Modified")
    return bool(etag and asked.get("If-None-Match") == etag) or bool(
        not etag and modified and asked.get("If-Modified-Since") == modified
    )


class Canary:
    """Listens on this machine's own addresses, where no fetch may ever arrive, and counts who does."""

    def __init__(self) -> None:
        self.hits = 0
        self._sockets: list[socket.socket] = []
        self.port = 0
        self._closed = False

    def __enter__(self) -> Self:
        self._listen(socket.AF_INET, "127.0.0.1")
        with contextlib.suppress(OSError):  # a machine without IPv6 cannot be reached there either
            self._listen(socket.AF_INET6, "::1")
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        for listener in self._sockets:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _listen(self, family: socket.AddressFamily, address: str) -> None:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.bind((address, self.port))
        except OSError:
            listener.close()
            raise
        listener.listen(512)
        self.port = listener.getsockname()[1]
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closed:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()


class Remembered:
    """Visits in memory."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}

    def visit_of(self, url: str) -> Visit | None:
        return self.visits.get(url)

    def remember_visits(self, visits: Sequence[Visit]) -> None:
        self.visits.update({visit.url: visit for visit in visits})


def article_page(title: str = "Dam opens", *, head: str = "") -> str:
    """Return a page with an article that is long enough to be one."""
    words = "".join(f"<p>{words} This is about {title}.</p>" for words in PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{words}</article></body></html>"
    )


def rss(*items: str, title: str = "Accra Courier") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def atom(*entries: str, title: str = "Accra Courier") -> str:
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{"".join(entries)}</feed>'


def sitemap(*urls: str) -> str:
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(urls)}</urlset>'
    )


@contextlib.contextmanager
def canary_and_web() -> Iterator[tuple[Canary, FakeWeb]]:
    with Canary() as canary, FakeWeb() as web:
        yield canary, web
