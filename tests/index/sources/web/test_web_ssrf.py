"""Server-side request forgery: 58 attempts by every way in, and a canary that must never hear of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from itertools import cycle, islice

import pytest

from index.articles import RawArticle, Unreadable
from index.errors import SourceError
from index.sources.web.addresses import parse_address
from index.sources.web.fetch import Fetcher
from index.sources.web.politeness import Politeness
from index.sources.web.reader import WebReader
from tests.index.conftest import ReadsAll
from tests.index.fake_web import PUBLIC, Canary, FakeWeb, article_page, atom, rss, sitemap
from tests.index.ssrf_rows import DIRECT, ROWS, lay_traps, refresh


@pytest.fixture
def fetcher(web: FakeWeb, canary: Canary, web_reader: WebReader) -> Iterator[Fetcher]:
    """A fetcher that may use the canary's port, so that only the address can be the reason of a refusal."""
    lay_traps(web, canary.port)
    with Fetcher(
        robots=web_reader,
        politeness=Politeness(delay=0.0),
        ports={80, 443, canary.port},
        resolver=web.resolve,
        connector=web.connect,
    ) as fetcher:
        yield fetcher


def by_url(web: FakeWeb, rows: list[str]) -> list[str]:
    return rows


def by_redirect(web: FakeWeb, rows: list[str]) -> list[str]:
    urls = [f"http://start.test/{number}" for number in range(len(rows))]
    for url, row in zip(urls, rows, strict=True):
        web.redirect(url, row)
    return urls


def by_meta_refresh(web: FakeWeb, rows: list[str]) -> list[str]:
    urls = [f"http://start.test/{number}" for number in range(len(rows))]
    for url, row in zip(urls, rows, strict=True):
        web.put(url, refresh(row))
    return urls


def by_rss(web: FakeWeb, rows: list[str]) -> list[str]:
    items = [f"<item><title>{number}</title><link>{escape(row)}</link></item>" for number, row in enumerate(rows)]
    web.put("http://start.test/feed", rss(*items), kind="application/rss+xml")
    return ["http://start.test/feed"]


def by_atom(web: FakeWeb, rows: list[str]) -> list[str]:
    entries = [f'<entry><title>{n}</title><link href="{escape(row)}"/></entry>' for n, row in enumerate(rows)]
    web.put("http://start.test/feed", atom(*entries), kind="application/atom+xml")
    return ["http://start.test/feed"]


def by_sitemap(web: FakeWeb, rows: list[str]) -> list[str]:
    urls = [f"<url><loc>{escape(row)}</loc></url>" for row in rows]
    web.put("http://start.test/sitemap.xml", sitemap(*urls), kind="application/xml")
    return ["http://start.test/sitemap.xml"]


def by_sitemap_index(web: FakeWeb, rows: list[str]) -> list[str]:
    urls = "".join(f"<sitemap><loc>{escape(row)}</loc></sitemap>" for row in rows)
    web.put("http://start.test/index.xml", f"<sitemapindex>{urls}</sitemapindex>", kind="text/xml")
    return ["http://start.test/index.xml"]


WAYS_IN = (by_url, by_redirect, by_meta_refresh, by_rss, by_atom, by_sitemap, by_sitemap_index)


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_58_attempts_are_58_clear_refusals_and_the_canary_hears_nothing(
    way_in: Callable[[FakeWeb, list[str]], list[str]], web: FakeWeb, canary: Canary, read: ReadsAll
) -> None:
    assert len(ROWS) == 58
    rows = [row.replace("{PORT}", str(canary.port)) for row, _ in ROWS]
    found = read(*way_in(web, rows))
    refusals = [str(item.reason) for item in found if isinstance(item, Unreadable)]
    assert canary.hits == 0
    assert {ip for ip, _ in web.connected} <= {PUBLIC}
    assert not [item for item in found if isinstance(item, RawArticle)]
    assert len(refusals) == 58
    for _, reason in ROWS:
        wanted = sum(other == reason for _, other in ROWS)
        assert sum(reason in refusal for refusal in refusals) >= wanted, (reason, refusals)


def test_each_attempt_alone_names_its_reason(canary: Canary, web: FakeWeb, read: ReadsAll) -> None:
    for row, reason in ROWS:
        found = read(row.replace("{PORT}", str(canary.port)))
        refusals = [item for item in found if isinstance(item, Unreadable)]
        assert [reason in refusal.reason for refusal in refusals] == [True], (row, found)
        web.lookups.clear()
    assert canary.hits == 0


@pytest.mark.parametrize("row", [row for row, _ in DIRECT])
def test_a_canonical_link_is_neither_followed_nor_believed(
    row: str, canary: Canary, web: FakeWeb, read: ReadsAll
) -> None:
    target = escape(row.replace("{PORT}", str(canary.port)))
    web.put(
        "http://ledger.test/a",
        article_page(head=f'<link rel="canonical" href="{target}"><link rel="amphtml" href="{target}">'),
    )
    articles = [item for item in read("http://ledger.test/a") if isinstance(item, RawArticle)]
    assert [article.url for article in articles] == ["http://ledger.test/a"]
    assert canary.hits == 0
    assert {ip for ip, _ in web.connected} == {PUBLIC}


def test_the_canary_hears_of_a_fetch_that_is_not_checked(canary: Canary, web: FakeWeb) -> None:
    """The other tests would pass with a deaf canary."""
    web.connect("127.0.0.1", canary.port, 1.0).close()
    deadline = time.monotonic() + 10
    while not canary.hits and time.monotonic() < deadline:
        time.sleep(0.005)
    assert canary.hits == 1


def test_200_racing_fetches_with_a_resolver_that_changes_its_mind(
    canary: Canary, web: FakeWeb, web_reader: WebReader
) -> None:
    """Each look-up answers something else; every connection goes where its own look-up was found to be public."""
    answers = [[PUBLIC], ["127.0.0.1"], [PUBLIC, "127.0.0.1"], [PUBLIC], ["::1"], ["127.0.0.1", PUBLIC]]
    hosts = [f"race{number}.test" for number in range(20)]
    for place, host in enumerate(hosts):
        web.addresses[host] = [list(answer) for answer in islice(cycle(answers), place, place + 60)]
        for number in range(10):
            web.put(f"http://{host}:{canary.port}/{number}", article_page(), Connection="close")
    outcomes: list[str] = []

    def fetch(url: str) -> None:
        try:
            fetcher.fetch(url, parse_address(url, ports={canary.port}))
        except SourceError as error:
            outcomes.append(str(error))
        else:
            outcomes.append("fetched")

    with (
        Fetcher(
            robots=web_reader,
            politeness=Politeness(delay=0.0),
            ports={canary.port},
            resolver=web.resolve,
            connector=web.connect,
        ) as fetcher,
        ThreadPoolExecutor(20) as threads,
    ):
        list(threads.map(fetch, [f"http://{host}:{canary.port}/{number}" for number in range(10) for host in hosts]))
    assert canary.hits == 0
    assert {ip for ip, _ in web.connected} == {PUBLIC}
    assert len(outcomes) == 200
    refused = [outcome for outcome in outcomes if "which is this machine itself" in outcome]
    assert len(refused) + outcomes.count("fetched") == 200
    assert refused
    assert outcomes.count("fetched") > 0
