"""The standfirst: what stands between an article's headline and its text, and says in a sentence or two what the text says.

It is the work of an editor and tells a second time what the text tells with its speakers and its circumstances, so it goes, as
pull quotes do. One whose words the text does not take up again, or that gives a figure of its own, stays: it says something of its
own. So does the first paragraph of the text, however it is called: a standfirst is set apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import html

from index.sources.html.hidden import count_prose, drop_element

_BLOCKS = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "div", "span", "ul", "li"))
_HOLDS_BLOCKS = frozenset(
    "p div ul ol li table section article aside figure h1 h2 h3 h4 h5 h6 header footer nav form blockquote".split()
)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_NAMES = re.compile(
    r"\b(?:standfirst|stand first|sub ?titles?|sub ?heads?|sub ?headings?|sub ?headlines?|sub ?lines?|deks?|decks?|ledes?|lead|leads|lead ?text"
    r"|preface|vor ?spann|excerpts?|chap[oô]|chapeau|sapo|ingress|entradilla|bajada|copete|sumario|sommario"
    r"|sommaire|occhiello|abstracts?|summary|item ?description|spot|short ?text|teaser|secondary ?title|under ?rubrik|perex|manchet|brodtekst intro)\b"
)
# What may be called so within the text too, unless it stands in a container of its own.
_WEAK_NAMES = re.compile(r"\b(?:intros?|introductions?)\b")
# What content systems call a field that may hold both.
_OF_A_FIELD = re.compile(r"(?<!\S)\S*with-summary\S*")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s_-]+")
_NAMING = ("class", "id", "itemprop", "data-testid", "data-component", "data-external-selector")
_AROUND = 3  # elements around a block whose names count
_MOST_AROUND = 1.5  # times as long as the block itself; a larger one is not its own
_SHORTEST, _LONGEST = 40, 700  # characters
_MOST_BLOCKS = 40  # that are looked at behind the headline
_MOST_FOUND = 6
_MOST_ABOVE = 0.25  # of the prose of a page
_REPEATED = 0.5  # of its words, at least, stand in the text again
_FEWEST_WORDS = 30  # of a text whose standfirst is looked for
_LETTERS = 5  # at the beginning of a word, by which it is known in another form
_SHORTEST_WORD = 4
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]{2,}")
_WORD = re.compile(r"\w+")


def drop_standfirst(tree: html.HtmlElement, described: str) -> None:
    """Take out what stands between headline and text, is set apart from the text, and is said in it again.

    Args:
        tree: the page.
        described: what the page's meta tags say of its article; many repeat its standfirst there.
    """
    headline = _find_headline(tree)
    if headline is None:
        return
    found = _find_apart(headline, " ".join(described.split()))
    if not found:
        return
    body = tree.find("body")
    text = " ".join((tree if body is None else body).text_content().split())
    for element in (headline, *found):
        text = text.replace(_words(element), " ", 1)
    known = _keys(text)
    if len(known) < _FEWEST_WORDS:
        return
    for element in found:
        own = _keys(_words(element))
        figures = {key for key in own if key.isdigit()}
        # A figure that the text does not give is a fact that only the standfirst tells.
        said_again = len(own & known) >= _REPEATED * len(own) and figures <= known
        if said_again and element.getparent() is not None:
            drop_element(element)


def drop_above_headline(tree: html.HtmlElement) -> None:
    """Take out the prose that stands above the headline, where that is a small part of the page's: previews of other articles."""
    headline = _find_headline(tree)
    if headline is None:
        return
    above = [
        sibling
        for around in (headline, *headline.iterancestors())
        for sibling in around.itersiblings(preceding=True)
        if sibling.tag != "head" and count_prose(sibling)
    ]
    if above and sum(map(count_prose, above)) < _MOST_ABOVE * count_prose(tree):
        for element in above:
            drop_element(element)


def _find_headline(tree: html.HtmlElement) -> html.HtmlElement | None:
    """Return the top heading of a page; of several the one that the title of the page repeats, if one does."""
    headings = [heading for heading in tree.iter("h1") if next(heading.iterancestors("li", "nav"), None) is None]
    if len(headings) > 1:
        title = _fold(tree.xpath("string(//title)"))
        headings = [heading for heading in headings if (words := _fold(_words(heading))) and words in title]
    return headings[0] if headings and len({_words(heading) for heading in headings}) == 1 else None


def _find_apart(headline: html.HtmlElement, described: str) -> list[html.HtmlElement]:
    """Return the blocks between a headline and the first paragraph of the text that are set apart from it."""
    header = next(headline.iterancestors("header"), None)
    found: list[html.HtmlElement] = []
    looked_at = 0
    for element in _following(headline):
        if element.tag not in _BLOCKS or not _is_leaf(element):
            continue
        if element.tag == "span" and (around := element.getparent()) is not None and around.tag in _BLOCKS - {"div"}:
            continue
        words = _words(element)
        if len(words) < _SHORTEST:
            looked_at += bool(words)
        elif len(words) <= _LONGEST and _is_apart(element, words, header, headline, described):
            found.append(element)
        elif element.tag != "span":
            break
        if looked_at > _MOST_BLOCKS:
            break
    return found if len(found) <= _MOST_FOUND else []


def _is_apart(
    element: html.HtmlElement, words: str, header: html.HtmlElement | None, headline: html.HtmlElement, described: str
) -> bool:
    around = list(element.iterancestors())
    if element.tag in _HEADINGS or (header is not None and header in around):
        return True
    if _is_named(element, _NAMES):
        return True
    for outer in around[:_AROUND]:
        if outer is headline.getparent() or len(_words(outer)) > _MOST_AROUND * len(words):
            break
        if _is_named(outer, _NAMES) or _is_named(outer, _WEAK_NAMES) or _is_named(element, _WEAK_NAMES):
            return True
    return bool(described) and words[:_SHORTEST] == described[:_SHORTEST] and _stands_alone(element)


def _stands_alone(element: html.HtmlElement) -> bool:
    """Tell whether an element stands in another container than the paragraph that follows it, and is made otherwise."""
    for other in _following(element):
        if other.tag in ("p", "div") and _is_leaf(other) and len(_words(other)) >= _SHORTEST:
            alike = other.get("class") == element.get("class") and bool(element.get("class"))
            return other.getparent() is not element.getparent() and not alike
    return True


def _following(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield the elements behind one, in the order of the page."""
    here: html.HtmlElement | None = element
    while here is not None:
        for sibling in here.itersiblings():
            yield from sibling.iter()
        here = here.getparent()


def _is_leaf(element: html.HtmlElement) -> bool:
    return not any(inner.tag in _HOLDS_BLOCKS for inner in element.iterdescendants())


def _is_named(element: html.HtmlElement, names: re.Pattern[str]) -> bool:
    return any(name in _NAMING and _has_name(value[:200], names) for name, value in element.items())


@lru_cache(maxsize=4096)
def _has_name(value: str, names: re.Pattern[str]) -> bool:
    return names.search(_HUMPS.sub(" ", _OF_A_FIELD.sub("", value)).lower()) is not None


def _fold(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def _keys(words: str) -> set[str]:
    """Return what the longer words of a text begin with; of scripts without spaces each pair of signs."""
    keys = {
        word[:_LETTERS] for word in _WORD.findall(words.casefold()) if len(word) >= _SHORTEST_WORD or word.isdigit()
    }
    for run in _UNSPACED.findall(words):
        keys.update(run[at : at + 2] for at in range(len(run) - 1))
    return keys


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
