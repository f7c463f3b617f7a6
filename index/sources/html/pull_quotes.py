"""Pull quotes: sentences of an article that stand a second time on its page, set apart in large letters.

Where the words stand in the text as well, there is said who speaks, and the pull quote goes. Where they stand nowhere else it is a
paragraph of its own: run into its neighbour it would be what another person says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from index.sources.html.hidden import count_prose, drop_element

_APART_TAGS = ("blockquote", "aside")
_NAMES = re.compile(r"\b(?:pull ?quotes?|block ?quotes?|quotes?|quotations?|zitate?|citas?|citations?|citaten?)\b")
_SURELY = re.compile(r"\bpull ?quotes?\b")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s_-]+")
_NAMING = ("class", "id", "data-component", "data-testid", "data-type")
_SAYS_WHO = "descendant::cite | descendant::footer | descendant::figcaption | descendant::*[contains(@class, 'attribution') or contains(@class, 'author') or contains(@class, 'source') or contains(@class, 'credit')]"
_LEAVES = ("p", "li", "dd", "td", "div")
_BLOCKS = frozenset(
    "p div ul ol li table section article blockquote aside figure h1 h2 h3 h4 h5 h6 header footer nav".split()
)
_ELSEWHERE = frozenset("nav header footer h1 h2 h3 h4 h5 h6 figcaption title script style".split())
_PLAIN = ("p", "h2", "h3", "h4", "h5", "div")
_OPENS, _CLOSES = '"“„«»‘‚「『', '"”“»«’‘」』'
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
    leaves = [leaf for leaf in tree.iter(*_LEAVES) if _is_leaf(leaf) and not _stands_elsewhere(leaf, marked)]
    text = f" {' | '.join(_flatten(_words_without(leaf, marked)) for leaf in leaves)} "
    for element in apart:
        if element.getparent() is None:
            continue  # it went with the one around it
        if _is_repeated(_said(element), text):
            drop_element(element)
        elif _SURELY.search(_names(element)):
            _set_alone(element)
    _drop_repeated_paragraphs(leaves, tree, marked)


def _find_apart(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Return what is set apart by its tag or its name, and is no large part of the page."""
    most = _MOST_OF_A_PAGE * count_prose(tree)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "main", "article", "h1"):
            continue
        if element.tag in _APART_TAGS or _NAMES.search(_names(element)):
            length = len(" ".join(element.text_content().split()))
            if _SHORTEST <= length <= _LONGEST and count_prose(element) <= max(most, _LONGEST / 2):
                found.append(element)
    return found[:_MOST_APART]


def _names(element: html.HtmlElement) -> str:
    """Return what an element is called, in words: "pull quote" for "pull-quote" and "PullQuote"."""
    return " ".join(_HUMPS.sub(" ", value[:200]).lower() for name in _NAMING if (value := element.get(name)))


def _is_leaf(element: html.HtmlElement) -> bool:
    """Tell whether an element holds text and no other block."""
    return element.tag == "p" or not any(inner.tag in _BLOCKS for inner in element.iterdescendants())


def _stands_elsewhere(element: html.HtmlElement, apart: set[html.HtmlElement]) -> bool:
    return any(around.tag in _ELSEWHERE or around in apart for around in (element, *element.iterancestors()))


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
    leaves: list[html.HtmlElement], tree: html.HtmlElement, apart: set[html.HtmlElement]
) -> None:
    """Take out paragraphs and headings that are nothing but words in quotation marks, and stand within another paragraph as well."""
    whole = [(leaf, f" {_flatten(leaf.text_content())} ") for leaf in leaves if leaf.getparent() is not None]
    for element in list(tree.iter(*_PLAIN)):
        if not _is_leaf(element) or element.getparent() is None:
            continue
        words = " ".join(element.text_content().split())
        marked = _IN_MARKS.fullmatch(words) if _SHORTEST <= len(words) <= _LONGEST and words[0] in _OPENS else None
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
