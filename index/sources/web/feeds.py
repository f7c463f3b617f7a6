"""RSS, Atom and sitemaps -> what they list. Runs in the child process only; see ``web_reader``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import feedparser
from lxml import etree, html

from index.errors import SourceError
from index.sources.fields import read_language, read_words
from index.sources.web.inflate import Broken, Overflow, collect
from index.sources.web.listings import Entry, Listing, ListingKind
from index.text.dates import parse_moment

MOST_ENTRIES = 50_000  # of a sitemap by its standard; feeds have far fewer
MAXIMUM_LISTING_BYTES = 20_000_000

_HEAD = 65_536
_BEFORE_ROOT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_ROOTS = ("rss", "rdf", "feed")
_SITEMAPS: dict[str, tuple[ListingKind, str]] = {
    "urlset": ("sitemap", "url"),
    "sitemapindex": ("sitemap index", "sitemap"),
}
_NEVER = ("none", "null")


def read_listing(reference: str, data: bytes, url: str) -> Listing | None:
    """Return what a feed or a sitemap lists, or None where ``data`` is neither.

    Args:
        url: where it was found; links are relative to it.

    Raises:
        SourceError: it is broken, larger than 20 MB, or tries what no feed needs.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _decompress(reference, data)
    root = _find_root(data)
    if root in _SITEMAPS:
        return _read_sitemap(reference, data, *_SITEMAPS[root])
    if root in _FEED_ROOTS:
        return _read_feed(reference, data, url)
    return None


def _decompress(reference: str, data: bytes) -> bytes:
    try:
        return collect((data,), coding="gzip", maximum=MAXIMUM_LISTING_BYTES)
    except Overflow as error:
        raise _broken(reference, f"decompressed it is larger than {MAXIMUM_LISTING_BYTES / 1e6:.0f} MB") from error
    except Broken as error:
        raise _broken(reference, f"it could not be decompressed ({error})") from error


def _find_root(data: bytes) -> str:
    """Return the name of the first element in lower case, or an empty string."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"<\x00")):
        text = head.decode("utf-16-le", "replace")
    elif head.startswith((b"\xfe\xff", b"\x00<")):
        text = head.decode("utf-16-be", "replace")
    else:
        text = head.decode("latin-1")
    match = _ROOT.search(_BEFORE_ROOT.sub("", text))
    return match.group(1).lower() if match else ""


def _read_sitemap(reference: str, data: bytes, kind: ListingKind, tag: str) -> Listing:
    entries: list[Entry] = []
    left_out = 0
    try:
        for element in _walk_sitemap(reference, data, tag):
            if len(entries) < MOST_ENTRIES:
                entries.append(_read_location(element))
            else:
                left_out += 1
    except etree.XMLSyntaxError as error:
        raise _broken(reference, f"it is a sitemap with broken XML ({error.msg})") from error
    return Listing(kind, tuple(entries), left_out)


def _walk_sitemap(reference: str, data: bytes, tag: str) -> Iterator[etree._Element]:
    """Yield the elements that list something, and let go of each afterwards.

    No document type is let in: no sitemap has one, and it is where entities are declared.
    """
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=(f"{{*}}{tag}",), resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in events:
        if element.getroottree().docinfo.doctype:
            raise _broken(reference, "it is a sitemap that declares a document type")
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _read_location(element: etree._Element) -> Entry:
    facts = {etree.QName(child).localname: child for child in element.iterchildren(etree.Element)}
    news = facts.get("news")
    told = {etree.QName(child).localname: child.text for child in _elements(news)}
    return Entry(
        url=read_words(_text(facts.get("loc"))),
        title=read_words(told.get("title")),
        published=parse_moment(told.get("publication_date")),
        updated=parse_moment(_text(facts.get("lastmod"))),
        outlet=read_words(told.get("name")),
        language=read_language(told.get("language")),
    )


def _elements(news: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if news is None else news.iterdescendants(etree.Element)


def _text(element: etree._Element | None) -> str | None:
    return None if element is None else element.text


def _read_feed(reference: str, data: bytes, url: str) -> Listing:
    # As a stream: feedparser takes a string for the name of a file or an address, and opens it.
    feed = feedparser.parse(
        io.BytesIO(data), response_headers={"content-location": url}, resolve_relative_uris=True, sanitize_html=False
    )
    if not feed["version"] and not feed["entries"]:
        raise _broken(reference, "it begins as a feed and is none")
    found = feed["entries"][:MOST_ENTRIES]
    entries = tuple(_read_item(item, feed["feed"], feed["version"]) for item in found)
    return Listing("feed", entries, len(feed["entries"]) - len(entries))


def _read_item(item: dict[str, object], feed: Mapping[str, object], version: str) -> Entry:
    # dict.get, because feedparser's own mappings answer "updated" with "published" where the former is missing.
    published, updated = (_words(dict.get(item, name)) for name in ("published", "updated"))
    if version in ("rss10", "rss090") and published is None:
        published, updated = updated, None  # its one date, dc:date, is when the item appeared
    source = item.get("source")
    return Entry(
        url=_words(item.get("feedburner_origlink")) or _words(item.get("link")),
        title=_plain(item, "title"),
        published=parse_moment(published),
        updated=parse_moment(updated),
        author=_author(item),
        outlet=(_plain(source, "title") if isinstance(source, Mapping) else None) or _plain(feed, "title"),
        language=read_language(item.get("language") or feed.get("language")),
    )


def _words(value: object) -> str | None:
    return read_words(value) if isinstance(value, str) else None


def _plain(record: Mapping[str, object], name: str) -> str | None:
    """Return the words of a title, which may be HTML."""
    words, detail = _words(record.get(name)), record.get(f"{name}_detail")
    if words and isinstance(detail, Mapping) and detail.get("type") != "text/plain" and re.search("[<&]", words):
        try:
            words = html.fragment_fromstring(words, create_parent="p").text_content()
        except (etree.ParserError, ValueError):
            return None
    return " ".join(words.split()) or None if words else None


def _author(item: Mapping[str, object]) -> str | None:
    """Return the author's name; RSS puts an address of mail where the name belongs, which is none."""
    detail = item.get("author_detail")
    name = _words(detail.get("name")) if isinstance(detail, Mapping) else _words(item.get("author"))
    return None if name is None or "@" in name or name.lower() in _NEVER else name


def _broken(reference: str, reason: str) -> SourceError:
    return SourceError(
        f"{reference}: {reason}.",
        reference=reference,
        hint="Give the addresses of its articles themselves.",
    )
