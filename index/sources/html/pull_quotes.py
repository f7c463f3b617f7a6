"""Pull quotes: sentences of an article that stand a second time on its page, set apart in large letters.

Where the words stand in the text as well, there is said who speaks, and the pull quote goes. Where they stand nowhere else it is a
paragraph of its own: run into its neighbour it would be what another person says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree, html

from index.sources.html.hidden import count_prose, drop_element

_APART_TAGS = ("blockquote", "aside")
_NAMES = re.compile(r"\b(?:pull ?quotes?|block ?quotes?|quotes?|quotations?|zitate?|citas?|citations?|citaten?)\b")
_SURELY = re.compile(r"\bpull ?quotes?\b")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s_-]+")
_NAMING = ("class", "id", "data-component", "data-testid", "data-type")
_HOLDS_PART = " or ".join(f"contains(., {part!r})" for part in ("uot", "UOT", "ita", "ITA"))
_MAYBE_APART = etree.XPath(
    f"/descendant::*[{' or '.join(f'self::{tag}' for tag in _APART_TAGS)}"
    # each of the names holds one of these
    f" or {' or '.join(f'@{name}[{_HOLDS_PART}]' for name in _NAMING)}]"
    "[not(self::html or self::body or self::main or self::article or self::h1)]"
)
_SAYS_WHO = "descendant::cite | descendant::footer | descendant::figcaption | descendant::*[contains(@class, 'attribution') or contains(@class, 'author') or contains(@class, 'source') or contains(@class, 'credit')]"
_LEAVES = ("p", "li", "dd", "td", "div")
_BLOCKS = frozenset(
    "p div ul ol li table section article blockquote aside figure h1 h2 h3 h4 h5 h6 header footer nav".split()
)
_ELSEWHERE = frozenset("nav header footer h1 h2 h3 h4 h5 h6 figcaption title script style".split())
_PLAIN = ("p", "h2", "h3", "h4", "h5", "div")
_OPENS, _CLOSES = '"“„«»‘‚「『', '"”“»«’‘」』'
_OPENED = frozenset(_OPENS)
_IN_MARKS = re.compile(rf"[{_OPENS}](?P<said>.+)[{_CLOSES}][\s.,]*(?P<who>[^{_OPENS}{_CLOSES}]{{0,80}})", re.DOTALL)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…。！？])[\"”“»«’」』]*\s*")
_TOKENS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|\w+")
_LONGEST = 700  # characters; what is longer is a text
_SHORTEST = 15
_FEWEST_WORDS = 3  # of a sentence that is looked for
_MOST_OF_A_PAGE = 1 / 3
_MOST_APART = 500  # elements of a page that are looked at


def settle_pull_quotes(tree: html.HtmlElement) -> None:
    """Take out the pull quotes whose words stand in the text too, and make paragraphs of the others."""
    apart = _find_apart(tree)
    marked = set(apart)
    plain = [element for element in tree.iter(*_PLAIN) if _begins_with_mark(element)]
    if not apart and not plain:
        return
    elsewhere = {leaf for around in (*tree.iter(*_ELSEWHERE), *apart) for leaf in around.iter(*_LEAVES)}
    leaves = [leaf for leaf in tree.iter(*_LEAVES) if leaf not in elsewhere and _is_leaf(leaf)]
    text = f" {' | '.join(_flatten(_words_without(leaf, marked)) for leaf in leaves)} "
    for element in apart:
        if element.getparent() is None:
            continue  # it went with the one around it
        if _is_repeated(_said(element), text):
            drop_element(element)
        elif _SURELY.search(_names(element)):
            _set_alone(element)
    _drop_repeated_paragraphs(leaves, plain, marked)


def _find_apart(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Return what is set apart by its tag or its name, and is no large part of the page."""
    most = _MOST_OF_A_PAGE * count_prose(tree)
    found = []
    for element in _MAYBE_APART(tree):
        if element.tag in _APART_TAGS or _is_called_quotation(element):
            length = len(" ".join(element.text_content().split()))
            if _SHORTEST <= length <= _LONGEST and count_prose(element) <= max(most, _LONGEST / 2):
                found.append(element)
    return found[:_MOST_APART]


def _is_called_quotation(element: html.HtmlElement) -> bool:
    return any(name in _NAMING and _is_name_of_quotation(value[:200]) for name, value in element.items())


@lru_cache(maxsize=16384)
def _is_name_of_quotation(value: str) -> bool:
    return _NAMES.search(_HUMPS.sub(" ", value).lower()) is not None


def _names(element: html.HtmlElement) -> str:
    """Return what an element is called, in words: "pull quote" for "pull-quote" and "PullQuote"."""
    return " ".join(_HUMPS.sub(" ", value[:200]).lower() for name in _NAMING if (value := element.get(name)))


def _is_leaf(element: html.HtmlElement) -> bool:
    """Tell whether an element holds text and no other block."""
    return element.tag == "p" or not any(inner.tag in _BLOCKS for inner in element.iterdescendants())


def _begins_with_mark(element: html.HtmlElement) -> bool:
    """Tell whether the first sign of an element opens a quotation."""
    first = next((text for text in element.itertext() if text.strip()), "")
    return first.lstrip()[:1] in _OPENED


def _words_without(element: html.HtmlElement, apart: set[html.HtmlElement]) -> str:
    """Return the text of an element without what is set apart within it."""

    def texts(inner: html.HtmlElement) -> Iterator[str]:
        yield inner.text or ""
        for child in inner:
            if child not in apart and isinstance(child.tag, str):
                yield from texts(child)
            yield child.tail or ""

    holds_some = any(inner in apart for inner in element.iterdescendants())
    return "".join(texts(element)) if holds_some else element.text_content()


def _said(element: html.HtmlElement) -> str:
    """Return what a pull quote says, without who says it."""
    words = " ".join(element.text_content().split())
    for who in element.xpath(_SAYS_WHO):
        named = " ".join(who.text_content().split())
        if named and words.endswith(named):
            words = words[: -len(named)].rstrip(" —–-|,·")
    marked = _IN_MARKS.fullmatch(words)
    return marked["said"] if marked else words


def _flatten(words: str) -> str:
    return " ".join(_TOKENS.findall(words.casefold()))


def _is_repeated(said: str, text: str) -> bool:
    """Tell whether each sentence that was said stands in the text; between two the text may say who speaks."""
    if len(said) < _SHORTEST:
        return False
    if f" {_flatten(said)} " in text:
        return True
    sentences = [_flatten(sentence) for sentence in _SENTENCE_ENDS.split(said)]
    long = [sentence for sentence in sentences if sentence.count(" ") >= _FEWEST_WORDS - 1]
    return bool(long) and all(f" {sentence} " in text for sentence in sentences if sentence)


def _set_alone(element: html.HtmlElement) -> None:
    """Make a pull quote a paragraph of its own, behind the one that it stands in."""
    around = next((each for each in element.iterancestors("p")), None)
    quotation = html.Element("blockquote")
    paragraph = html.Element("p")
    paragraph.text = " ".join(element.text_content().split())
    quotation.append(paragraph)
    if around is None:
        element.addprevious(quotation)
    else:
        around.addnext(quotation)
        quotation.tail, around.tail = around.tail, None
    drop_element(element)


def _drop_repeated_paragraphs(
    leaves: list[html.HtmlElement], plain: list[html.HtmlElement], apart: set[html.HtmlElement]
) -> None:
    """Take out paragraphs and headings that are nothing but words in quotation marks, and stand within another paragraph as well.

    Args:
        leaves: what holds the text of the page.
        plain: the paragraphs and headings that begin with a quotation mark.
        apart: what is set apart.
    """
    if not plain:
        return
    whole = [(leaf, f" {_flatten(leaf.text_content())} ") for leaf in leaves if leaf.getparent() is not None]
    for element in plain:
        if not _is_leaf(element) or element.getparent() is None:
            continue
        words = " ".join(element.text_content().split())
        marked = _IN_MARKS.fullmatch(words) if _SHORTEST <= len(words) <= _LONGEST else None
        if marked is None or any(around in apart for around in element.iterancestors()):
            continue
        # A sentence that ends in "she said" is no pull quote but the text.
        if marked["who"].strip() and not re.match(r"[—–|-]", words[marked.end("said") + 1 :].strip()):
            continue
        said = f" {_flatten(marked['said'])} "
        if said.count(" ") > _FEWEST_WORDS and any(
            said in other and len(other) > len(said) + len(marked["who"]) and leaf is not element
            for leaf, other in whole
        ):
            drop_element(element)
