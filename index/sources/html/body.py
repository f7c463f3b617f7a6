"""The text of a page's article: found by one reader, and by a second one where the first may have failed.

Trafilatura reads the page with what surrounds an article taken off, and once more as it is. Where the two differ, or
leave much of the page's prose behind, readability reads it too, and of what was found the text is taken on which the others
agree most: the page's own paragraphs, and the body that its JSON-LD states. So a longer text does not win for being long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

import trafilatura
from lxml import etree, html
from readability import Document

from index.sources.html.after_story import without_what_follows
from index.sources.html.blocks import read_blocks
from index.sources.html.boilerplate import drop_elsewhere, drop_furniture, keep_linked_sentences
from index.sources.html.data_tables import spell_out_tables
from index.sources.html.foreign import drop_foreign, is_foreign, is_no_article
from index.sources.html.hidden import count_prose
from index.sources.html.pull_quotes import settle_pull_quotes
from index.sources.html.ruby import spell_out_ruby
from index.sources.html.standfirst import drop_above_headline, drop_standfirst

_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|\w+")
_RUN = 3  # words whose order is compared
_SAME = 0.9  # of what is compared
_LEAST_TAKEN = 0.7  # of the prose of the pruned page; where less is, a second reader is asked
_SHORTEST_PARAGRAPH = 60  # characters
_TEXT_TAGS = ("p", "h2", "h3", "h4", "li")
_TOO_OFTEN = 3  # for a paragraph of an article; what stands in the place of each missing embed is repeated
_MANY_GAPS = 2  # headings and items
_SHORT = 1000  # characters; so short a text may be what pruning left of it
_LEAST_KEPT = 0.5  # of what is found without pruning
_FEWEST_CHARACTERS = 300  # a shorter text is looked for once more
_LONGEST_OPENING = 120  # characters of what the page says of its article
_WITHOUT_OPENING = 0.3  # of its weight
_SURELY_BETTER = 1.1  # times as much agreement as the first choice, before another is taken

Runs = Counter[tuple[str, ...]]


def find_lines(tree: html.HtmlElement, declared: str, described: str = "") -> list[str]:
    """Return the paragraphs of the article on a page, none where it has no article.

    Args:
        tree: the page without what is hidden on it.
        declared: the body of the article as the page's JSON-LD states it: what was found is compared with it.
        described: what the page's meta tags say of the article.
    """
    drop_foreign(tree)
    settle_pull_quotes(tree)
    spell_out_ruby(tree)
    drop_above_headline(tree)
    drop_standfirst(tree, described)
    keep_linked_sentences(tree)
    spell_out_tables(tree)
    pruned = deepcopy(tree)
    drop_elsewhere(pruned)
    drop_furniture(pruned)
    first = _extract(pruned)
    length = sum(map(len, first))
    alike: list[str] = []
    sure = length >= max(_FEWEST_CHARACTERS, _LEAST_TAKEN * count_prose(pruned)) and not _misses(first, declared)
    if not sure:
        alike = _find_alike(pruned)
        # What two ways of reading find is the text, however much else the page says.
        witness = "\n".join(alike) or declared
        sure = length >= _FEWEST_CHARACTERS and bool(witness) and not _misses(first, witness)
    if sure and not is_no_article(first):
        lines = _extract_with_gaps_closed(pruned, first)
    else:
        lines = _choose(
            [_extract_again(tree, pruned, first), _read_again(pruned, tree)],
            [alike or _find_alike(pruned), declared.splitlines()],
            [_find_opening(tree), described[:_LONGEST_OPENING].rpartition(" ")[0]],
        )
    often = Counter(line for line in lines if len(line) > _SHORTEST_PARAGRAPH)
    # A question is put to several people; a notice is none.
    kept = [line for line in lines if not is_foreign(line) and (often[line] < _TOO_OFTEN or line.endswith("?"))]
    return without_what_follows(kept)


def _extract_with_gaps_closed(pruned: html.HtmlElement, first: list[str]) -> list[str]:
    """Return the text with the headings and items of lists that stand between its paragraphs, if it left them out."""
    taken = set(first) | {line.removeprefix("- ") for line in first}
    blocks = [(element.tag, " ".join(element.text_content().split())) for element in pruned.iter(*_TEXT_TAGS)]
    places = [place for place, (tag, words) in enumerate(blocks) if tag == "p" and words in taken]
    between = blocks[places[0] : places[-1]] if places else []
    if sum(tag != "p" and bool(words) and words not in taken for tag, words in between) < _MANY_GAPS:
        return first
    again = _extract(pruned, thoroughly=True)
    return again if _holds(_runs(again), _runs(first)) else first


def _extract_again(tree: html.HtmlElement, pruned: html.HtmlElement, first: list[str]) -> list[list[str]]:
    """Return what one reader finds in three ways, the likeliest first."""
    whole = _extract(tree)
    length = sum(map(len, first))
    thorough = _extract(pruned, thoroughly=True) if length < _FEWEST_CHARACTERS else []
    cut = length < _SHORT and length < _LEAST_KEPT * sum(map(len, whole)) and _holds(_runs(whole), _runs(first))
    return [whole] if cut else [first, thorough, whole]


def _misses(lines: Sequence[str], declared: str) -> bool:
    """Tell whether a text lacks much of the declared one, or has much more than it."""
    return bool(declared) and _agreement(_runs(lines), _runs([declared])) < _SAME


def _choose(found: Sequence[list[list[str]]], witnesses: Sequence[list[str]], openings: Sequence[str]) -> list[str]:
    """Return the text that agrees most with what other readers found and with the witnesses; the first where it is about even.

    Args:
        found: for each reader the texts that it found.
        witnesses: texts that are no candidates.
        openings: how the text begins, the likelier first; where some texts hold one, those without it are less likely.
    """
    texts = [
        (reader, lines, _runs(lines))
        for reader, texts in enumerate(found)
        for lines in texts
        if lines and not is_no_article(lines)
    ]
    seen = [_runs(lines) for lines in witnesses if lines]
    held = ({at for at, (_, _, own) in enumerate(texts) if _holds(own, _runs([words]))} for words in openings if words)
    likely = next((places for places in held if places), set(range(len(texts))))
    agreed = []
    for at, (reader, _, own) in enumerate(texts):
        others = [_agreement(own, runs) for other, _, runs in texts if other != reader]
        weight = 1.0 if at in likely else _WITHOUT_OPENING
        agreed.append(weight * (max(others, default=0.0) + sum(_cover(own, runs) for runs in seen)))
    chosen: int | None = None
    for reader in range(len(found)):
        for at, text in enumerate(texts):
            # What comes first stays where another text is about as good.
            if text[0] == reader and (chosen is None or agreed[at] > _SURELY_BETTER * agreed[chosen]):
                chosen = at
    return [] if chosen is None else texts[chosen][1]


def _find_opening(tree: html.HtmlElement) -> str:
    """Return the first paragraph of prose that follows the page's headline; empty where nobody can say."""
    headlines = list(tree.iter("h1"))
    if len(headlines) != 1:
        return ""
    for element in headlines[0].xpath("following::p[string-length(normalize-space()) > 60]")[:1]:
        return " ".join(element.text_content().split())
    return ""


def _holds(text: Runs, part: Runs) -> bool:
    return (text & part).total() >= _SAME * part.total()


def _runs(lines: Sequence[str]) -> Runs:
    words = [word for line in lines for word in _UNIT.findall(line.casefold())]
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def _agreement(ours: Runs, theirs: Runs) -> float:
    """Return the share of both texts that is the same, from 0 to 1."""
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def _cover(text: Runs, witness: Runs) -> float:
    """Return how well a text covers a witness, from 0 to 1: what it lacks weighs four times what it has besides."""
    shared = (text & witness).total()
    return 5 * shared / max(1, text.total() + 4 * witness.total())


def _find_alike(tree: html.HtmlElement) -> list[str]:
    """Return the paragraphs of prose that are made alike: of all makes the one that has most to say."""
    makes: dict[tuple[str, ...], list[str]] = {}
    for element in tree.iter("p"):
        words = " ".join(element.text_content().split())
        linked = sum(len(link.text_content()) for link in element.iter("a"))
        if len(words) > _SHORTEST_PARAGRAPH and linked < len(words) / 2:
            around = element.getparent()
            make = (element.get("class", ""), str(around.tag), around.get("class", ""))
            makes.setdefault(make, []).append(words)
    once = [list(dict.fromkeys(words for words in found if not is_foreign(words))) for found in makes.values()]
    return max(once, key=lambda found: sum(map(len, found)), default=[])


def _extract(tree: html.HtmlElement, *, thoroughly: bool = False) -> list[str]:
    body = trafilatura.extract(
        tree, output_format="txt", include_comments=False, include_tables=True, fast=not thoroughly
    )
    return [line.strip() for line in (body or "").splitlines() if line.strip()]


def _read_again(*trees: html.HtmlElement) -> list[list[str]]:
    """Return the paragraphs that readability finds on the first of the pages on which it finds an article."""
    for tree in trees:
        try:
            summary = Document(etree.tostring(tree, encoding="unicode", method="html")).summary(html_partial=True)
            found = html.document_fromstring(summary)
        except (etree.LxmlError, ValueError, AssertionError, TypeError, AttributeError):  # what it raises on odd pages
            continue
        lines = [" ".join(line.split()) for block in read_blocks(found) for line in block.words.split("\n")]
        if sum(map(len, lines)) >= _FEWEST_CHARACTERS and not is_no_article(lines):
            return [[line for line in lines if line]]
    return []
