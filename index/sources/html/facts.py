"""What a page says of itself: title, outlet, author, address, language and section.

JSON-LD comes first, then meta tags, then the elements of the page: that is how carefully publishers keep them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import html

from index.sources.fields import read_language, read_url, read_words
from index.sources.html.json_ld import find_article
from index.sources.html.people import find_authors

_OUTLET_TAGS = ("og:site_name", "application-name", "citation_journal_title")
_TITLE_TAGS = ("og:title", "twitter:title", "dc.title", "headline")
_AUTHOR_TAGS = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_SHORTEST_HEADLINE = 20  # letters
_SUFFIX = re.compile(r"(.{8,}?)(?:\s+[|–—·-]\s*|\s*[ㅣ：]\s*)([^|–—·ㅣ：]{2,40})$")
_SECTION_TAGS = ("article:section", "parsely-section", "og:article:section", "section", "news_category")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; the fields mean what they mean in ``RawArticle``.

    Attributes:
        locale: the language with its region as the page states it, by which its dates are read.
    """

    title: str | None
    outlet: str | None
    author: str | None
    url: str | None
    language: str | None
    section: str | None
    locale: str | None


def read_record(tree: html.HtmlElement) -> dict[str, object]:
    """Return the facts of the article that the page's JSON-LD describes."""
    return find_article(tree.xpath("//script[@type='application/ld+json']/text()"))


def find_facts(tree: html.HtmlElement, record: Mapping[str, object]) -> Facts:
    """Return what the page says of itself, each fact None where it says nothing that makes sense.

    Args:
        tree: the page.
        record: what ``read_record`` found on it.
    """
    tags = read_tags(tree)
    stated = [*tree.xpath("/html/@lang"), record.get("inLanguage"), *_pick(tags, ("og:locale",))]
    languages = [words for words in stated if isinstance(words, str)]
    outlet = _first_words([record.get("publisher"), *_pick(tags, _OUTLET_TAGS)])
    return Facts(
        title=_find_title(tree, record, tags, outlet),
        outlet=outlet,
        author=find_authors(
            [record.get("author"), *_pick(tags, _AUTHOR_TAGS)], tree, (outlet, *_pick(tags, _OUTLET_TAGS))
        ),
        url=_first_url([*tree.xpath("//link[@rel='canonical']/@href"), *_pick(tags, ("og:url",)), record.get("url")]),
        language=_first_language(languages),
        section=_first_section([record.get("articleSection"), *_pick(tags, _SECTION_TAGS)]),
        locale=next((words for words in languages if read_language(words)), None),
    )


def read_tags(tree: html.HtmlElement) -> dict[str, str]:
    """Return the meta tags by their name in lower case; of two with one name the first."""
    tags: dict[str, str] = {}
    for tag in tree.xpath("//meta[@content]"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        tags.setdefault(name.lower(), tag.get("content"))
    return tags


def _pick(tags: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return [tags[name] for name in names if name in tags]


def _find_title(
    tree: html.HtmlElement, record: Mapping[str, object], tags: Mapping[str, str], outlet: str | None
) -> str | None:
    """Return the headline: the one of JSON-LD without a kicker before it, else the first of the meta tags and of the page.

    From titles that are made for windows and other sites the outlet's name at the end is taken off.
    """
    shared = [" ".join(title.split()) for title in _pick(tags, _TITLE_TAGS)]
    stated = " ".join((read_words(record.get("headline")) or "").split())
    seen = list(_texts(tree, "//h1"))
    houses = [name for name in (outlet, *_pick(tags, _OUTLET_TAGS)) if name]
    if stated:
        kickerless = shared[0] if shared and len(_fold(shared[0])) >= _SHORTEST_HEADLINE else stated
        return _without_outlet(kickerless if _follows_kicker(kickerless, stated) else stated, houses, ())
    told = [*shared, *seen, *_texts(tree, "//head/title", "//title")]
    return next((_without_outlet(title, houses, seen) for title in told if title), None)


def _follows_kicker(title: str, stated: str) -> bool:
    """Tell whether a title is what stands at the end of the stated one, with a word or two before it."""
    return _fold(stated).endswith(_fold(title)) and _fold(stated) != _fold(title)


def _texts(tree: html.HtmlElement, *paths: str) -> Iterator[str]:
    """Yield the words of the first element at each path."""
    for path in paths:
        for element in tree.xpath(path)[:1]:
            yield " ".join(element.text_content().split())


def _without_outlet(title: str, houses: Iterable[str], seen: Iterable[str]) -> str:
    """Return a title without the outlet's name at its end, which is known, or what the heading of the page lacks."""
    suffix = _SUFFIX.match(title)
    tail = _fold(suffix[2]) if suffix else ""
    if suffix is None or not tail:
        return title
    named = any(tail in _fold(house) or _fold(house) in tail for house in houses if _fold(house))
    return suffix[1] if named or _fold(suffix[1]) in map(_fold, seen) else title


def _fold(words: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", words.casefold()) if letter.isalnum())


def _first_words(values: Iterable[object]) -> str | None:
    return next((words for value in values if (words := read_words(value))), None)


def _first_section(values: Iterable[object]) -> str | None:
    """Return the first section; of a list its first, since the others are tags more often than not."""
    firsts = (value[0] if isinstance(value, list) and value else value for value in values)
    return _first_words(firsts)


def _first_url(values: Iterable[object]) -> str | None:
    return next((url for value in values if (url := read_url(value))), None)


def _first_language(values: Iterable[object]) -> str | None:
    return next((language for value in values if (language := read_language(value))), None)
