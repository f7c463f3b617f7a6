"""Pages in the manner of ten news sites: the text is found, the facts are right, and no date is invented."""

from __future__ import annotations

from statistics import fmean

import pytest

from index.errors import SourceError
from index.sources.html.page import read_html
from tests.index.news_layouts import LIVE_POSTS, Page, live_blog, make_pages
from tests.index.score import score_text
from tests.index.stories import SCIENCE

PAGES = make_pages()
LEAST_F1 = 0.95
LEAST_DATES = 0.95
FACTS = ("title", "outlet", "author", "section", "language", "url", "updated")


def ids(page: Page) -> str:
    return f"{page.layout}-{page.variant}"


def test_there_are_pages_of_ten_layouts() -> None:
    assert len(PAGES) >= 30
    assert len({page.layout for page in PAGES}) >= 10


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_a_page_gives_its_text_and_its_facts(page: Page) -> None:
    article = read_html(ids(page), page.html)
    assert score_text(article.text, page.text) >= LEAST_F1
    assert {name: getattr(article, name) for name in FACTS} == {name: getattr(page, name) for name in FACTS}


def test_the_mean_over_all_pages_is_high_and_nearly_all_dates_are_right() -> None:
    articles = [(page, read_html(ids(page), page.html)) for page in PAGES]
    assert fmean(score_text(article.text, page.text) for page, article in articles) >= LEAST_F1
    dated = [(page, article) for page, article in articles if page.published]
    right = sum(article.published == page.published for page, article in dated)
    assert right / len(dated) >= LEAST_DATES, [
        ids(page) for page, article in dated if article.published != page.published
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if page.published is None], ids=ids)
def test_no_date_is_invented(page: Page) -> None:
    assert read_html(ids(page), page.html).published is None


@pytest.mark.parametrize(
    "beside",
    [
        "<aside><time datetime='2031-01-01T08:00:00Z'>January 1, 2031</time></aside>",
        "<div class='related-articles'><span class='date'>January 1, 2031</span></div>",
        "<ul class='most-read'><li><time datetime='2031-01-01'>January 1</time></li></ul>",
        "<footer><span class='timestamp'>January 1, 2031</span></footer>",
        "<p>The dam was built on <time datetime='1958-06-01'>June 1, 1958</time> and raised on <time datetime='1986-05-01'>May 1</time>.</p>",
        "<p>The first stone was laid on <time datetime='1958-06-01'>June 1, 1958</time>, in a storm that people in the valley still talk about when it rains for longer than a week.</p>",
        "<span class='date'>01/02/2031</span>",
        "<span class='updated-time'>Updated January 1, 2031</span>",
        "<div class='comments'><time datetime='2031-01-03T08:00:00Z'>two days ago</time></div>",
    ],
)
def test_dates_of_other_things_are_not_the_articles(beside: str) -> None:
    body = "".join(f"<p>{words}</p>" for words in SCIENCE.paragraphs)
    article = read_html(
        "page.html", f"<html><body><article><h1>{SCIENCE.title}</h1>{body}{beside}</article></body></html>"
    )
    assert article.published is None


def test_a_moment_that_is_called_updated_is_no_date_of_publication() -> None:
    times = '<time class="entry-date" datetime="2031-06-05T14:30:00Z">June 5, 2031</time><time class="updated" datetime="2031-06-06T10:00:00Z">June 6, 2031</time>'
    body = "".join(f"<p>{words}</p>" for words in SCIENCE.paragraphs)
    article = read_html("page.html", f"<article><h1>{SCIENCE.title}</h1><p class='meta'>{times}</p>{body}</article>")
    assert (article.published, article.updated) == ("2031-06-05T14:30:00+00:00", "2031-06-06T10:00:00+00:00")


def test_a_live_blog_gives_all_of_its_posts_once() -> None:
    article = read_html("live.html", live_blog().html)
    for _, heading, words in LIVE_POSTS:
        assert article.text.count(words) == 1
        assert heading in article.text


def stub(head: str = "", body: str = "", paragraphs: int = 1) -> str:
    words = "".join(f"<p>{words}</p>" for words in SCIENCE.paragraphs[:paragraphs])
    return f"<html><head>{head}</head><body><article><h1>{SCIENCE.title}</h1>{words}{body}</article></body></html>"


def ld(more: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", {more}}}</script>'


@pytest.mark.parametrize(
    "page",
    [
        stub(ld('"isAccessibleForFree": false')),
        stub(ld('"isAccessibleForFree": "False", "hasPart": {"cssSelector": ".locked", "isAccessibleForFree": false}')),
        stub(ld('"isAccessibleForFree": false, "wordCount": 900'), paragraphs=6),
        stub('<meta property="article:content_tier" content="locked">'),
        stub(body="<div>Subscribe to continue reading this story.</div>", paragraphs=2),
        stub(body="<div><p>This article is for subscribers only.</p></div>"),
        stub(body="<div><p>Suscríbete para seguir leyendo</p></div>"),
        stub(ld('"isAccessibleForFree": false'), f"<div style='display:none'>{'The rest of it. ' * 200}</div>"),
    ],
)  # fmt: skip
def test_the_beginning_of_an_article_behind_a_paywall_is_reported_as_such(page: str) -> None:
    with pytest.raises(SourceError, match=r"^stub\.html: it is only the beginning of an article behind a paywall"):
        read_html("stub.html", page)


@pytest.mark.parametrize(
    "page",
    [
        stub(ld('"isAccessibleForFree": true')),
        stub(ld('"isAccessibleForFree": false, "wordCount": 370'), paragraphs=9),
        stub(ld('"isAccessibleForFree": false, "hasPart": {"cssSelector": ".x"}'), f"<div class='x'><p>{SCIENCE.text}</p></div>"),
        stub(body="<p>Subscribe to our newsletter.</p>"),
        stub(body="<div>Sign in to continue reading on all your devices.</div>", paragraphs=9),
    ],
)  # fmt: skip
def test_a_whole_article_is_no_stub(page: str) -> None:
    assert read_html("whole.html", page).text
