"""What a page says of itself: title, outlet, author, dates, address and language.

JSON-LD comes first, then meta tags, then the elements of the page: that is how carefully publishers keep
them. Of two sources that name the same day, the one that names the time too is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import html

from index.sources.fields import read_language, read_moment, read_url, read_words
from index.sources.json_ld import find_article

_OUTLET_TAGS = ("og:site_name", "application-name", "citation_journal_title")
_TITLE_TAGS = ("og:title", "twitter:title", "dc.title", "headline")
_AUTHOR_TAGS = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_PUBLISHED_TAGS = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publish-date",
    "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_UPDATED_TAGS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; the fields mean what they mean in ``RawArticle``."""

    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    updated: str | None
    url: str | None
    language: str | None


def find_facts(tree: html.HtmlElement) -> Facts:
    """Return what the page says of itself, each fact None where it says nothing that makes sense."""
    record = find_article(tree.xpath("//script[@type='application/ld+json']/text()"))
    tags = _read_tags(tree)
    return Facts(
        title=_first_words([record.get("headline"), *_pick(tags, _TITLE_TAGS), *_texts(tree, "//h1", "//title")]),
        outlet=_first_words([record.get("publisher"), *_pick(tags, _OUTLET_TAGS)]),
        author=_first_author([record.get("author"), *_pick(tags, _AUTHOR_TAGS)]),
        published=_best_moment([record.get("datePublished"), *_pick(tags, _PUBLISHED_TAGS), *_times(tree)]),
        updated=_best_moment([record.get("dateModified"), *_pick(tags, _UPDATED_TAGS)]),
        url=_first_url([*tree.xpath("//link[@rel='canonical']/@href"), *_pick(tags, ("og:url",)), record.get("url")]),
        language=_first_language([*tree.xpath("/html/@lang"), record.get("inLanguage"), *_pick(tags, ("og:locale",))]),
    )


def _read_tags(tree: html.HtmlElement) -> dict[str, str]:
    """Return the meta tags by their name in lower case; of two with one name the first."""
    tags: dict[str, str] = {}
    for tag in tree.xpath("//meta[@content]"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        tags.setdefault(name.lower(), tag.get("content"))
    return tags


def _pick(tags: dict[str, str], names: Iterable[str]) -> list[str]:
    return [tags[name] for name in names if name in tags]


def _texts(tree: html.HtmlElement, *paths: str) -> Iterator[str]:
    """Yield the words of the first element at each path."""
    for path in paths:
        for element in tree.xpath(path)[:1]:
            yield " ".join(element.text_content().split())


def _times(tree: html.HtmlElement) -> list[str]:
    """Return the moments of the article's own <time> elements; those beside it date other articles."""
    named = tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")
    own = tree.xpath("(//article)[1]//time[not(ancestor::aside)]/@datetime")
    everywhere = tree.xpath("//time/@datetime")
    return [*named[:1], *own[:1], *(everywhere if len(everywhere) == 1 else [])]


def _first_words(values: Iterable[object]) -> str | None:
    return next((words for value in values if (words := read_words(value))), None)


def _first_author(values: Iterable[object]) -> str | None:
    """Return the first name; some pages put the address of a profile where the name belongs."""
    names = (read_words(value) for value in values)
    return next((name.removeprefix("By ") for name in names if name and read_url(name) is None), None)


def _first_url(values: Iterable[object]) -> str | None:
    return next((url for value in values if (url := read_url(value))), None)


def _first_language(values: Iterable[object]) -> str | None:
    return next((language for value in values if (language := read_language(value))), None)


def _best_moment(values: Iterable[object]) -> str | None:
    """Return the first moment, or a more precise one of the same day."""
    moments = [moment for value in values if (moment := read_moment(value))]
    if not moments:
        return None
    return max((moment for moment in moments if moment[:10] == moments[0][:10]), key=len)
