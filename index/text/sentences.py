"""Text -> sentences, as spans that tile it.

``sentencex`` proposes where sentences begin, by the rules of the text's language. On English news it breaks wrongly after some titles and times
("Ms.", "9 a.m. Monday") and misses some breaks ("said no. St. Louis won"); ``abbreviations`` decides those,
and ``abbreviations_elsewhere`` takes back what is known to be wrong in other languages.
Lines are looked at first: a sentence never runs over a blank line, a heading or the start of a list item, but
it does run over the line ends of text that is wrapped at a fixed width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from index.articles import Span
from index.text.abbreviations import Quotation, belongs_together, find_missed_starts
from index.text.abbreviations_elsewhere import is_no_end
from index.text.languages import ENGLISH

_PARAGRAPH_END = re.compile(r"\n\s*\n\s*")
_LIST_ITEM = re.compile(r"(?:[-*•‣◦▪–—]|\d{1,3}[.)])\s+\S")
_WIDEST_WRAPPED_LINE = 120  # code points; longer lines are paragraphs that no one wrapped
_LONGEST_LIST_MARKER = 8
# Code points that sentencex is given at once: it takes quadratic time where quotation marks are not closed.
_WINDOW = 20_000
_WORD = re.compile(r"\S")
_LIST_MARKER = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z])[.)]\s*")


def split_sentences(text: str, language: str | None = ENGLISH) -> tuple[Span, ...]:
    """Return the sentences of ``text``: the first starts at 0, each where the one before ends, the last ends
    at the end. White space belongs to the sentence before it; closing quotation marks and brackets do as
    well. Empty text has no sentences.

    Args:
        language: that of the text; one that nobody knows is taken for English.
    """
    starts = [0] if text else []
    for block in _find_blocks(text):
        inside = [block.start + start for start in _find_starts(block.slice(text), language or ENGLISH)]
        starts.extend(start for start in (block.start, *inside) if text[starts[-1] : start].strip())
    ends = [*starts[1:], len(text)] if text else []
    return tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))


def trimmed(text: str, span: Span) -> Span:
    """Return ``span`` without the white space at its ends; of white space only, an empty span at its
    start.
    """
    words = span.slice(text)
    start = span.start + len(words) - len(words.lstrip())
    stripped = words.strip()
    return Span(start, start + len(stripped)) if stripped else Span(span.start, span.start)


def _find_blocks(text: str) -> Iterator[Span]:
    """Yield the stretches of text that sentences do not run out of; white space may lie between them."""
    start = 0
    for end, next_start in [
        *((match.start(), match.end()) for match in _PARAGRAPH_END.finditer(text)),
        (len(text),) * 2,
    ]:
        yield from _split_lines(text, Span(start, end))
        start = next_start


def _split_lines(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the paragraph, cut where a line ends on purpose."""
    lines = paragraph.slice(text).split("\n")
    widest = max(map(len, lines))
    start = end = paragraph.start
    for number, line in enumerate(lines):
        end += len(line) + 1
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if following and _ends_on_purpose(line, following, widest):
            yield Span(start, end)
            start = end
    if start < paragraph.end:
        yield Span(start, paragraph.end)


def _ends_on_purpose(line: str, following: str, widest: int) -> bool:
    """Tell whether a line was ended, as headings and short paragraphs are, and not wrapped.

    Wrapping breaks a line only where the next word does not fit; so a line that had room for it was ended.
    """
    if _LIST_ITEM.match(following):
        return True
    words = following.split(maxsplit=1)
    if not words or not line.strip() or line.rstrip().endswith((",", ";")) or words[0][0].islower():
        return False
    letters = [character for character in line if character.isalpha()]
    if len(letters) > 3 and all(map(str.isupper, letters)):
        return not all(map(str.isupper, filter(str.isalpha, following)))
    return widest > _WIDEST_WRAPPED_LINE or len(line) + 1 + len(words[0]) <= widest


def _find_starts(block: str, language: str) -> list[int]:
    """Return where sentences begin within a block, in order; never at its first word."""
    # sentencex 1.0.32 panics at a wide space after an initial, and takes a line end for a word's.
    flat = "".join(" " if character.isspace() else character for character in block)
    first_word = len(flat) - len(flat.lstrip())
    proposed = _propose_starts(flat, language)
    if language != ENGLISH:
        return _take_back(flat, sorted(start for start in proposed if first_word < start < len(flat)), language)
    starts: list[int] = []
    last = seen = 0
    quotation = Quotation()
    for start in sorted(proposed.union(find_missed_starts(flat))):
        if not first_word < start < len(flat):
            continue
        quotation.read(flat, seen, start)
        seen = start
        if start not in proposed and quotation.is_open():
            continue
        if start - last < _LONGEST_LIST_MARKER and _LIST_MARKER.fullmatch(flat, last, start):
            continue
        if not belongs_together(flat, last, start):
            starts.append(start)
            last = start
            quotation = Quotation()
    return starts


def _take_back(flat: str, proposed: list[int], language: str) -> list[int]:
    """Return the proposed starts of a text that is not English, without those that are none."""
    starts: list[int] = []
    last = 0
    for start in proposed:
        is_marker = start - last < _LONGEST_LIST_MARKER and _LIST_MARKER.fullmatch(flat, last, start)
        if not is_marker and not is_no_end(flat, last, start, language):
            starts.append(start)
            last = start
    return starts


def _propose_starts(flat: str, language: str) -> set[int]:
    """Return where ``sentencex`` begins a sentence, moved past the white space there."""
    starts: set[int] = set()
    edge = 0
    while edge < len(flat):
        if flat[edge - 2 : edge] == ". ":
            starts.add(edge)
        end = edge + _WINDOW
        if end < len(flat):
            end = flat.rfind(". ", edge, end - 2) + 2 if ". " in flat[edge : end - 2] else end
        for start in _ask_segmenter(flat[edge:end], language):
            word = _WORD.search(flat, edge + start)
            if start and word:
                starts.add(word.start())
        edge = end
    return starts


def _ask_segmenter(window: str, language: str) -> list[int]:
    try:
        return [boundary["start_index"] for boundary in get_sentence_boundaries(language, window)]
    except BaseException as error:
        # A panic of the Rust code is no Exception: it would end the whole ingest. A long sentence is better.
        if type(error).__name__ != "PanicException":
            raise
        return []
