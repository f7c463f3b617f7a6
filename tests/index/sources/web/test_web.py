"""From addresses to articles: pages, feeds, sitemaps, second visits, and manners."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from index.articles import RawArticle, Unreadable
from index.sources.reader import ArticleReader
from index.sources.web.content import DocumentReader, to_utf8
from index.sources.web.fetch import Fetcher
from index.sources.web.gather import Found, Skipped, read_web
from index.sources.web.politeness import Politeness
from index.sources.web.reader import WebReader
from index.sources.web.visits import Visit
from tests.index.conftest import ReadsAll
from tests.index.fake_web import Answer, FakeWeb, Remembered, article_page, atom, rss, sitemap

FEED = "http://courier.test/feed"


def articles(found: list[Found]) -> list[RawArticle]:
    return [item for item in found if isinstance(item, RawArticle)]


def failures(found: list[Found]) -> list[str]:
    return [item.reason for item in found if isinstance(item, Unreadable)]


def skipped(found: list[Found]) -> Counter[str]:
    return Counter(item.why for item in found if isinstance(item, Skipped))


def remember(visits: Remembered, found: list[Found]) -> None:
    visits.remember_visits([item for item in found if isinstance(item, Visit)])


def put_feed(web: FakeWeb, count: int = 3, **headers: str) -> None:
    items = []
    for number in range(count):
        web.put(f"http://courier.test/{number}", article_page(f"Story {number}"), ETag=f'"{number}"')
        items.append(f"<item><title>Feed title {number}</title><link>/{number}</link></item>")
    web.put(FEED, rss(*items), kind="application/rss+xml", **headers)


def test_a_page_is_an_article(web: FakeWeb, read: ReadsAll) -> None:
    web.redirect("http://courier.test/short", "http://www.courier.test/dam?utm=1")
    web.put(
        "http://www.courier.test/dam?utm=1",
        article_page(head='<link rel="canonical" href="http://courier.test/dam">'),
    )
    found = read("http://courier.test/short#top")
    [article] = articles(found)
    assert (article.reference, article.url) == ("http://courier.test/short#top", "http://courier.test/dam")
    assert (article.title, article.kind, article.published) == ("Dam opens", "html", None)
    assert "water reached three villages" in article.text
    assert isinstance(found[-1], Visit)


def test_a_page_cannot_pass_itself_off_as_another_papers(web: FakeWeb, read: ReadsAll) -> None:
    web.put("http://courier.test/a", article_page(head='<link rel="canonical" href="http://ledger.test/a">'))
    [article] = articles(read("http://courier.test/a"))
    assert article.url == "http://courier.test/a"


def test_the_encoding_that_the_server_names_counts(web: FakeWeb, read: ReadsAll) -> None:
    page = article_page("Wódka drożeje").replace("<head>", '<head><meta charset="utf-8">')
    web.put("http://courier.test/a", page.encode("iso-8859-2"), kind="text/html; charset=ISO-8859-2")
    [article] = articles(read("http://courier.test/a"))
    assert article.title == "Wódka drożeje"


@pytest.mark.parametrize("charset", ["zip", "unicode_escape", "punycode", "idna", "no-such", "utf-8", None, "\x00"])
def test_odd_encodings_leave_the_bytes_alone(charset: str | None) -> None:
    assert to_utf8("ä\\u0041".encode(), "text/html", charset) == "ä\\u0041".encode()


def test_facts_of_the_page_win_and_the_feed_fills_in(web: FakeWeb, read: ReadsAll) -> None:
    told = '<meta property="article:published_time" content="2031-03-04"><meta name="author" content="Efua Ray">'
    web.put("http://courier.test/1", article_page("Page title", head=told))
    web.put("http://courier.test/2", article_page("Other title"))
    dated = "<published>2031-03-09T10:00:00Z</published><updated>2031-03-10T10:00:00Z</updated>"
    author = "<author><name>Ama Poe</name></author>"
    entries = [f'<entry><title>Feed</title><link href="/{n}"/>{dated}{author}</entry>' for n in (1, 2)]
    web.put(FEED, atom(*entries), kind="application/atom+xml")
    one, two = sorted(articles(read(FEED)), key=lambda article: article.reference)
    assert (one.title, one.published, one.author) == ("Page title", "2031-03-04", "Efua Ray")
    assert (one.outlet, one.updated) == ("Accra Courier", "2031-03-10T10:00:00+00:00")
    assert (two.published, two.author) == ("2031-03-09T10:00:00+00:00", "Ama Poe")
    assert (two.reference, two.url) == ("http://courier.test/2", "http://courier.test/2")


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml", "text/html", "text/plain", ""])
def test_feeds_are_known_by_their_content(web: FakeWeb, read: ReadsAll, kind: str) -> None:
    put_feed(web)
    page = web.pages[FEED]
    assert isinstance(page, Answer)
    page.headers["Content-Type"] = kind
    assert len(articles(read(FEED))) == 3


def test_sitemap_indexes_lead_to_sitemaps_lead_to_pages(web: FakeWeb, read: ReadsAll) -> None:
    nested = "<sitemapindex><sitemap><loc>http://courier.test/{}.xml</loc></sitemap></sitemapindex>"
    for depth in range(5):
        web.put(f"http://courier.test/{depth}.xml", nested.format(depth + 1), kind="application/xml")
    web.put("http://courier.test/3.xml", sitemap("<url><loc>http://courier.test/a</loc></url>"), kind="application/xml")
    web.put("http://courier.test/a", article_page())
    assert [article.reference for article in articles(read("http://courier.test/0.xml"))] == ["http://courier.test/a"]
    web.put("http://courier.test/3.xml", nested.format(4), kind="application/xml")
    assert failures(read("http://courier.test/0.xml")) == [
        "http://courier.test/3.xml: it is a sitemap index within 3 others. Give the address of the article itself."
    ]


def test_a_feed_within_a_feed_is_no_article(web: FakeWeb, read: ReadsAll) -> None:
    put_feed(web)
    web.put("http://courier.test/outer", rss(f"<item><link>{FEED}</link></item>"), kind="text/xml")
    assert "where an article was expected" in failures(read("http://courier.test/outer"))[0]


def test_one_failure_takes_no_other_with_it(web: FakeWeb, read: ReadsAll) -> None:
    put_feed(web)
    del web.pages["http://courier.test/1"]
    web.put("http://courier.test/game", b"words", kind="application/x-game")
    found = read(FEED, "http://courier.test/game", "nonsense", "http://courier.test/2#again")
    assert sorted(article.reference for article in articles(found)) == [
        "http://courier.test/0",
        "http://courier.test/2#again",
    ]
    reasons = " ".join(failures(found))
    assert "http://courier.test/1: there is no such page" in reasons
    assert "http://courier.test/game: it is of the type 'application/x-game'" in reasons
    assert "nonsense: it has no scheme, wanted http" in reasons


def test_a_page_that_sends_its_readers_on(web: FakeWeb, read: ReadsAll) -> None:
    for number in range(5):
        head = f"<meta http-equiv='refresh' content='1;url=/{number + 1}'>"
        web.put(f"http://courier.test/{number}", article_page(head=head))
    web.put("http://courier.test/5", article_page("Arrived"))
    [article] = articles(read("http://courier.test/2"))
    assert (article.title, article.reference, article.url) == (
        "Arrived",
        "http://courier.test/2",
        "http://courier.test/5",
    )
    assert "send their readers on more than 3 times" in failures(read("http://courier.test/0"))[0]


def test_a_page_that_reloads_itself_is_read(web: FakeWeb, read: ReadsAll) -> None:
    web.put("http://courier.test/a", article_page(head='<meta http-equiv="refresh" content="5; url=/a">'))
    assert len(articles(read("http://courier.test/a"))) == 1
    assert web.paths() == ["/a"]


def test_feeds_of_a_page_are_followed_only_when_asked(web: FakeWeb, read: ReadsAll) -> None:
    put_feed(web)
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.put("http://courier.test/home", article_page("Home", head=head))
    web.put("http://courier.test/bare", article_page("Bare"))
    assert [article.title for article in articles(read("http://courier.test/home"))] == ["Home"]
    assert len(articles(read("http://courier.test/home", follow=True))) == 3
    assert len(articles(read(FEED, follow=True))) == 3
    assert "names no feed" in failures(read("http://courier.test/bare", follow=True))[0]


def test_a_page_that_was_read_before_can_still_be_followed(web: FakeWeb, read: ReadsAll, visits: Remembered) -> None:
    put_feed(web, ETag='"feed"')
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.put("http://courier.test/home", article_page("Home", head=head), ETag='"home"')
    remember(visits, read("http://courier.test/home"))
    first = read("http://courier.test/home", follow=True)
    assert len(articles(first)) == 3
    remember(visits, first)
    # The page is seen again; its feed is not.
    for given in ("http://courier.test/home", FEED):
        for _ in range(2):
            again = read(given, follow=True)
            assert skipped(again) == {"unchanged": 1}
            remember(visits, again)
            assert web.asked[-1].headers["If-None-Match"] == '"feed"'


# What need not be fetched.


def test_since_skips_before_fetching(web: FakeWeb, read: ReadsAll) -> None:
    for number in range(4):
        web.put(f"http://courier.test/{number}", article_page())
    web.put(
        "http://courier.test/s.xml",
        sitemap(
            "<url><loc>http://courier.test/0</loc><lastmod>2031-03-03T23:59:59Z</lastmod></url>",
            "<url><loc>http://courier.test/1</loc><lastmod>2031-03-04</lastmod></url>",
            "<url><loc>http://courier.test/2</loc></url>",
            "<url><loc>http://courier.test/3</loc><lastmod>2031-03-09</lastmod><news:news>"
            "<news:publication_date>2031-03-01</news:publication_date></news:news></url>",
        ),
        kind="application/xml",
    )
    found = read("http://courier.test/s.xml", since=date(2031, 3, 4))
    assert skipped(found) == {"older": 1}
    assert sorted(web.paths()) == ["/1", "/2", "/3", "/s.xml"]


def test_a_second_visit_costs_one_request_without_a_body(web: FakeWeb, read: ReadsAll, visits: Remembered) -> None:
    put_feed(web, ETag='"feed"')
    first = read(FEED)
    assert len(articles(first)) == 3
    remember(visits, first)
    web.asked.clear()
    second = read(FEED)
    assert skipped(second) == {"unchanged": 1}
    assert web.paths() == ["/feed"]
    assert web.asked[-1].headers["If-None-Match"] == '"feed"'
    # The feed changes: its pages are asked whether they did.
    remember(visits, second)
    put_feed(web, 4, ETag='"feed 2"')
    web.asked.clear()
    third = read(FEED)
    assert [article.title for article in articles(third)] == ["Story 3"]
    assert skipped(third) == {"unchanged": 3}


def test_a_page_without_validators_is_known_by_its_bytes(web: FakeWeb, read: ReadsAll, visits: Remembered) -> None:
    web.put("http://courier.test/a", article_page())
    remember(visits, read("http://courier.test/a"))
    assert skipped(read("http://courier.test/a")) == {"unchanged": 1}
    web.put("http://courier.test/a", article_page("Changed"))
    assert [article.title for article in articles(read("http://courier.test/a"))] == ["Changed"]


def test_pages_that_a_sitemap_calls_unchanged_are_not_asked_for(
    web: FakeWeb, read: ReadsAll, visits: Remembered
) -> None:
    web.put("http://courier.test/a", article_page())
    url = "<url><loc>http://courier.test/a</loc><lastmod>{}</lastmod></url>"
    web.put("http://courier.test/s.xml", sitemap(url.format("2021-03-04")), kind="application/xml")
    remember(visits, read("http://courier.test/s.xml"))
    visits.visits.pop("http://courier.test/s.xml")
    web.asked.clear()
    assert skipped(read("http://courier.test/s.xml")) == {"unchanged": 1}
    assert web.paths() == ["/s.xml"]


@pytest.mark.parametrize("spoil", ["missing page", "no link", "older", "left out"])
def test_a_feed_is_remembered_only_when_all_of_it_is_dealt_with(web: FakeWeb, read: ReadsAll, spoil: str) -> None:
    put_feed(web)
    options: dict[str, object] = {}
    if spoil == "missing page":
        del web.pages["http://courier.test/1"]
    elif spoil == "no link":
        web.put(FEED, rss("<item><title>x</title></item>"), kind="text/xml")
    elif spoil == "older":
        dated = "<item><link>/0</link><pubDate>Tue, 04 Mar 2031 14:30:00 GMT</pubDate></item>"
        web.put(FEED, rss(dated), kind="text/xml")
        options["since"] = date(2031, 4, 1)
    else:
        options["most_entries"] = 2
    found = read(FEED, **options)
    assert FEED not in [item.url for item in found if isinstance(item, Visit)]
    if spoil == "left out":
        assert "1 more of its entries were left out" in failures(found)[0]


def test_a_visit_comes_after_what_it_brought(web: FakeWeb, read: ReadsAll) -> None:
    put_feed(web)
    found = read(FEED)
    for place, item in enumerate(found):
        if isinstance(item, RawArticle):
            after = found[place + 1]
            assert isinstance(after, Visit)
            assert after.url == item.reference
    last = found[-1]
    assert isinstance(last, Visit)
    assert last.url == FEED


# Manners.


@pytest.fixture
def patient(web: FakeWeb, web_reader: WebReader) -> Iterator[Fetcher]:
    with Fetcher(
        robots=web_reader,
        politeness=Politeness(delay=0.05, longest_delay=0.3, longest_retry=2.0, retry=0.1),
        resolver=web.resolve,
        connector=web.connect,
    ) as fetcher:
        yield fetcher


def test_one_at_a_time_for_each_host_and_many_hosts_at_once(web: FakeWeb, read: ReadsAll, patient: Fetcher) -> None:
    web.delay = 0.05
    urls = [f"http://paper{host}.test/{number}" for number in range(4) for host in range(6)]
    for url in urls:
        web.put(url, article_page(url))
    assert len(articles(read(*urls, fetcher=patient))) == 24
    visits = [asked for asked in web.asked if asked.path != "/robots.txt"]
    by_host = {host: sorted(one.began for one in visits if one.host == host) for host in {one.host for one in visits}}
    ends = {one.began: one.ended for one in visits}
    for begins in by_host.values():
        for earlier, later in pairwise(begins):
            assert later - ends[earlier] >= 0.04, "two visits to one host without a pause"
    overlapping = [
        (one, other)
        for one in visits
        for other in visits
        if one.began < other.began < one.ended and one.host != other.host
    ]
    assert overlapping, "hosts waited for each other"


def test_redirects_to_one_host_wait_for_its_turn(web: FakeWeb, read: ReadsAll, patient: Fetcher) -> None:
    web.delay = 0.03
    urls = [f"http://short{number}.test/" for number in range(6)]
    for number, url in enumerate(urls):
        web.redirect(url, f"http://long.test/{number}")
        web.put(f"http://long.test/{number}", article_page(str(number)))
    assert len(articles(read(*urls, fetcher=patient))) == 6
    visits = sorted((one for one in web.asked if one.host == "long.test"), key=lambda one: one.began)
    assert all(earlier.ended <= later.began for earlier, later in pairwise(visits))


def test_the_delay_that_robots_txt_asks_for_is_kept_up_to_a_bound(
    web: FakeWeb, read: ReadsAll, patient: Fetcher
) -> None:
    web.put("http://slow.test/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n", kind="text/plain")
    web.put("http://never.test/robots.txt", "User-agent: *\nCrawl-delay: 86400\n", kind="text/plain")
    urls = [f"http://{host}.test/{number}" for host in ("slow", "never") for number in range(3)]
    for url in urls:
        web.put(url, article_page(url))
    assert len(articles(read(*urls, fetcher=patient))) == 6
    for host, delay in (("slow.test", 0.2), ("never.test", 0.3)):
        visits = [one for one in web.asked if one.host == host and one.path != "/robots.txt"]
        assert all(later.began - earlier.ended >= delay - 0.02 for earlier, later in pairwise(visits))


def test_a_server_that_is_too_busy_is_asked_once_more(web: FakeWeb, read: ReadsAll, patient: Fetcher) -> None:
    calls: list[float] = []

    def busy_once(handler: object) -> None:
        calls.append(time.monotonic())
        head = b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
        page = article_page().encode()
        ready = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page
        handler.wfile.write(head if len(calls) == 1 else ready)  # type: ignore[attr-defined]

    web.pages["http://busy.test/a"] = busy_once
    web.pages["http://always.test/a"] = Answer(status=503)
    web.pages["http://closed.test/a"] = Answer(status=503, headers={"Retry-After": "3600"})
    found = read("http://busy.test/a", "http://always.test/a", "http://closed.test/a", fetcher=patient)
    assert len(articles(found)) == 1
    assert calls[1] - calls[0] >= 1
    assert len(web.paths("always.test")) == 2
    assert len(web.paths("closed.test")) == 1
    assert sorted("come back in 3600 s" in reason for reason in failures(found)) == [False, True]


def test_a_host_that_is_silent_is_soon_given_up_alone(web: FakeWeb, read: ReadsAll, patient: Fetcher) -> None:
    items = []
    for number in range(20):
        web.pages[f"http://silent.test/{number}"] = lambda handler: None
        items.append(f"<item><link>http://silent.test/{number}</link></item>")
    put_feed(web)
    web.put("http://courier.test/mixed", rss(*items, "<item><link>/0</link></item>"), kind="text/xml")
    found = read("http://courier.test/mixed", fetcher=patient)
    assert len(articles(found)) == 1
    assert len(web.paths("silent.test")) == 5
    assert sum("silent.test did not answer 5 times in a row" in reason for reason in failures(found)) == 15


def test_progress_ends_with_all_that_is_known(web: FakeWeb, read: ReadsAll) -> None:
    put_feed(web)
    told: list[tuple[int, int]] = []
    read(FEED, progress=lambda done, known: told.append((done, known)))
    assert told[0] == (1, 4)
    assert told[-1] == (4, 4)


def test_who_stops_asking_stops_the_fetching(
    web: FakeWeb, fetcher: Fetcher, web_reader: WebReader, article_reader: ArticleReader
) -> None:
    put_feed(web, 50)
    found = read_web(
        [FEED], fetcher=fetcher, listings=web_reader, reader=DocumentReader(article_reader), visits=Remembered()
    )
    assert isinstance(next(found), RawArticle)
    found.close()  # type: ignore[attr-defined]
    time.sleep(0.2)
    assert len(web.paths()) <= 4
