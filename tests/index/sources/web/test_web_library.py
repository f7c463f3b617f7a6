"""The web and a library together: what a first and a second visit bring, cost and keep."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.articles import BuildReport
from index.build import Progress, ingest
from index.inputs import IngestOptions
from index.settings import Settings
from index.sources.reader import ArticleReader
from index.sources.web.fetch import Fetcher
from index.sources.web.politeness import Politeness
from index.store.library import Library
from tests.conftest import WordEncoder
from tests.index.fake_web import Answer, FakeWeb, article_page, rss

FEED = "http://courier.test/feed"
TakesIn = Callable[..., BuildReport]


@pytest.fixture
def take_in(
    web: FakeWeb, library: Library, encoder: WordEncoder, settings: Settings, article_reader: ArticleReader
) -> TakesIn:
    def take_in(*references: str, progress: Progress | None = None, **options: object) -> BuildReport:
        return ingest(
            references,
            library=library,
            encoder=encoder,
            settings=settings,
            options=IngestOptions(**options),  # type: ignore[arg-type]
            reader=article_reader,
            progress=progress,
            open_fetcher=lambda robots: Fetcher(
                robots=robots, politeness=Politeness(delay=0.0), resolver=web.resolve, connector=web.connect
            ),
        )

    return take_in


@pytest.fixture
def feed(web: FakeWeb) -> str:
    """A feed of three pages, dated by themselves on the first three days of March; its server names validators."""
    for number in range(3):
        web.put(f"http://courier.test/{number}", page(number), ETag=f'"{number}"')
    links = [f"<item><title>Feed {number}</title><link>/{number}</link></item>" for number in range(3)]
    web.put(FEED, rss(*links), kind="application/rss+xml", ETag='"feed"')
    return FEED


def page(number: int, title: str | None = None) -> str:
    day = f'<meta property="article:published_time" content="2031-03-0{number + 1}T08:00:00Z">'
    return article_page(title or f"Story {number}", head=day)


def outcomes(report: BuildReport) -> dict[str, str]:
    return {source.reference.rpartition("/")[2]: source.outcome for source in report.sources}


def versions(library: Library) -> dict[str | None, int]:
    return {entry.title: entry.versions for entry in library.entries()}


def test_an_unchanged_feed_costs_one_request_and_embeds_nothing(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library, encoder: WordEncoder
) -> None:
    assert outcomes(take_in(feed)) == {"0": "added", "1": "added", "2": "added"}
    assert {entry.published[:10] for entry in library.entries()} == {"2031-03-01", "2031-03-02", "2031-03-03"}
    assert {entry.outlet for entry in library.entries()} == {"Accra Courier"}
    generation, embedded = library.generation, len(encoder.encoded)
    assert embedded
    web.asked.clear()
    again = take_in(feed)
    assert web.paths() == ["/feed"]
    assert [source.outcome for source in again.sources] == ["unchanged"]
    assert (library.generation, len(encoder.encoded), again.passages_embedded) == (generation, embedded, 0)


def test_a_changed_page_becomes_a_version_and_only_its_new_words_are_embedded(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library, encoder: WordEncoder
) -> None:
    take_in(feed)
    embedded = len(encoder.encoded)
    web.put("http://courier.test/1", page(1).replace("412 people", "421 people"), ETag='"1b"')
    web.put(FEED, web.pages[FEED].body.replace(b"Feed 1", b"Feed 1, corrected"), kind="application/rss+xml", ETag='"2"')
    web.asked.clear()
    assert outcomes(take_in(feed)) == {"0": "unchanged", "1": "changed", "2": "unchanged"}
    assert sorted(web.paths()) == ["/0", "/1", "/2", "/feed"]
    assert versions(library) == {"Story 0": 1, "Story 1": 2, "Story 2": 1}
    assert 0 < len(encoder.encoded) - embedded <= 2
    assert library.check() == []


@pytest.mark.parametrize(("status", "reason"), [(404, "there is no such page"), (410, "the page was removed")])
def test_a_page_that_is_gone_keeps_its_article_and_is_told(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library, status: int, reason: str
) -> None:
    take_in(feed)
    web.pages["http://courier.test/1"] = Answer(b"", status)
    report = take_in("http://courier.test/1", prune=True)
    assert [source.outcome for source in report.sources] == ["failed"]
    assert reason in report.sources[0].reason
    assert str(status) in report.sources[0].reason
    assert versions(library) == {"Story 0": 1, "Story 1": 1, "Story 2": 1}
    web.put("http://courier.test/1", page(1), ETag='"1"')
    assert outcomes(take_in("http://courier.test/1")) == {"1": "unchanged"}


def test_since_leaves_out_by_the_dates_of_pages_too_and_hides_nothing_from_later_runs(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library
) -> None:
    report = take_in(feed, since="2031-03-02")
    assert outcomes(report) == {"0": "skipped", "1": "added", "2": "added"}
    assert [source.reason for source in report.sources if source.outcome == "skipped"] == [
        "published 2031-03-01, before 2031-03-02"
    ]
    assert outcomes(take_in(feed)) == {"0": "added", "1": "unchanged", "2": "unchanged"}
    assert len(versions(library)) == 3


def test_an_entry_that_is_listed_as_older_is_not_fetched(web: FakeWeb, feed: str, take_in: TakesIn) -> None:
    days = [f"<pubDate>0{number + 1} Mar 2031 08:00:00 GMT</pubDate>" for number in range(3)]
    items = [f"<item><title>{n}</title><link>/{n}</link>{day}</item>" for n, day in enumerate(days)]
    web.put(FEED, rss(*items), kind="application/rss+xml")
    assert outcomes(take_in(feed, since="2031-03-03")) == {"0": "skipped", "1": "skipped", "2": "added"}
    assert sorted(web.paths()) == ["/2", "/feed"]


def test_an_outlet_is_given_to_pages_that_name_none(web: FakeWeb, take_in: TakesIn, library: Library) -> None:
    web.put("http://ledger.test/a", article_page("Dam opens"))
    named = '<meta property="og:site_name" content="Isthmus Ledger">'
    web.put("http://ledger.test/b", article_page("Port closes", head=named))
    take_in("http://ledger.test/a", "http://ledger.test/b", outlet="Quay Times")
    assert {entry.title: entry.outlet for entry in library.entries()} == {
        "Dam opens": "Quay Times",
        "Port closes": "Isthmus Ledger",
    }


def test_an_outlet_that_is_given_later_reaches_pages_that_did_not_change(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library
) -> None:
    for number in range(3):
        web.put(f"http://courier.test/{number}", page(number), ETag=f'"{number}"')
    web.put(feed, rss(*[f"<item><link>/{n}</link></item>" for n in range(3)], title=""), ETag='"feed"')
    take_in(feed)
    assert {entry.outlet for entry in library.entries()} == {None}
    assert set(outcomes(take_in(feed, outlet="Quay Times")).values()) == {"changed"}
    assert {entry.outlet for entry in library.entries()} == {"Quay Times"}
    web.asked.clear()
    assert set(outcomes(take_in(feed, outlet="Quay Times", since="2030-01-01")).values()) == {"unchanged"}
    assert web.paths() == ["/feed"]


def test_a_feed_that_was_stopped_in_the_middle_goes_on_there(
    web: FakeWeb, take_in: TakesIn, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build._VISITS_AT_ONCE", 3)
    for number in range(12):
        web.put(f"http://courier.test/{number}", page(number % 9, f"Story {number}"))
    web.put(FEED, rss(*[f"<item><link>/{number}</link></item>" for number in range(12)]), kind="application/rss+xml")

    def stop(_report: object, done: int, _total: object) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(FEED, progress=stop)
    stored = len(versions(library))
    assert stored >= 6
    kept = {number for number in range(12) if library.remembered.visit_of(f"http://courier.test/{number}")}
    assert 6 <= len(kept) <= stored
    web.asked.clear()
    found = outcomes(take_in(FEED))
    assert {number for number in range(12) if found[str(number)] == "unchanged"} >= kept
    assert len(versions(library)) == 12
    assert library.check() == []


def test_follow_takes_the_feed_of_a_page(web: FakeWeb, feed: str, take_in: TakesIn, library: Library) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.put("http://courier.test/front", article_page("Front page", head=link), ETag='"front"')
    assert outcomes(take_in("http://courier.test/front")) == {"front": "added"}
    assert outcomes(take_in("http://courier.test/front", follow=True)) == {"0": "added", "1": "added", "2": "added"}
    web.asked.clear()
    assert set(outcomes(take_in("http://courier.test/front", follow=True)).values()) == {"unchanged"}
    assert web.paths() == ["/front", "/feed"]
    assert len(versions(library)) == 4


def test_a_dry_run_says_it_and_remembers_nothing(
    web: FakeWeb, feed: str, take_in: TakesIn, library: Library, encoder: WordEncoder
) -> None:
    generation = library.generation
    wanted = {"0": "added", "1": "added", "2": "added"}
    assert outcomes(take_in(feed, dry_run=True)) == wanted
    assert (library.generation, library.article_ids(), encoder.encoded) == (generation, (), [])
    assert outcomes(take_in(feed)) == wanted
    web.put("http://courier.test/1", page(1).replace("412 people", "421 people"), ETag='"1b"')
    assert outcomes(take_in("http://courier.test/1", dry_run=True)) == {"1": "changed"}
    assert outcomes(take_in("http://courier.test/1")) == {"1": "changed"}


def test_articles_that_were_removed_are_taken_in_again(feed: str, take_in: TakesIn, library: Library) -> None:
    take_in(feed)
    library.remove(library.article_ids())
    assert set(outcomes(take_in(feed)).values()) == {"added"}
