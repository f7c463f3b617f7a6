"""A feed that was saved as a file -> the articles that it holds whole, and what it only announces."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import feedparser

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.fields import build_article
from index.sources.html.field import read_field, read_name
from index.sources.part import Source, read_all
from index.sources.safe_xml import refuse_declarations

_ROOT = re.compile(rb"<(?P<name>rss|feed|rdf:RDF|opml)[\s>]", re.IGNORECASE)
_OUTLINE = re.compile(rb"""xmlUrl\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE)
_BREAKS_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|\b(?:read|continue) (?:more|reading|on)\W*)\s*$", re.IGNORECASE)
_SHORTEST = 200  # characters; a feed that gives less gives a teaser
_SHOWN = 3  # addresses


def read_feed_file(reference: str, source: Source) -> Iterator[RawArticle | Unreadable]:
    """Yield the articles of a saved RSS or Atom feed; an entry of a sentence or two is told with the address of its article.

    Raises:
        SourceError: it is a list of feeds (OPML), broken, or no feed.
    """
    data = read_all(source)
    root = _ROOT.search(data)
    if root is None:
        raise SourceError(f"{reference}: it is no feed.", reference=reference, hint="Leave it out.")
    refuse_declarations(reference, data[: root.start()])  # what an entry holds may be a page with a document type
    if root["name"].lower() == b"opml":
        raise _list_of_feeds(reference, data)
    # As a stream: feedparser takes a string for the name of a file or an address, and opens it.
    feed = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    if not feed["entries"]:
        reason = "it holds no entry" if feed["version"] else "it is no feed that can be read"
        raise SourceError(f"{reference}: {reason}.", reference=reference, hint="Save the feed again.")
    for number, item in enumerate(feed["entries"], start=1):
        yield _read_entry(f"{reference}#{_identify(item) or number}", item, feed["feed"])


def _read_entry(place: str, item: dict[str, object], feed: Mapping[str, object]) -> RawArticle | Unreadable:
    try:
        text = read_field(place, _longest(item))
    except SourceError as error:
        return Unreadable(place, error.message)
    link = item.get("link")
    if len(text) < _SHORTEST or _BREAKS_OFF.search(text):
        fetched = f" Fetch it with `citewire ingest {link}`." if isinstance(link, str) else ""
        return Unreadable(place, f"{place}: the feed only announces this article.{fetched}")
    # dict.get, because feedparser's own mappings answer "updated" with "published" where the former is missing.
    record = {
        "title": _named(dict.get(item, "title")),
        "outlet": _named(feed.get("title")),
        "author": _named(item.get("author")),
        "published": dict.get(item, "published"),
        "updated": dict.get(item, "updated"),
        "url": link,
        "language": item.get("language") or feed.get("language"),
    }
    return build_article(record, reference=place, kind="html", text=text)


def _longest(item: Mapping[str, object]) -> str:
    """Return the longest of what an entry gives as its text."""
    parts = item.get("content")
    given = [part.get("value") for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    return max((each for each in (*given, item.get("summary")) if isinstance(each, str)), key=len, default="")


def _identify(item: Mapping[str, object]) -> str | None:
    identifier = item.get("id") or item.get("link")
    return identifier.strip() or None if isinstance(identifier, str) else None


def _named(value: object) -> str | None:
    return " ".join(read_name(value).split()) if isinstance(value, str) else None


def _list_of_feeds(reference: str, data: bytes) -> SourceError:
    addresses = [address.decode("utf-8", "replace") for address in _OUTLINE.findall(data)]
    follow = " ".join(f"--follow {address}" for address in addresses[:_SHOWN])
    more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    return SourceError(
        f"{reference}: it lists {len(addresses)} feeds and holds no article.",
        reference=reference,
        hint=f"Follow them: `citewire ingest {follow}`{more}." if addresses else "Leave it out.",
    )
