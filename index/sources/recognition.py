"""What text recognition says of a page -> pieces of text, and a text without the sentences that it is not sure of (pure).

A word that was read wrongly would be quoted as the article's own. So each word keeps the confidence that Tesseract gives it, and a
sentence with a word below the bar is left out whole and told in the report. The bar is higher for figures and names, which no other
word of the sentence gives away when they are wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.sources.pdf_pieces import Piece
from index.text.sentences import split_sentences

DOUBT = "\ufdd0"
"""Stands before a word that is not sure. It is no character of any text (https://www.unicode.org/faq/private_use.html#nonchar1)."""

SURE_WORD = 60.0
"""Of 100, as Tesseract counts; what it reads well has 90 and more."""
SURE_NAME = 80.0
"""Of words with a figure or a capital."""

_COLUMNS = ("level", "block_num", "par_num", "line_num", "left", "top", "width", "height", "conf", "text")
_WORD_LEVEL = 5
_TELLING = re.compile(r"\w")
_FEWEST_LETTERS = 30
_SHOWN = 3  # sentences
_SHOWN_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class _Word:
    line: tuple[int, int, int]
    left: int
    top: int
    right: int
    bottom: int
    text: str


def read_tsv(tsv: str, *, scale: float, height: float) -> list[Piece]:
    """Return the lines that Tesseract found on a page, words that are not sure marked with ``DOUBT``.

    Args:
        tsv: its output, a row for each word; rows that break off are passed over.
        scale: pixels of the picture for each point of the page.
        height: of the page, in points: pictures count from the top, pages from the bottom.
    """
    rows = csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [word for row in rows if (word := _read_word(row))]
    return [_join(list(line), scale, height) for _, line in groupby(words, key=lambda word: word.line)]


@dataclass(frozen=True, slots=True)
class Certain:
    """A text without its doubtful sentences.

    Attributes:
        left_out: those, without marks.
        kept: how many stayed.
    """

    text: str
    left_out: tuple[str, ...]
    kept: int

    @property
    def is_legible(self) -> bool:
        """Whether enough stayed to be read as an article: what stands between guesses is a guess."""
        return self.kept > len(self.left_out) and sum(map(str.isalnum, self.text)) >= _FEWEST_LETTERS


def without_doubtful(text: str, language: str | None) -> Certain:
    """Return a text without its doubtful sentences.

    What stood before and after one becomes two paragraphs: joined, the second could lean on what is not there.
    """
    kept: list[str] = []
    left_out: list[str] = []
    for span in split_sentences(text, language or "en"):
        sentence = span.slice(text)
        if DOUBT not in sentence:
            kept.append(sentence)
            continue
        left_out.append(" ".join(sentence.replace(DOUBT, "").split()))
        if kept:
            kept[-1] = kept[-1].rstrip() + "\n\n"
    return Certain("".join(kept).strip(), tuple(left_out), len(kept))


def tell(pages: int, certain: Certain, doubtful_facts: Iterable[str]) -> str:
    """Return for the report what was recognised and what was left out."""
    said = f"the text of {_count(pages, 'page')} was recognised in {'its picture' if pages == 1 else 'their pictures'}"
    left_out = certain.left_out
    if left_out:
        shown = "; ".join(f'"{_shorten(sentence)}"' for sentence in left_out[:_SHOWN])
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        said += f"; {len(left_out)} of {_count(len(left_out) + certain.kept, 'sentence')} left out, because a word in each is not sure: {shown}{more}"
    if named := " and ".join(sorted(doubtful_facts)):
        said += f"; its {named} is unknown, because a word of it is not sure"
    return f"{said}."


def _read_word(row: Mapping[str | None, str | list[str] | None]) -> _Word | None:
    values = [row.get(name) for name in _COLUMNS]
    if not all(isinstance(value, str) for value in values):
        return None
    *numbers, words = (str(value) for value in values)
    try:
        level, block, paragraph, line, left, top, width, tall = (int(number) for number in numbers[:-1])
        confidence = float(numbers[-1])
    except ValueError:
        return None
    text = "".join(words.split()).replace(DOUBT, "")
    if level != _WORD_LEVEL or not text:
        return None
    bar = SURE_NAME if any(letter.isdigit() or letter.isupper() for letter in text) else SURE_WORD
    doubt = DOUBT if _TELLING.search(text) and not confidence >= bar else ""
    return _Word((block, paragraph, line), left, top, left + width, top + tall, doubt + text)


def _join(words: Sequence[_Word], scale: float, height: float) -> Piece:
    return Piece(
        min(word.left for word in words) / scale,
        height - max(word.bottom for word in words) / scale,
        max(word.right for word in words) / scale,
        height - min(word.top for word in words) / scale,
        " ".join(word.text for word in words),
    )


def _shorten(sentence: str) -> str:
    return sentence if len(sentence) <= _SHOWN_CHARACTERS else f"{sentence[:_SHOWN_CHARACTERS].rstrip()}…"


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
