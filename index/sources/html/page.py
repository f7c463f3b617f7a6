"""The HTML of a web page -> RawArticle."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict, replace

import trafilatura
from lxml import etree, html

from index.articles import RawArticle
from index.errors import SourceError
from index.sources.fields import read_url
from index.sources.html import paywall
from index.sources.html.boilerplate import drop_elsewhere, drop_furniture
from index.sources.html.facts import Facts, find_facts, find_shown_moments, read_record
from index.sources.html.hidden import drop_hidden, drop_unseen
from index.sources.opening import read_furniture

MOST_TAGS = 200_000  # the longest live blogs have a tenth of it

MOST_ATTRIBUTES = 2_000  # the parser compares each with all before it
_LONG_TAG = 2 * MOST_ATTRIBUTES  # characters

# Where a page has no article, the extraction falls back to whatever words there are: those of its menu.
_READS_AS_SENTENCE = re.compile(r"[.!?…。！？؟।]|.{40}")
# What browsers and their extensions write above a page that they save.
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:)\s*(\S{1,2000})")
_SAVED_WITHIN = 4096
_LEAST_KEPT = 0.5  # of the words that are there without pruning; less means that the pruning cut into the article


def read_html(reference: str, text: str) -> RawArticle:
    """Return the article of a page: its body without what surrounds it, its facts from JSON-LD, meta tags and the page.

    All of it is what the page says, as plain text, hostile or not: it is escaped where it is shown.
    Paragraphs are parted by blank lines. First lines that repeat the title or the summary are left out.

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
    if any(len(tag) > _LONG_TAG and len(tag.partition(">")[0].split()) > MOST_ATTRIBUTES for tag in text.split("<")):
        raise SourceError(
            f"{reference}: the page has a tag with more than {MOST_ATTRIBUTES} attributes.",
            reference=reference,
            hint="Give the article as a text or Markdown file.",
        )
    tree = parse_page(text)
    if tree is None:
        raise _no_article(reference)
    record = read_record(tree)
    facts = _complete(find_facts(tree, record), tree, text)
    drop_hidden(tree)
    drop_unseen(tree)
    asks, locked = paywall.asks_for_money(tree), paywall.is_locked(tree, record)
    lines = _extract_lines(tree, facts)
    words = sum(len(line.split()) for line in lines)
    if paywall.is_stub(words, asks=asks, locked=locked, declared_words=record.get("wordCount")):
        raise SourceError(
            f"{reference}: it is only the beginning of an article behind a paywall ({words} words).",
            reference=reference,
            hint="Save the page while you are logged in, or give the article as a text file.",
        )
    if not any(_READS_AS_SENTENCE.search(line) for line in lines):
        raise _no_article(reference)
    known = {name: value for name, value in asdict(facts).items() if name != "summary"}
    return RawArticle(reference=reference, kind="html", text="\n\n".join(lines), **known)


def parse_page(text: str) -> html.HtmlElement | None:
    """Return the tree of a page, or None where nothing is left of it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _complete(facts: Facts, tree: html.HtmlElement, text: str) -> Facts:
    """Add what only the shown page tells: a date beside the headline, the address that it was saved from."""
    saved = _SAVED_FROM.search(text[:_SAVED_WITHIN])
    url = facts.url or (read_url(saved.group(1)) if saved else None)
    if facts.published and facts.updated:
        return replace(facts, url=url)
    page = deepcopy(tree)  # what is hidden stays in it: a date for screen readers is the article's too
    drop_unseen(page)
    drop_elsewhere(page)
    published, updated = find_shown_moments(page)
    if facts.published and published and published.startswith(facts.published):
        facts = replace(facts, published=published)  # the same day, with its time
    return replace(facts, url=url, published=facts.published or published, updated=facts.updated or updated)


def _extract_lines(tree: html.HtmlElement, facts: Facts) -> list[str]:
    """Return the paragraphs of the article."""
    pruned = deepcopy(tree)
    drop_elsewhere(pruned)
    drop_furniture(pruned)
    lines = _extract(pruned)
    # Where the pruning cuts into the article, the extraction does better alone.
    if sum(map(len, lines)) < 1000:
        whole = _extract(tree)
        if sum(map(len, lines)) < _LEAST_KEPT * sum(map(len, whole)):
            lines = whole
    repeated = {words.casefold() for words in (facts.title, facts.summary) if words}
    while lines and (lines[0].casefold() in repeated or read_furniture(lines[0])):
        del lines[0]
    return lines


def _extract(tree: html.HtmlElement) -> list[str]:
    body = trafilatura.extract(tree, output_format="txt", include_comments=False, include_tables=True)
    return [line.strip() for line in (body or "").splitlines() if line.strip()]


def _no_article(reference: str) -> SourceError:
    return SourceError(
        f"{reference}: no article text found.",
        reference=reference,
        hint="Save the whole page, or give the article as a text or Markdown file.",
    )
