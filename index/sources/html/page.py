"""The HTML of a web page -> RawArticle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict

from lxml import etree, html

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.fields import read_url
from index.sources.html import paywall
from index.sources.html.body import find_lines
from index.sources.html.boilerplate import drop_elsewhere
from index.sources.html.days import Moments, find_moments
from index.sources.html.drawn import find_drawn
from index.sources.html.facts import Facts, find_facts, read_record, read_tags
from index.sources.html.foreign import is_no_article
from index.sources.html.hidden import drop_unseen, drop_unshown
from index.sources.opening import read_furniture

MOST_TAGS = 200_000  # the longest live blogs have a tenth of it

MOST_ATTRIBUTES = 2_000  # the parser compares each with all before it
_LONG_TAG = 2 * MOST_ATTRIBUTES  # characters
# Tags as the parser sees them: comments, scripts, style sheets and quoted values hold no tags of their own.
_ATTRIBUTE = r"""=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+"""
_TAG = re.compile(rf"<!--.*?(?:-->|\Z)|<[a-zA-Z][^\s/>]*+(?P<attributes>(?:[\s/]++|{_ATTRIBUTE}|=)*+)", re.DOTALL)
_MAYBE_LONG_TAG = re.compile(rf"<[^<]{{{_LONG_TAG},}}")
_RAW_TEXT = re.compile(r"<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b", re.IGNORECASE)

_TITLE_TAGS = ("og:title", "twitter:title")
_DESCRIPTION_TAGS = ("og:description", "description", "twitter:description")
_MOST_ABOVE, _LONGEST_ABOVE = 4, 60  # lines above the headline and their characters: what it is filed under
# Where a page has no article, the extraction falls back to whatever words there are: those of its menu.
_READS_AS_SENTENCE = re.compile(r"[.!?…。！？؟।]|.{40}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
# Lines of dates of which the second leaves out its year, each with its label behind it: "2031年3月4日 10時28分 (3月4日 11時40分更新)".
_ONLY_DATES = re.compile(
    r"(?=.{6,80}$)(?=.*\d)(?:\d{1,4}\s*[年月日時分秒년월일시분时]|\d{1,2}:\d{2}|更新|公開|配信|掲載|発表|最終|发布|發布|입력|수정|등록|午前|午後|오전|오후|付|[\s()（）\[\]／/|,、:：-])+"
)
# What browsers and their extensions write above a page that they save.
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:)\s*(\S{1,2000})")
_SAVED_WITHIN = 4096


def read_html(reference: str, text: str) -> RawArticle:
    """Return the article of a page: its body without what surrounds it, its facts from JSON-LD, meta tags and the page.

    All of it is what the page says, as plain text, hostile or not: it is escaped where it is shown.
    Paragraphs are parted by blank lines. A first line that repeats the title is left out.

    Raises:
        SourceError: no article text was found, only the beginning of an article that has to be paid for, or the page
            has too many tags.
    """
    if (tags := text.count("<")) > MOST_TAGS:
        raise SourceError(
            f"{reference}: the page has {tags} tags, at most {MOST_TAGS} are read.",
            reference=reference,
            hint="Give the article as a text or Markdown file.",
        )
    if _may_have_long_tag(text) and _most_attributes(text) > MOST_ATTRIBUTES:
        raise SourceError(
            f"{reference}: the page has a tag with more than {MOST_ATTRIBUTES} attributes.",
            reference=reference,
            hint="Give the article as a text or Markdown file.",
        )
    tree = parse_page(text)
    if tree is None:
        raise _no_article(reference)
    record = read_record(tree)
    facts = find_facts(tree, record)
    url = facts.url or _find_saved_address(text)
    named = read_tags(tree)
    moments = _find_moments(tree, record, named, facts.locale, url or read_url(reference))
    body = record.get("articleBody")
    declared = body if isinstance(body, str) else ""
    drop_unshown(tree, declared)
    asks, locked = paywall.asks_for_money(tree), paywall.is_locked(tree, record)
    lines = _extract_lines(tree, facts, declared, named)
    if not _is_article(lines) and not asks and not locked:
        lines = _extract_drawn(text, facts, declared, named)
    words = sum(map(count_words, lines))
    if paywall.is_stub(words, asks=asks, locked=locked, declared_words=record.get("wordCount")):
        raise SourceError(
            f"{reference}: it is only the beginning of an article behind a paywall ({words} words).",
            reference=reference,
            hint="Save the page while you are logged in, or give the article as a text file.",
        )
    if not _is_article(lines):
        raise _no_article(reference)
    known = {name: value for name, value in asdict(facts).items() if name != "locale"}
    known |= {"url": url, "published": moments.published, "updated": moments.updated}
    return RawArticle(reference=reference, kind="html", text="\n\n".join(lines), **known)


def _may_have_long_tag(text: str) -> bool:
    """Tell whether there may be a tag with many attributes: cheaply, and often of a script that has none."""
    return any(
        len(tag.group().split(None, MOST_ATTRIBUTES)) > MOST_ATTRIBUTES for tag in _MAYBE_LONG_TAG.finditer(text)
    )


def _most_attributes(text: str) -> int:
    """Return how many attributes the tag with the most of them has, counted as the parser counts them."""
    most, at = 0, 0
    while tag := _TAG.search(text, at):
        at = tag.end()
        attributes = tag["attributes"]
        if attributes and len(attributes) > _LONG_TAG:
            most = max(most, len(re.findall(_ATTRIBUTE, attributes)))
        if raw := _RAW_TEXT.match(tag.group()):
            closing = re.compile(rf"</{raw[1]}\b", re.IGNORECASE).search(text, at)
            at = closing.end() if closing else len(text)
    return most


def count_words(line: str) -> int:
    """Return the words of a line; in scripts without spaces two characters count as one."""
    unspaced = len(_UNSPACED.findall(line))
    return len(_UNSPACED.sub(" ", line).split()) + unspaced // 2


def parse_page(text: str) -> html.HtmlElement | None:
    """Return the tree of a page, or None where nothing is left of it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # One class for all elements: else a function of Python is asked for the class of each, whenever it is looked at.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _find_saved_address(text: str) -> str | None:
    """Return the address that a browser wrote above the page when it saved it."""
    saved = _SAVED_FROM.search(text[:_SAVED_WITHIN])
    return read_url(saved.group(1)) if saved else None


def _find_moments(
    tree: html.HtmlElement,
    record: Mapping[str, object],
    tags: Mapping[str, str],
    language: str | None,
    url: str | None,
) -> Moments:
    def prune() -> html.HtmlElement:
        page = deepcopy(tree)  # what is hidden stays in it: a date for screen readers is the article's too
        drop_unseen(page)
        drop_elsewhere(page)
        return page

    return find_moments(record, tags, tree, prune, url, language)


def _extract_lines(tree: html.HtmlElement, facts: Facts, declared: str, tags: Mapping[str, str]) -> list[str]:
    """Return the paragraphs of the article, without the headline and the lines below it that state its facts."""
    described = next((tags[name] for name in _DESCRIPTION_TAGS if tags.get(name)), "")
    seen = [heading.text_content() for heading in tree.xpath("//h1 | //*[@itemprop='headline']")]
    stated = [facts.title or "", *(tags[name] for name in _TITLE_TAGS if tags.get(name))]
    headlines = {" ".join(words.casefold().split()) for words in (*stated, *seen)}
    lines = find_lines(tree, declared, described)
    for place, line in enumerate(lines[:_MOST_ABOVE]):
        if line.casefold() in headlines and all(len(above) <= _LONGEST_ABOVE for above in lines[:place]):
            del lines[:place]
            break
    while lines and (
        lines[0].casefold() in headlines or read_furniture(lines[0], facts.locale) or _ONLY_DATES.fullmatch(lines[0])
    ):
        del lines[0]
    return lines


def _extract_drawn(page: str, facts: Facts, declared: str, tags: Mapping[str, str]) -> list[str]:
    """Return the paragraphs of an article that a script of the page draws, none where it draws none."""
    tree = parse_page(page)
    drawn = find_drawn(tree.xpath("//script/text()")) if tree is not None else None
    shown = parse_page(f"<article>{drawn}</article>") if drawn else None
    if shown is None:
        return []
    drop_unshown(shown, declared)
    return _extract_lines(shown, facts, declared, tags)


def _is_article(lines: list[str]) -> bool:
    return any(_READS_AS_SENTENCE.search(line) for line in lines) and not is_no_article(lines)


def _no_article(reference: str) -> SourceError:
    return SourceError(
        f"{reference}: no article text found.",
        reference=reference,
        hint="Save the whole page, or give the article as a text or Markdown file.",
    )
