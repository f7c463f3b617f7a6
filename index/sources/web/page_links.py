"""A page's HTML -> where it leads without a click. Runs in the child process only; see ``web_reader``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree, html

from index.sources.web.listings import PageLinks

_REFRESH = re.compile(r"\s*(\d{1,9})[.\d]*\s*[;,]\s*(?:url\s*=\s*)?(\S.*)", re.IGNORECASE | re.DOTALL)
_LONGEST_WAIT = 10  # seconds; a page that changes later than that is one that was to be read
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
_MOST_FEEDS = 20


def find_links(data: bytes, url: str) -> PageLinks:
    """Return where the page at ``url`` sends its readers on to, and the feeds that it names.

    What stands in <noscript> is passed over: it leads to a page that asks to switch scripts on.
    """
    try:
        tree = html.document_fromstring(data)
    except (etree.ParserError, ValueError):
        return PageLinks()
    base = next((joined for href in tree.xpath("//base/@href") if (joined := _join(url, href))), url)
    refresh = next(iter(_refreshes(tree, base)), None)
    feeds = [joined for href in _feeds(tree) if (joined := _join(base, href))]
    return PageLinks(refresh, tuple(dict.fromkeys(feeds))[:_MOST_FEEDS])


def _refreshes(tree: html.HtmlElement, base: str) -> Iterator[str]:
    for tag in tree.xpath("//meta[@http-equiv and @content and not(ancestor::noscript)]"):
        if tag.get("http-equiv").strip().lower() != "refresh":
            continue
        match = _REFRESH.fullmatch(tag.get("content")[:8192])
        if (
            match
            and int(match.group(1)) <= _LONGEST_WAIT
            and (joined := _join(base, match.group(2).strip(" \t\r\n'\"")))
        ):
            yield joined


def _feeds(tree: html.HtmlElement) -> Iterator[str]:
    for link in tree.xpath("//link[@rel and @href and @type]"):
        if "alternate" in link.get("rel").lower().split() and link.get("type").strip().lower() in _FEED_TYPES:
            yield link.get("href")


def _join(base: str, link: str) -> str | None:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return None
