"""RSS, Atom and sitemaps: what they list, and what hostile ones try."""

from __future__ import annotations

import contextlib
import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import SourceError
from index.sources.web.feeds import read_listing
from index.sources.web.listings import Entry, Listing, PageLinks
from index.sources.web.page_links import find_links
from index.sources.web.reader import WebReader
from tests.index.fake_web import Canary, atom, rss, sitemap

HOME = "https://courier.test/feeds/all.xml"


def listing(text: str | bytes, url: str = HOME) -> Listing:
    found = read_listing("feed", text.encode() if isinstance(text, str) else text, url)
    assert found is not None
    return found


def test_rss_2() -> None:
    found = listing(
        rss(
            "<item><title>Dam &amp;amp; &lt;b&gt;gate&lt;/b&gt;</title><link>https://courier.test/dam</link>"
            "<pubDate>Tue, 04 Mar 2031 14:30:00 GMT</pubDate><author>poe@courier.test (Ama Poe)</author></item>",
            "<item><title>Relative</title><link>/port</link><pubDate>soon</pubDate><author>x@y.test</author></item>",
            '<item><guid isPermaLink="true">https://courier.test/guid</guid><dc:creator '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">Kofi Lim</dc:creator><source url="https://w.test/">Wire</source></item>',
            "<item><title>No link</title></item>",
        )
    )
    assert found == Listing(
        "feed",
        (
            Entry(
                "https://courier.test/dam",
                title="Dam & gate",
                published="2031-03-04T14:30:00+00:00",
                author="Ama Poe",
                outlet="Accra Courier",
            ),
            Entry("https://courier.test/port", title="Relative", outlet="Accra Courier"),
            Entry("https://courier.test/guid", author="Kofi Lim", outlet="Wire"),
            Entry(None, title="No link", outlet="Accra Courier"),
        ),
    )


def test_atom_tells_published_from_updated() -> None:
    found = listing(
        atom(
            '<entry><title>Dam</title><link rel="alternate" href="https://courier.test/dam"/>'
            '<link rel="edit" href="https://courier.test/edit"/><author><name>Ama Poe</name></author>'
            "<published>2031-03-04T14:30:00Z</published><updated>2031-03-05T09:00:00+01:00</updated></entry>",
            '<entry xml:base="https://other.test/x/"><link href="y"/><updated>2031-03-05</updated></entry>',
        )
    )
    first, second = found.entries
    assert (first.url, first.author) == ("https://courier.test/dam", "Ama Poe")
    assert (first.published, first.updated) == ("2031-03-04T14:30:00+00:00", "2031-03-05T09:00:00+01:00")
    assert (second.url, second.published, second.updated) == ("https://other.test/x/y", None, "2031-03-05")


def test_rss_1_and_0_9() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Courier</title></channel><item><title>Dam</title>'
        "<link>https://courier.test/dam</link><dc:date>2031-03-04T14:30:00Z</dc:date></item></rdf:RDF>"
    )
    assert listing(rdf).entries == (
        Entry("https://courier.test/dam", title="Dam", published="2031-03-04T14:30:00+00:00", outlet="Courier"),
    )
    old = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Courier</title>'
        "<language>en-gb</language><item><title>Caf&eacute;</title><link>https://courier.test/dam</link></item>"
        "</channel></rss>"
    )
    assert listing(old).entries == (Entry("https://courier.test/dam", title="Café", outlet="Courier", language="en"),)


def test_a_broken_feed_gives_what_can_be_read() -> None:
    broken = rss("<item><title>A & B</title><link>https://courier.test/dam</link></item>").replace("</rss>", "")
    assert [entry.url for entry in listing(broken).entries] == ["https://courier.test/dam"]


def test_a_sitemap_with_news_and_images() -> None:
    text = sitemap(
        "<url><loc> https://courier.test/dam </loc><lastmod>2031-03-05</lastmod><news:news><news:publication>"
        "<news:name>Accra Courier</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2031-03-04T14:30:00Z</news:publication_date><news:title>Dam opens</news:title>"
        '</news:news><i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://x.test/i.png'
        "</i:loc></i:image></url>",
        "<url><loc>https://courier.test/port</loc></url><url><lastmod>2031-03-05</lastmod></url>",
    )
    expected = Listing(
        "sitemap",
        (
            Entry(
                "https://courier.test/dam",
                title="Dam opens",
                published="2031-03-04T14:30:00+00:00",
                updated="2031-03-05",
                outlet="Accra Courier",
                language="en",
            ),
            Entry("https://courier.test/port"),
            Entry(None, updated="2031-03-05"),
        ),
    )
    assert listing(text) == expected
    assert listing(gzip.compress(text.encode())) == expected
    assert listing(text.replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")) == expected


def test_a_sitemap_index() -> None:
    text = "<!-- made by a machine --><sitemapindex><sitemap><loc>https://courier.test/1.xml.gz</loc></sitemap></sitemapindex>"
    assert listing(text) == Listing("sitemap index", (Entry("https://courier.test/1.xml.gz"),))


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"<html><body>rss</body></html>", b"<?xml version='1.0'?><svg/>", b"words"]
)
def test_what_is_no_listing(data: bytes) -> None:
    assert read_listing("feed", data, HOME) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<urlset><url><loc>x</loc></url>", "a sitemap with broken XML"),
        (b"\x1f\x8bnonsense", "could not be decompressed"),
        (gzip.compress(b"<urlset>" + b" " * 20_000_000), "larger than 20 MB"),
    ],
)
def test_what_is_broken_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_listing("feed", data, HOME)


def test_links_of_a_page() -> None:
    page = (
        '<head><base href="/b/"><noscript><meta http-equiv="refresh" content="0;url=/nojs"></noscript>'
        '<meta http-equiv="refresh" content="900;url=/reload"><meta http-equiv="REFRESH" content=" 0.5 ; URL=\'c?d=1\' ">'
        '<link rel="Alternate home" type="application/rss+xml" href="//courier.test/rss">'
        '<link rel="alternate" hreflang="de" type="text/html" href="/de"></head>'
    )
    assert find_links(page.encode(), "https://courier.test/a") == PageLinks(
        "https://courier.test/b/c?d=1", ("https://courier.test/rss",)
    )
    assert find_links(b"", HOME) == PageLinks()
    assert find_links(b"<meta http-equiv=refresh content='5'>", HOME) == PageLinks()


# Attacks, against the real child with its real limits.

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY l "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1 if n else str()};" * 10}">' for n in range(12))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE bomb [<!ENTITY a "{"a" * 100_000}">]>'


def hostile(declaration: str, use: str) -> dict[str, bytes]:
    """Return documents of each kind that declare and use something."""
    item = f"<item><title>{use}</title><link>https://courier.test/dam{use}</link></item>"
    entry = (
        f'<entry><title>{use}</title><link href="https://courier.test/dam"/><author><name>{use}</name></author></entry>'
    )
    url = f"<url><loc>https://courier.test/dam{use}</loc></url>"
    texts = {"rss": rss(item), "atom": atom(entry), "sitemap": sitemap(url)}
    texts = {kind: text.replace('<?xml version="1.0"?>', "") for kind, text in texts.items()}
    documents = {kind: f'<?xml version="1.0"?>{declaration}{text}'.encode() for kind, text in texts.items()}
    for encoding in ("utf-16", "utf-7"):
        for kind, text in texts.items():
            head = f'<?xml version="1.0" encoding="{encoding}"?>'
            documents[f"{kind} in {encoding}"] = (
                (head + declaration + text).encode(encoding)
                if encoding == "utf-16"
                else head.encode() + (declaration + text).encode("utf-7")
            )
    return documents


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("secret") / "secret.txt"
    file.write_text("swordfish")
    return file


def attempt(web_reader: WebReader, data: bytes) -> str:
    """Return all that came out of a document, or the refusal."""
    began = time.monotonic()
    try:
        found = repr(web_reader.read_listing("feed", data, HOME))
    except SourceError as error:
        found = str(error)
    assert time.monotonic() - began <= 10
    assert len(found) < 1_000_000
    return found


@pytest.mark.parametrize(
    ("declaration", "use"), [(LAUGHS, "&l11;"), (QUADRATIC, "&a;" * 2000)], ids=["laughs", "quadratic"]
)
def test_entities_that_multiply_come_to_nothing(web_reader: WebReader, declaration: str, use: str) -> None:
    for kind, data in hostile(declaration, use).items():
        found = attempt(web_reader, data)
        assert "hahahahaha" not in found, kind
        assert "a" * 100_000 not in found, kind


def test_nothing_outside_the_document_is_read(web_reader: WebReader, canary: Canary, secret: Path) -> None:
    here = f"http://127.0.0.1:{canary.port}/x"
    attacks = [
        (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>', "&e;") for target in (secret.as_uri(), str(secret), here)
    ]
    attacks += [
        (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{here}"> %p;]>', "&e;"),
        (f'<!DOCTYPE x SYSTEM "{here}">', "words"),
        ("", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{secret.as_uri()}"/>'),
        (f'<?xml-stylesheet href="{here}"?>', "words"),
    ]
    for declaration, use in attacks:
        for kind, data in hostile(declaration, use).items():
            assert "swordfish" not in attempt(web_reader, data), (kind, declaration)
    assert attempt(web_reader, secret.as_uri().encode()) == "None"
    assert attempt(web_reader, here.encode()) == "None"
    assert canary.hits == 0


def test_giants_are_bounded() -> None:
    giants = (
        b"<rss>" + b"<channel>" * 200_000,
        b"<rss><channel><item " + b" ".join(b'a%d="b"' % n for n in range(100_000)) + b"/></channel></rss>",
        b"<rss><channel>" + b"<item><title>x</title></item>" * 150_000,
        b"<urlset>" + b"<url>" * 200_000,
        b"<urlset>" + b"<url><loc>https://courier.test/a</loc></url>" * 200_000 + b"</urlset>",
        b"<rss>" + b"<!--" * 1_000_000,
        b"<" * 5_000_000,
    )
    with WebReader(seconds=2.0) as hasty:
        for data in giants:
            began = time.monotonic()
            with contextlib.suppress(SourceError):
                found = hasty.read_listing("feed", data, HOME)
                assert found is None or len(found.entries) <= 50_000
            assert time.monotonic() - began <= 10
        after = hasty.read_listing("feed", rss("<item><link>https://courier.test/a</link></item>").encode(), HOME)
        assert after is not None
        assert len(after.entries) == 1


def test_robots_that_try_patience(web_reader: WebReader) -> None:
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 5000 + "b\n" + "Disallow: /x*y\n" * 20_000
    began = time.monotonic()
    verdict = web_reader.judge_robots("robots", rules, "https://courier.test/" + "a" * 4000, "Citewire")
    assert verdict.allowed
    assert time.monotonic() - began < 8


def test_a_feed_that_takes_its_time_holds_up_no_robots_txt(web_reader: WebReader) -> None:
    slow = b"<rss><channel>" + b"<item><title>x</title></item>" * 8_000
    judged: list[float] = []
    with ThreadPoolExecutor(1) as threads:
        web_reader.judge_robots("robots", "User-agent: *\n", "https://courier.test/", "Citewire")
        reading = threads.submit(web_reader.read_listing, "feed", slow, HOME)
        while not reading.done():
            began = time.monotonic()
            web_reader.judge_robots("robots", "User-agent: *\n", "https://courier.test/", "Citewire")
            judged.append(time.monotonic() - began)
    assert len(judged) > 10
