"""What a feed or a sitemap says of the pages it lists, as both sides of the child process know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ListingKind = Literal["feed", "sitemap", "sitemap index"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that is listed. The facts mean what they mean in ``RawArticle``.

    Attributes:
        url: the link, made absolute for a feed; not checked yet. None where the entry has none.
    """

    url: str | None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    outlet: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed or a sitemap.

    Attributes:
        entries: in its own order; those of a sitemap index are sitemaps.
        left_out: how many entries beyond the most that are read.
    """

    kind: ListingKind
    entries: tuple[Entry, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where a page leads without a click.

    Attributes:
        refresh: the address that the page sends its readers on to, absolute and not checked yet, or None.
        feeds: the addresses of the feeds it names, likewise.
    """

    refresh: str | None = None
    feeds: tuple[str, ...] = ()
