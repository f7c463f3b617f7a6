"""Lines in reading order -> the paragraphs they make, words joined that were broken at line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.sources.pdf_pieces import LIKE_SIZE, Line

_NEW_PARAGRAPH_GAP = 1.45  # times the usual distance of lines
_INDENT = 0.7  # times the height
_SHORT_LINE = 0.85  # of the column's width
_OTHER_SIZE = 1.15
_MOST_BETWEEN = 6  # paragraphs of a caption
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Lt|Col|Sgt|Capt|Sen|Rep|Gov|Rev|No|vs|[A-Z])\.$")
_ENDS_SENTENCE = re.compile(r"""[.!?…:]["'”’»)\]]*$""")
_BREAKS_WORD = re.compile(r"(?P<start>[^\W\d_]+)[-\u00ad\u2010\x02\ufffe]$")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    lines: list[Line]

    @property
    def size(self) -> float:
        return median(line.piece.type_size for line in self.lines)

    def goes_on(self, other: _Paragraph) -> bool:
        """Tell whether another begins in the middle of the sentence that this one leaves open."""
        last, first = self.lines[-1], other.lines[0]
        if last.alone or first.alone or not _is_like(self.size, other.size):
            return False
        said, following = last.piece.text.rstrip(), first.piece.text.lstrip()
        if _ENDS_SENTENCE.search(said) and not _ABBREVIATED.search(said):
            return False
        return following[:1].islower() or (_BREAKS_WORD.search(said) is not None)


def make_paragraphs(lines: Sequence[Line], known_words: frozenset[str]) -> Iterator[str]:
    """Yield the paragraphs that lines make, words that were broken at their ends joined.

    Args:
        lines: in reading order.
        known_words: those of the whole document, in lower case: a hyphen stays where the word is written with it
            elsewhere.
    """
    for paragraph in _without_interruptions(_split(lines)):
        yield _join_lines([line.piece.text for line in paragraph.lines], known_words)


def _split(lines: Sequence[Line]) -> list[_Paragraph]:
    step = _usual_step(lines)
    paragraphs: list[_Paragraph] = []
    for number, line in enumerate(lines):
        if not number or _begins_paragraph(lines[number - 1], line, step):
            paragraphs.append(_Paragraph([]))
        paragraphs[-1].lines.append(line)
    return paragraphs


def _without_interruptions(paragraphs: Sequence[_Paragraph]) -> Iterator[_Paragraph]:
    """Yield paragraphs; a caption or a quotation in other letters that stands in the middle of one follows it."""
    waiting = list(paragraphs)
    while waiting:
        current = waiting.pop(0)
        for place, other in enumerate(waiting[:_MOST_BETWEEN]):
            if place and current.goes_on(other):
                # What was between them stays where it is, and so comes behind the whole.
                current = _Paragraph([*current.lines, *other.lines])
                del waiting[place]
                break
            if _is_like(other.size, current.size) or other.lines[0].alone:
                break
        yield current


def _is_like(size: float, other: float) -> bool:
    return max(size, other) <= LIKE_SIZE * min(size, other)


def list_words(lines: Sequence[Line]) -> frozenset[str]:
    """Return all words that stand within lines, in lower case."""
    return frozenset(word for line in lines for word in _WORDS.findall(line.piece.text.lower()))


def _usual_step(lines: Sequence[Line]) -> float:
    """Return the usual distance from one line to the next of its column, in points."""
    steps = [_step(before, line) for before, line in pairwise(lines) if before.column == line.column]
    return median(step for step in steps if step > 0) if any(step > 0 for step in steps) else 12.0


def _step(before: Line, line: Line) -> float:
    """Return how far a line lies below the one before; letters below the line make one of two bottoms deceive."""
    return min(before.piece.bottom - line.piece.bottom, before.piece.top - line.piece.top)


def _begins_paragraph(before: Line, line: Line, step: float) -> bool:
    if before.alone or line.alone:
        return True
    sizes = sorted((before.piece.type_size, line.piece.type_size))
    if sizes[1] > _OTHER_SIZE * 1.2 * max(sizes[0], 1.0):
        return True
    said = before.piece.text.rstrip()
    ends = _ENDS_SENTENCE.search(said) is not None and not _ABBREVIATED.search(said)
    # Text that flows around a picture begins further right without a new paragraph.
    goes_on = not ends and line.piece.text.lstrip()[:1].islower()
    indented = line.piece.left - line.column[0] > _INDENT * line.piece.height and not goes_on
    beside = line.piece.left >= before.column[1] or line.piece.right <= before.column[0]
    if beside or line.piece.bottom >= before.piece.bottom:
        return indented or (ends and _is_short(before))
    if _step(before, line) > _NEW_PARAGRAPH_GAP * step:
        return True
    if before.column != line.column:
        return indented or (ends and _is_short(before))
    was_indented = before.piece.left - before.column[0] > _INDENT * before.piece.height
    if indented and (not was_indented or _is_short(before)):
        return True
    return ends and _is_short(before)


def _is_short(line: Line) -> bool:
    left, right = line.column
    return line.piece.right - left < _SHORT_LINE * (right - left)


def _join_lines(lines: Sequence[str], known_words: frozenset[str]) -> str:
    text = ""
    for line in lines:
        words = " ".join(line.split())
        broken = _BREAKS_WORD.search(text)
        if broken is None or not words[:1].islower():
            text = f"{text} {words}" if text else words
            continue
        following = _WORDS.match(words)
        end = following.group() if following else ""
        whole = f"{broken['start']}-{end}".lower()
        text = text[:-1] + ("-" if whole in known_words else "") + words
    return re.sub("[\u00ad\x02\ufffe]", "", text)
