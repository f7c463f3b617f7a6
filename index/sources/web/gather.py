"""Web addresses -> articles: pages, documents, and what feeds and sitemaps list.

Nothing that a page, a feed or a server says is followed without being checked as if a stranger had typed it, which is
what happened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.web.addresses import WebAddress, join_address, parse_address
from index.sources.web.content import ReadsContent, to_utf8
from index.sources.web.errands import Batch, Errand, complete_article, failure, leave, may_be_listing
from index.sources.web.fetch import Fetcher
from index.sources.web.fetched import Fetched, NoAnswer, NotModified, TryLater
from index.sources.web.listings import Entry, Listing, PageLinks
from index.sources.web.rounds import Rounds
from index.sources.web.visits import Visit
from index.text.dates import day_of

WORKERS = 8
MOST_ENTRIES = 10_000  # of all feeds and sitemaps that one reference leads to
_DEEPEST = 3  # sitemap indexes within each other
_MOST_REFRESHES = 3
_MOST_SILENCES = 5  # of a host in a row; each costs seconds, and a feed may list a thousand of its pages
_REFRESH = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that needed no reading.

    Attributes:
        why: "unchanged" since the last visit, or "older" than what was asked for.
    """

    reference: str
    why: Literal["unchanged", "older"]


Found = RawArticle | Unreadable | Skipped | Visit
"""What ``read_web`` yields. A ``Visit`` comes after all that it brought, and is to be remembered once that is stored."""

Progress = Callable[[int, int], None]
"""Called after each address with how many are done and how many are known of by now."""


class RecallsVisits(Protocol):
    """The half of ``index.sources.web.visits.RemembersVisits`` that reading needs."""

    def visit_of(self, url: str) -> Visit | None:
        """Return the last visit to ``url``, or None."""


class ReadsListings(Protocol):
    """Reads feeds, sitemaps and the links of pages; ``index.sources.web.reader.WebReader`` is one."""

    def read_listing(self, reference: str, data: bytes, url: str) -> Listing | None:
        """Return what ``data`` lists, or None where it is no feed and no sitemap."""

    def find_links(self, reference: str, data: bytes, url: str) -> PageLinks:
        """Return where a page leads without a click."""


def read_web(
    references: Sequence[str],
    *,
    fetcher: Fetcher,
    listings: ReadsListings,
    reader: ReadsContent,
    visits: RecallsVisits,
    since: date | None = None,
    follow: bool = False,
    workers: int = WORKERS,
    most_entries: int = MOST_ENTRIES,
    progress: Progress | None = None,
) -> Iterator[Found]:
    """Fetch addresses and yield what they bring, in the order in which they answer.

    A page or a document brings its article. A feed or a sitemap brings the articles of the pages it lists; what a page
    does not say of itself is taken from the listing. What fails is yielded as ``Unreadable`` and takes no other with it.

    Args:
        references: web addresses, each read once.
        fetcher: fetches; decides what may be fetched.
        listings: reads feeds, sitemaps and links.
        reader: reads articles.
        visits: what is known of earlier visits.
        since: entries of feeds and sitemaps that are dated before this day are skipped unfetched; of pages that date
            themselves before it no visit is yielded, since whoever asks for later ones leaves them out.
        follow: whether the references are pages whose feeds are meant, not the pages themselves.
        workers: how many hosts are fetched from at once.
        most_entries: how many entries are read in all.
        progress: told after each address.
    """
    reading = _Reading(fetcher, listings, reader, visits, since, follow, workers, most_entries)
    try:
        yield from reading.begin(references)
        for done, (errand, outcome) in enumerate(reading.rounds.results(), start=1):
            try:
                yield from reading.deal_with(errand, reading.take(errand, outcome))
            except TryLater as error:
                yield from reading.put_off(errand, error)
            except SourceError as error:
                yield from reading.give_up(errand, str(error))
            if progress:
                progress(done, reading.known)
    finally:
        reading.rounds.close()


class _Reading:
    """One call of ``read_web``."""

    def __init__(
        self,
        fetcher: Fetcher,
        listings: ReadsListings,
        reader: ReadsContent,
        visits: RecallsVisits,
        since: date | None,
        follow: bool,
        workers: int,
        most_entries: int,
    ) -> None:
        self.known = 0
        self.rounds: Rounds[Errand, Fetched | NotModified] = Rounds(
            self._fetch, ready_at=fetcher.turns.ready_at, workers=workers
        )
        self._fetcher = fetcher
        self._listings = listings
        self._reader = reader
        self._visits = visits
        self._recalled: dict[str, Visit] = {}
        self._since = since.isoformat() if since else None
        self._follow = follow
        self._entries_left = most_entries
        self._seen: set[str] = set()
        self._silences: Counter[str] = Counter()

    def begin(self, references: Sequence[str]) -> Iterator[Found]:
        """Send for what was given."""
        for reference in references:
            try:
                address = parse_address(reference, ports=self._fetcher.ports)
            except SourceError as error:
                yield Unreadable(error.reference, str(error))
            else:
                if address.url not in self._seen:
                    self._send(Errand(reference, address))

    def take(self, errand: Errand, outcome: Future[Fetched | NotModified]) -> Fetched | NotModified:
        """Return what was fetched, and note whether the host answered.

        Raises:
            SourceError: nothing was.
        """
        try:
            answer = outcome.result()
        except NoAnswer:
            self._silences[errand.address.host] += 1
            raise
        self._silences[errand.address.host] = 0
        return answer

    def deal_with(self, errand: Errand, answer: Fetched | NotModified) -> Iterator[Found]:
        """Yield what an answer brings, and send for what it leads to.

        Raises:
            SourceError: it brings nothing.
        """
        before = self._recalled.get(errand.address.url)
        if isinstance(answer, NotModified) or (before and before.sha256 == answer.visit.sha256):
            yield Skipped(errand.reference, "unchanged")
            yield from self._settle(errand, replace(answer.visit, is_listing=before is not None and before.is_listing))
            return
        is_listing = may_be_listing(answer)
        listing = self._listings.read_listing(errand.reference, answer.body, answer.address.url) if is_listing else None
        if listing:
            yield from self._open_listing(errand, answer, listing)
            return
        if self._is_page(answer) and self._send_on(errand, answer):
            return
        whole = True
        for found in self._reader.read(
            errand.reference,
            to_utf8(answer.body, answer.content_type, answer.charset),
            answer.content_type,
            answer.address.target.partition("?")[0],
        ):
            article = complete_article(found, errand, answer.address) if isinstance(found, RawArticle) else found
            whole = whole and isinstance(article, RawArticle) and not self._is_before(article.published)
            yield article
        # Not remembered where something of it is left out: the next visit would pass over that as unchanged.
        yield from self._settle(errand, answer.visit if whole else None)

    def put_off(self, errand: Errand, error: TryLater) -> Iterator[Found]:
        """Send once more where the server does not ask for too much patience."""
        if errand.retried or error.seconds > self._fetcher.politeness.longest_retry:
            yield from self.give_up(errand, str(error))
        else:
            self._send(replace(errand, retried=True), first=True)

    def give_up(self, errand: Errand, reason: str) -> Iterator[Found]:
        """Report what could not be read."""
        yield Unreadable(errand.reference, reason)
        yield from self._settle(errand, None)

    def _send(self, errand: Errand, *, first: bool = False) -> None:
        """Send for an address; ``first`` where it belongs to a visit that has begun."""
        url = errand.address.url
        self._seen.add(url)
        self.known += 1
        # Here and not where it is fetched: visits are asked for in the thread of the caller only.
        visit = self._visits.visit_of(url)
        # A page that is to be followed has to be seen again, though its own article be unchanged.
        if visit and (visit.is_listing or errand.batch or not self._follow):
            self._recalled[url] = visit
        self.rounds.add(errand.address.host, errand, first=first)

    def _fetch(self, errand: Errand) -> Fetched | NotModified:
        host = errand.address.host
        if self._silences[host] >= _MOST_SILENCES:
            raise failure(
                errand.reference,
                f"it was not asked for, since {host} did not answer {_MOST_SILENCES} times in a row",
                hint="Run the command again later.",
            )
        return self._fetcher.fetch(errand.reference, errand.address, visit=self._recalled.get(errand.address.url))

    def _is_page(self, answer: Fetched) -> bool:
        if "html" not in answer.content_type and answer.content_type:
            return False
        return self._follow or _REFRESH.search(answer.body) is not None

    def _send_on(self, errand: Errand, answer: Fetched) -> bool:
        """Send for what a page leads to instead of itself, and tell whether it does."""
        links = self._listings.find_links(errand.reference, answer.body, answer.address.url)
        if links.refresh:
            target = self._join(errand, answer.address, links.refresh, "the page sends its readers on to")
            if target.url != answer.address.url:
                if errand.refreshes >= _MOST_REFRESHES:
                    raise failure(
                        errand.reference, f"its pages send their readers on more than {_MOST_REFRESHES} times"
                    )
                self._send(replace(errand, address=target, refreshes=errand.refreshes + 1), first=True)
                return True
        if not self._follow or errand.entry:
            return False
        if not links.feeds:
            raise failure(errand.reference, "the page names no feed", hint="Give the address of the feed itself.")
        # The first is the one of its articles; others are those of comments and sections.
        target = self._join(errand, answer.address, links.feeds[0], "the page names as its feed")
        if target.url not in self._seen:
            self._send(replace(errand, address=target))
        return True

    def _join(self, errand: Errand, base: WebAddress, link: str, what: str) -> WebAddress:
        try:
            return join_address(base, link, ports=self._fetcher.ports)
        except SourceError as error:
            raise failure(
                errand.reference, f"{what} an address that is not fetched: {error.message.rstrip('.')}"
            ) from error

    def _open_listing(self, errand: Errand, answer: Fetched, listing: Listing) -> Iterator[Found]:
        if not errand.may_list:
            raise failure(errand.reference, "it is a feed or a sitemap, where an article was expected")
        if listing.kind == "sitemap index" and errand.depth >= _DEEPEST:
            raise failure(errand.reference, f"it is a sitemap index within {_DEEPEST} others")
        batch = Batch(replace(answer.visit, is_listing=True), parent=errand.batch)
        yield from self._send_entries(errand, answer.address, listing, batch)
        yield from leave(batch, complete=True)

    def _send_entries(self, errand: Errand, base: WebAddress, listing: Listing, batch: Batch) -> Iterator[Found]:
        is_index = listing.kind == "sitemap index"
        left_out = listing.left_out
        for entry in listing.entries:
            if entry.url is None:
                batch.complete = False
                yield Unreadable(errand.reference, f"{errand.reference}: its entry {entry.title!r} has no link.")
                continue
            try:
                address = join_address(base, entry.url, ports=self._fetcher.ports)
            except SourceError as error:
                batch.complete = False
                yield Unreadable(error.reference, str(error))
                continue
            if address.url in self._seen:
                continue
            if self._is_older(entry):
                batch.complete = False
                yield Skipped(address.url, "older")
            elif self._is_unchanged(entry, address):
                yield Skipped(address.url, "unchanged")
            elif self._entries_left == 0:
                left_out += 1
            else:
                self._entries_left -= 1
                batch.waiting += 1
                self._send(
                    Errand(
                        address.url,
                        address,
                        entry=None if is_index else entry,
                        batch=batch,
                        depth=errand.depth + is_index,
                        may_list=is_index,
                    )
                )
        if left_out:
            batch.complete = False
            yield Unreadable(
                errand.reference,
                f"{errand.reference}: {left_out} more of its entries were left out. Give a later --since.",
            )

    def _is_older(self, entry: Entry) -> bool:
        days = [day_of(moment) for moment in (entry.published, entry.updated) if moment]
        return bool(days) and self._is_before(max(days))

    def _is_before(self, moment: str | None) -> bool:
        """Tell whether a moment lies before the day from which on articles are wanted."""
        return self._since is not None and moment is not None and moment[:10] < self._since

    def _is_unchanged(self, entry: Entry, address: WebAddress) -> bool:
        """Tell whether the listing says that a page was last changed before the day of its last visit."""
        if entry.updated is None:
            return False
        visit = self._visits.visit_of(address.url)
        return visit is not None and day_of(entry.updated) < day_of(visit.checked)

    def _settle(self, errand: Errand, visit: Visit | None) -> Iterator[Found]:
        """Yield the visit of an errand that is done, and of the listings that are complete with it."""
        if visit:
            yield visit
        yield from leave(errand.batch, complete=visit is not None)
