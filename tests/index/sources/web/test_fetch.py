"""Fetching one address: redirects, robots.txt, conditional requests, limits, bombs, TLS."""

from __future__ import annotations

import gzip
import inspect
import resource
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import brotli
import httpcore
import pytest

from index.errors import SourceError
from index.sources.web.addresses import parse_address
from index.sources.web.connections import resolve_by_system
from index.sources.web.exchange import USER_AGENT, explain_network_error
from index.sources.web.fetch import Fetcher
from index.sources.web.fetched import Fetched, NotModified, TryLater
from index.sources.web.limits import Limits
from index.sources.web.politeness import Politeness
from index.sources.web.robots import Verdict
from index.sources.web.visits import Visit
from tests.index.fake_web import PUBLIC, Answer, FakeWeb, article_page

URL = "http://ledger.test/a"


class AllowsAll:
    def judge_robots(self, reference: str, text: str, url: str, agent: str) -> Verdict:
        return Verdict(True)


def make(web: FakeWeb, *, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> Fetcher:
    return Fetcher(
        robots=AllowsAll(),
        limits=limits,
        politeness=Politeness(delay=0.0),
        resolver=web.resolve,
        connector=web.connect,
        tls=tls,
    )


def fetch(fetcher: Fetcher, url: str = URL, visit: Visit | None = None) -> Fetched:
    answer = fetcher.fetch(url, parse_address(url), visit=visit)
    assert isinstance(answer, Fetched)
    return answer


def refusal(fetcher: Fetcher, url: str = URL) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(fetcher, url)
    assert caught.value.reference == url
    return str(caught.value)


def test_a_page_is_had_with_an_honest_name_and_nothing_else(web: FakeWeb, fetcher: Fetcher) -> None:
    web.put(
        URL, "words", kind="Text/HTML; charset=ISO-8859-1", ETag='"1"', Last_Modified="Tue, 04 Mar 2031 14:30:00 GMT"
    )
    answer = fetch(fetcher)
    assert (answer.body, answer.content_type, answer.charset) == (b"words", "text/html", "ISO-8859-1")
    assert (answer.visit.url, answer.visit.final_url, answer.visit.etag) == (URL, URL, '"1"')
    assert answer.visit.last_modified == "Tue, 04 Mar 2031 14:30:00 GMT"
    sent = web.asked[-1].headers
    assert sent["User-Agent"] == USER_AGENT
    assert USER_AGENT.startswith("Citewire/")
    assert set(sent) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def test_proxies_of_the_environment_are_not_used(
    web: FakeWeb, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.put(URL, "words")
    assert fetch(fetcher).body == b"words"


def test_redirects_are_followed_and_no_cookie_goes_with_them(web: FakeWeb, fetcher: Fetcher) -> None:
    web.pages[URL] = Answer(status=301, headers={"Location": "https://www.ledger.test/b?x=1#y", "Set-Cookie": "a=b"})
    web.redirect("http://ledger.test/c", "/d")
    web.put("http://ledger.test/d", "words", Set_Cookie="a=b")
    answer = fetch(fetcher, "http://ledger.test/c")
    assert (answer.address.url, answer.visit.url) == ("http://ledger.test/d", "http://ledger.test/c")
    fetch(fetcher, "http://ledger.test/d")
    assert not [asked for asked in web.asked if "Cookie" in asked.headers or "Referer" in asked.headers]


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(web: FakeWeb, fetcher: Fetcher, hops: int, arrives: bool) -> None:
    for hop in range(hops):
        web.redirect(f"http://ledger.test/{hop}", f"/{hop + 1}")
    web.put(f"http://ledger.test/{hops}", "words")
    if arrives:
        assert fetch(fetcher, "http://ledger.test/0").body == b"words"
    else:
        assert "redirects more than 5 times" in refusal(fetcher, "http://ledger.test/0")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "there is no such page"),
        (Answer(status=403), "the server forbids it"),
        (Answer(status=500), "it answered 500"),
        (Answer(status=204), "it answered 204"),
        (Answer(status=304), "it answered 304"),
        (Answer(status=302), "without saying where"),
        (Answer(b"GIF", headers={"Content-Type": "image/gif"}), "of the type 'image/gif', wanted a page"),
        (Answer(b"x", headers={"Content-Encoding": "zstd"}), "compressed as 'zstd', wanted gzip"),
        (Answer(b"x", headers={"Content-Encoding": "gzip, gzip"}), "compressed as 'gzip, gzip', wanted gzip"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "could not be decompressed"),
        (Answer(gzip.compress(b"x" * 999)[:-12], headers={"Content-Encoding": "gzip"}), "it breaks off"),
    ],
)
def test_what_is_no_page_is_refused_with_the_reason(
    web: FakeWeb, fetcher: Fetcher, answer: Answer, reason: str
) -> None:
    web.pages[URL] = answer
    assert reason in refusal(fetcher)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(gzip.compress(b"words"), headers={"Content-Encoding": "gzip"}),
        Answer(gzip.compress(b"wo") + gzip.compress(b"rds") + b"\0\0", headers={"Content-Encoding": "x-gzip"}),
        Answer(zlib.compress(b"words"), headers={"Content-Encoding": "deflate"}),
        Answer(zlib.compress(b"words", wbits=-15), headers={"Content-Encoding": "Deflate"}),
        Answer(b"words", headers={"Content-Encoding": "identity"}),
    ],
)
def test_compressed_pages_are_read(web: FakeWeb, fetcher: Fetcher, answer: Answer) -> None:
    web.pages[URL] = answer
    assert fetch(fetcher).body == b"words"


# Conditional requests.


@pytest.mark.parametrize("validator", [{"ETag": '"v1"'}, {"Last_Modified": "Tue, 04 Mar 2031 14:30:00 GMT"}])
def test_a_second_visit_costs_no_body(web: FakeWeb, fetcher: Fetcher, validator: dict[str, str]) -> None:
    web.redirect("http://ledger.test/short", "/long")
    web.put("http://ledger.test/long", article_page(), **validator)
    first = fetch(fetcher, "http://ledger.test/short")
    second = fetcher.fetch("x", parse_address("http://ledger.test/short"), visit=first.visit)
    assert isinstance(second, NotModified)
    assert second.visit.sha256 == first.visit.sha256
    web.put("http://ledger.test/long", "changed", ETag='"v2"', Last_Modified="Tue, 04 Mar 2031 15:00:00 GMT")
    assert fetch(fetcher, "http://ledger.test/short", second.visit).body == b"changed"


def test_validators_go_to_nobody_but_the_address_that_gave_them(web: FakeWeb, fetcher: Fetcher) -> None:
    web.put(URL, "words", ETag='"secret"')
    visit = fetch(fetcher).visit
    web.redirect(URL, "http://other.test/b")
    web.put("http://other.test/b", "words")
    fetch(fetcher, URL, visit)
    assert [asked.headers.get("If-None-Match") for asked in web.asked if asked.host == "other.test"] == [None, None]


# robots.txt and servers that are too busy.


def test_robots_txt_is_obeyed_and_asked_for_once(web: FakeWeb, fetcher: Fetcher) -> None:
    rules = "User-agent: *\nDisallow: /private\n\nUser-agent: citewire\nDisallow: /private\nAllow: /private/open\n"
    web.put("http://ledger.test/robots.txt", rules, kind="text/plain")
    for path in ("a", "private/x", "private/open"):
        web.put(f"http://ledger.test/{path}", "words")
    assert fetch(fetcher).body == b"words"
    assert "robots.txt of ledger.test asks programs not to fetch /private/x" in refusal(
        fetcher, "http://ledger.test/private/x"
    )
    assert fetch(fetcher, "http://ledger.test/private/open").body == b"words"
    assert [asked.path for asked in web.asked] == ["/robots.txt", "/a", "/private/open"]


def test_robots_txt_counts_at_every_host_of_a_redirect(web: FakeWeb, fetcher: Fetcher) -> None:
    web.redirect(URL, "http://other.test/b")
    web.put("http://other.test/b", "words")
    web.put("http://other.test/robots.txt", "User-agent: *\nDisallow: /\n")
    assert "robots.txt of other.test" in refusal(fetcher)
    assert web.paths("other.test") == []


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (Answer(status=404), True),
        (Answer(status=403), True),
        (Answer(b"\xef\xbb\xbf\xff\x00 nonsense"), True),
        (Answer(status=500), False),
        (Answer(b"# " + b"x" * 600_000), False),
        (Answer(status=302, headers={"Location": "http://127.0.0.1/robots.txt"}), False),
    ],
)
def test_without_a_robots_txt_all_is_allowed_and_with_one_that_fails_nothing(
    web: FakeWeb, fetcher: Fetcher, robots: Answer, allowed: bool
) -> None:
    web.put(URL, "words")
    web.pages["http://ledger.test/robots.txt"] = robots
    if allowed:
        assert fetch(fetcher).body == b"words"
    else:
        assert "the robots.txt of ledger.test could not be had" in refusal(fetcher)
        assert web.paths() == []


def test_a_robots_txt_that_cannot_be_read_allows_nothing(web: FakeWeb) -> None:
    class Breaks:
        def judge_robots(self, reference: str, text: str, url: str, agent: str) -> Verdict:
            raise SourceError(f"{reference}: reading it took longer than 3 s.", reference=reference)

    web.put("http://ledger.test/robots.txt", "User-agent: *")
    with Fetcher(robots=Breaks(), resolver=web.resolve, connector=web.connect) as fetcher:
        assert f"{URL}: the robots.txt of ledger.test: reading it took longer than 3 s." in refusal(fetcher)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        ("in an hour", 3500, 3600),
        ("soon", 10, 10),
        ("-5", 10, 10),
        ("①".encode().decode("latin-1"), 10, 10),
        ("9" * 400, 1e19, 1e21),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_too_busy_says_when_to_come_back(
    web: FakeWeb, fetcher: Fetcher, status: int, header: str, least: float, most: float
) -> None:
    if header == "in an hour":  # as a date of HTTP, and of now: a suite runs for minutes after it is read
        header = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    web.pages[URL] = Answer(status=status, headers={"Retry-After": header})
    with pytest.raises(TryLater, match=f"too busy .it answered {status}.") as caught:
        fetch(fetcher)
    assert least <= caught.value.seconds <= most
    assert time.monotonic() < fetcher.turns.ready_at("ledger.test") <= time.monotonic() + 60


# Limits and bombs.


def chunked(handler: BaseHTTPRequestHandler, piece: bytes, pause: float = 0.0, *, coding: str = "") -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Transfer-Encoding", "chunked")
    if coding:
        handler.send_header("Content-Encoding", coding)
    handler.end_headers()
    while True:
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        time.sleep(pause)


def send(handler: BaseHTTPRequestHandler, *pieces: bytes, pause: float = 0.0) -> None:
    for piece in pieces:
        handler.wfile.write(piece)
        time.sleep(pause)


def compressed(data: bytes, coding: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Encoding", coding)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def gzip_of_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    megabyte = bytes(1_000_000)
    return b"".join(packer.compress(megabyte) for _ in range(size // 1_000_000)) + packer.flush()


# A frame of Zstandard with one RLE block: four bytes that stand for 128 KB, as often as wanted.
ZSTD_OF_ZEROS = b"\x28\xb5\x2f\xfd\x00\x58" + struct.pack("<I", (131_071 << 3) | (1 << 1))[:3] * 8000 + b"\x03\x00\x00"

BOMBS: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str]] = {
    "gzip 1000:1": (compressed(gzip_of_zeros(1_000_000_000), "gzip"), "larger than 5.0 MB"),
    "deflate 1000:1": (compressed(zlib.compress(bytes(100_000_000), 9), "deflate"), "larger than 5.0 MB"),
    "br": (compressed(brotli.compress(bytes(50_000_000)), "br"), "compressed as 'br'"),
    "zstd": (compressed(ZSTD_OF_ZEROS, "zstd"), "compressed as 'zstd'"),
    "gzip in gzip": (compressed(gzip.compress(gzip_of_zeros(100_000_000)), "gzip, gzip"), "compressed as 'gzip, gzip'"),
    "10 GB announced": (
        lambda handler: send(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", b"x" * 1000),
        "larger than 20.0 MB",
    ),
    "a length of 5000 digits": (
        lambda handler: send(handler, b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"),
        "breaks the rules of HTTP",
    ),
    "endless chunks": (lambda handler: chunked(handler, b"x" * 50_000), "larger than 5.0 MB"),
    "endless chunks of one byte": (lambda handler: chunked(handler, b"x", 0.001), "was too slow"),
    "endless gzip of nothing": (lambda handler: chunked(handler, gzip.compress(b""), 0.001, coding="gzip"), "too slow"),
    "a byte a second": (lambda handler: chunked(handler, b"x", 1.0), "was too slow"),
    "a header byte at a time": (
        lambda handler: send(handler, b"HTTP/1.1 200 OK\r\nX: ", *[b"x"] * 100, pause=0.5),
        "was too slow",
    ),
    "silence": (lambda handler: time.sleep(15), "was too slow"),
    "huge headers": (
        lambda handler: send(handler, b"HTTP/1.1 200 OK\r\n", *[b"X: " + b"x" * 60_000 + b"\r\n"] * 100),
        "breaks the rules of HTTP",
    ),
    "a million headers": (
        lambda handler: send(handler, b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n" * 1000] * 1000),
        "breaks the rules of HTTP",
    ),
    "endless first answers": (
        lambda handler: send(handler, *[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 15_000, pause=0.001),
        "was too slow",
    ),
    "no HTTP at all": (lambda handler: send(handler, b"SSH-2.0-OpenSSH\r\n"), "breaks the rules of HTTP"),
    "it hangs up": (lambda handler: None, "breaks the rules of HTTP"),
}


def test_bombs_are_clear_errors_in_ten_seconds_and_little_memory_all_at_once(web: FakeWeb) -> None:
    for name, (bomb, _) in BOMBS.items():
        web.pages[f"http://{_host(name)}/"] = bomb
    with make(web) as fetcher, ThreadPoolExecutor(len(BOMBS)) as threads:

        def meet(name: str) -> tuple[str, float]:
            began = time.monotonic()
            return refusal(fetcher, f"http://{_host(name)}/"), time.monotonic() - began

        before = _most_memory()
        outcomes = dict(zip(BOMBS, threads.map(meet, BOMBS), strict=True))
    for name, (_, reason) in BOMBS.items():
        said, seconds = outcomes[name]
        assert reason in said, (name, said)
        assert seconds <= 10, (name, seconds)
    assert _most_memory() - before <= 256


def _host(name: str) -> str:
    return f"{name.replace(' ', '-').replace(':', '-').lower()}.test"


def _most_memory() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def test_a_robots_txt_cannot_hold_a_visit_up_either(web: FakeWeb) -> None:
    web.pages["http://ledger.test/robots.txt"] = lambda handler: chunked(handler, b"x", 0.2)
    began = time.monotonic()
    with make(web, limits=Limits(total_seconds=1.0)) as fetcher:
        assert "robots.txt of ledger.test could not be had: ledger.test was too slow" in refusal(fetcher)
    assert time.monotonic() - began < 3


def test_redirects_share_one_budget_of_time(web: FakeWeb) -> None:
    web.delay = 0.4
    for hop in range(5):
        web.redirect(f"http://ledger.test/{hop}", f"/{hop + 1}")
    with make(web, limits=Limits(total_seconds=1.0)) as fetcher:
        assert "was too slow" in refusal(fetcher, "http://ledger.test/0")


def test_a_host_that_is_not_found_or_does_not_answer(web: FakeWeb) -> None:
    web.addresses["gone.test"] = [[]]

    def refuse(ip: str, port: int, seconds: float) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("Connection refused")

    with make(web) as fetcher:
        assert "'gone.test' was not found (Name or service not known)" in refusal(fetcher, "http://gone.test/")
    with Fetcher(robots=AllowsAll(), resolver=web.resolve, connector=refuse) as fetcher:
        assert "ledger.test could not be reached (Connection refused)" in refusal(fetcher)


def test_an_address_that_is_silent_leaves_time_for_the_next(web: FakeWeb) -> None:
    web.addresses["ledger.test"] = [["2606:2800:21f::1", PUBLIC]]
    web.put(URL, "words")

    def connect(ip: str, port: int, seconds: float) -> httpcore.NetworkStream:
        if ip == PUBLIC:
            return web.connect(ip, port, seconds)
        time.sleep(seconds)
        raise httpcore.ConnectTimeout

    limits = Limits(total_seconds=1.0, connect_seconds=0.6)
    with Fetcher(robots=AllowsAll(), limits=limits, resolver=web.resolve, connector=connect) as fetcher:
        assert fetch(fetcher).body == b"words"


def test_closing_ends_what_other_threads_wait_for(web: FakeWeb) -> None:
    web.pages[URL] = lambda handler: time.sleep(8)
    fetcher = make(web)
    outcome: list[BaseException] = []

    def wait() -> None:
        try:
            fetch(fetcher)
        except SourceError as error:
            outcome.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    while not web.paths():
        time.sleep(0.01)
    began = time.monotonic()
    fetcher.close()
    thread.join(10)
    assert time.monotonic() - began < 2
    assert len(outcome) == 1


def test_every_error_of_httpcore_has_words() -> None:
    kinds = [kind for _, kind in inspect.getmembers(httpcore, inspect.isclass) if issubclass(kind, Exception)]
    assert len(kinds) > 10
    for kind in kinds:
        assert explain_network_error(kind("x"), host="ledger.test", limits=Limits())
    assert explain_network_error(ValueError("x"), host="ledger.test", limits=Limits()) is None


def test_the_system_resolves_names_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "127.0.0.1" in resolve_by_system("127.0.0.1", 5.0)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5) or [])
    with pytest.raises(OSError, match=r"no answer within 0\.05 s"):
        resolve_by_system("ledger.test", 0.05)


# TLS: the certificate is checked against the name although the connection goes to an address.


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for ledger.test that vouches for itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ledger.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("ledger.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "ledger.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def secure_web(authority: Path) -> Iterator[tuple[FakeWeb, list[str]]]:
    asked: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    context.sni_callback = lambda connection, name, _: asked.append(str(name))
    with FakeWeb(tls=context) as web:
        yield web, asked


def test_tls_names_the_host_and_checks_its_certificate(secure_web: tuple[FakeWeb, list[str]], authority: Path) -> None:
    web, asked = secure_web
    trusting = ssl.create_default_context(cafile=str(authority))
    web.put("https://ledger.test/a", "words")
    web.put("https://other.test/a", "words")
    with make(web, tls=trusting) as fetcher:
        assert fetch(fetcher, "https://ledger.test/a").body == b"words"
        assert "could not be reached" in refusal(fetcher, "https://other.test/a")
    with make(web) as fetcher:
        assert "certificate verify failed" in refusal(fetcher, "https://ledger.test/a")
    assert asked == ["ledger.test", "other.test", "ledger.test"]
    assert [one.host for one in web.asked] == ["ledger.test", "ledger.test"]
