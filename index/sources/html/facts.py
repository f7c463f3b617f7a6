"""What a page says of itself: title, outlet, author, dates, address, language and section.

JSON-LD comes first, then meta tags, then the elements of the page: that is how carefully publishers keep
them. Of two sources that name the same day, the one that names the time too is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml import html

from index.sources.fields import read_language, read_moment, read_url, read_words
from index.sources.html.json_ld import find_article
from index.sources.opening import read_furniture

_OUTLET_TAGS = ("og:site_name", "application-name", "citation_journal_title")
_TITLE_TAGS = ("og:title", "twitter:title", "dc.title", "headline")
_AUTHOR_TAGS = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_PUBLISHED_TAGS = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publish-date",
    "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "publisheddate", "article.published",
)  # fmt: skip
_UPDATED_TAGS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
_SECTION_TAGS = ("article:section", "parsely-section", "og:article:section", "section", "news_category")

_DATE_NAMES = re.compile(r"date|time|publi|posted", re.IGNORECASE)
_LONGEST_BYLINE = 120  # characters
_SAYS_PUBLISHED = re.compile(r"(?:first )?(?:published|posted)\b", re.IGNORECASE)
_NAMED_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)
_MOST_PIECES = 12  # of text in an element that shows a date and little else
_SAYS_UPDATED = re.compile(r"\s*(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; the fields mean what they mean in ``RawArticle``.

    Attributes:
        summary: the description of the article, which many pages repeat above its text.
    """

    title: str | None
    outlet: str | None
    author: str | None
    published: str | None
    updated: str | None
    url: str | None
    language: str | None
    section: str | None
    summary: str | None


def read_record(tree: html.HtmlElement) -> dict[str, object]:
    """Return the facts of the article that the page's JSON-LD describes."""
    return find_article(tree.xpath("//script[@type='application/ld+json']/text()"))


def find_facts(tree: html.HtmlElement, record: Mapping[str, object]) -> Facts:
    """Return what the page says of itself, each fact None where it says nothing that makes sense.

    Args:
        tree: the page.
        record: what ``read_record`` found on it.
    """
    tags = _read_tags(tree)
    return Facts(
        title=_first_words([record.get("headline"), *_pick(tags, _TITLE_TAGS), *_texts(tree, "//h1", "//title")]),
        outlet=_first_words([record.get("publisher"), *_pick(tags, _OUTLET_TAGS)]),
        author=_first_author([record.get("author"), *_pick(tags, _AUTHOR_TAGS)]),
        published=_best_moment(
            [record.get("datePublished"), *_pick(tags, _PUBLISHED_TAGS), *_microdata(tree, "datePublished")]
        ),
        updated=_best_moment(
            [record.get("dateModified"), *_pick(tags, _UPDATED_TAGS), *_microdata(tree, "dateModified")]
        ),
        url=_first_url([*tree.xpath("//link[@rel='canonical']/@href"), *_pick(tags, ("og:url",)), record.get("url")]),
        language=_first_language([*tree.xpath("/html/@lang"), record.get("inLanguage"), *_pick(tags, ("og:locale",))]),
        section=_first_section([record.get("articleSection"), *_pick(tags, _SECTION_TAGS)]),
        summary=_first_words([*_pick(tags, ("description", "og:description")), record.get("description")]),
    )


def find_shown_moments(tree: html.HtmlElement) -> tuple[str | None, str | None]:
    """Return when the page shows that the article was published and updated: one moment of each, or None.

    Args:
        tree: the page without what belongs to other articles, whose dates would be taken for its own.
    """
    published: list[str] = []
    updated: list[str] = []
    said_by_times = [_read_time(element) for element in tree.iter("time") if not _stands_in_prose(element)]
    said_by_words = [_read_shown(element) for element in tree.xpath("//*[@class or @data-testid or @data-qa]")]
    for said in (*said_by_times, *said_by_words):
        published += [str(said["published"])] if "published" in said else []
        updated += [str(said["updated"])] if "updated" in said else []
    return _only_moment(published), _only_moment(updated)


def _stands_in_prose(element: html.HtmlElement) -> bool:
    """Tell whether a moment is one that the text speaks of."""
    for around in element.iterancestors("p", "li", "blockquote", "td"):
        return sum(len(text.strip()) for text in around.itertext()) > _LONGEST_BYLINE
    return False


def _read_time(element: html.HtmlElement) -> dict[str, object]:
    moment = read_moment(element.get("datetime") or " ".join(element.text_content().split()))
    if moment is None:
        return {}
    parent = element.getparent()
    before = (parent.text or "") if parent is not None else ""
    said = (before, element.text_content(), element.get("class", ""))
    updated = any(_SAYS_UPDATED.match(words) for words in said)
    return {"updated" if updated else "published": moment}


def _read_shown(element: html.HtmlElement) -> dict[str, object]:
    """Return the date that an element shows which is named after dates, where it shows nothing else."""
    names = " ".join(element.get(name, "") for name in ("class", "data-testid", "data-qa"))
    if element.tag == "time" or not _DATE_NAMES.search(names):
        return {}
    shown = (text for text in element.itertext() if text.strip())
    pieces = [" ".join(text.split()) for text in islice(shown, _MOST_PIECES + 1)]
    if not 0 < len(pieces) <= _MOST_PIECES:
        return {}
    said = read_furniture(" ".join(pieces)) or read_furniture(" | ".join(pieces))
    # What is written goes before what the element is called.
    if "published" in said and _NAMED_UPDATED.search(names) and not _SAYS_PUBLISHED.match(pieces[0]):
        return {"updated": said["published"]}
    return said


def _only_moment(moments: list[str]) -> str | None:
    """Return the moment, the most precise one, where all are of one day; of several days nobody knows which."""
    return max(moments, key=len) if len({moment[:10] for moment in moments}) == 1 else None


def _microdata(tree: html.HtmlElement, name: str) -> list[str]:
    """Return the moments that elements of the page declare as the one called ``name``; the first is the article's."""
    found = tree.xpath("//*[@itemprop=$name or ($name='datePublished' and self::time and @pubdate)]", name=name)
    return [str(element.get("datetime") or element.get("content") or "") for element in found[:1]]


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


def _first_words(values: Iterable[object]) -> str | None:
    return next((words for value in values if (words := read_words(value))), None)


def _first_author(values: Iterable[object]) -> str | None:
    """Return the first name; some pages put the address of a profile where the name belongs."""
    names = (read_words(value) for value in values)
    return next((name.removeprefix("By ") for name in names if name and read_url(name) is None), None)


def _first_section(values: Iterable[object]) -> str | None:
    """Return the first section; of a list its first, since the others are tags more often than not."""
    firsts = (value[0] if isinstance(value, list) and value else value for value in values)
    return _first_words(firsts)


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
