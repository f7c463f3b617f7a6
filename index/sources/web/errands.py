"""What is fetched on whose behalf, and what its answer is completed with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.web.addresses import WebAddress, same_site
from index.sources.web.fetched import Fetched
from index.sources.web.listings import Entry
from index.sources.web.visits import Visit

_LISTING_STARTS = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<urlset", b"<sitemapindex", b"<!--")
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_GZIP_START = b"\x1f\x8b"


@dataclass(slots=True)
class Batch:
    """What a feed or a sitemap lists: its visit may be remembered only when all of that is dealt with.

    Attributes:
        waiting: how many entries are not dealt with, and one more while the listing itself is gone through.
    """

    visit: Visit
    parent: Batch | None
    waiting: int = 1
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Errand:
    """An address to be fetched.

    Attributes:
        reference: what was given, or the link of the entry.
        entry: what a listing says of it.
        batch: the listing.
        depth: how many sitemap indexes led to it.
        refreshes: how many pages sent on to it.
        may_list: whether it may be a feed or a sitemap.
        retried: whether its server has asked once to come back.
    """

    reference: str
    address: WebAddress
    entry: Entry | None = None
    batch: Batch | None = None
    depth: int = 0
    refreshes: int = 0
    may_list: bool = True
    retried: bool = False


def leave(batch: Batch | None, *, complete: bool) -> Iterator[Visit]:
    """Take note that an entry of a listing is dealt with; yield the visits of the listings that are complete with it."""
    while batch:
        batch.complete &= complete
        batch.waiting -= 1
        if batch.waiting:
            return
        if batch.complete:
            yield batch.visit
        complete, batch = batch.complete, batch.parent


def may_be_listing(answer: Fetched) -> bool:
    """Tell whether a body is worth asking for its root element."""
    if "xml" in answer.content_type or "gzip" in answer.content_type:
        return True
    start = answer.body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((*_LISTING_STARTS, *_UTF16_STARTS, _GZIP_START))


def complete_article(article: RawArticle, errand: Errand, address: WebAddress) -> RawArticle:
    """Return the article of a page with what its listing adds, and the address it is cited by.

    That is the one the page calls canonical where it is of the same site, else the one that answered: a page may not
    pass itself off as another paper's.
    """
    if article.reference != errand.reference:  # one of many in an archive, which the address is not the one of
        return article
    url = article.url if article.url and same_site(article.url, address.url) else address.url
    entry = errand.entry or Entry(url=None)
    return replace(
        article,
        url=url,
        title=article.title or entry.title,
        outlet=article.outlet or entry.outlet,
        author=article.author or entry.author,
        published=article.published or entry.published,
        updated=article.updated or entry.updated,
        language=article.language or entry.language,
    )


def failure(reference: str, reason: str, *, hint: str = "Give the address of the article itself.") -> SourceError:
    """Return the error of an address that brings nothing."""
    return SourceError(f"{reference}: {reason}.", reference=reference, hint=hint)
