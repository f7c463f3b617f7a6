"""A sum or a difference of two cited figures, computed by rule and told with its operands (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from index.articles import Span
from rag.answer_types import Quote
from rag.language.figures import Figure, find_figures
from rag.language.number_words import SCALES
from rag.question.sums import Operation

COMPUTED = "computed from the two figures that are cited, not said by an article"
_NO_VALUES = ("ordinal", "clock", "times")
_SIGNS = {"dollars": "$", "euros": "€", "pounds": "£", "yen": "¥"}
_SCALE_WORDS = {value: word for word, value in SCALES.items() if value >= 1_000_000}


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure of a quote that a computation takes.

    Attributes:
        value: in units of ``unit``.
        unit: as in ``rag.language.number_scan.Reading``; empty for a plain count.
        words: as the quote has it.
        nouns: stems of what it counts, where the quote says so right behind it.
        following: the first of those words as written.
        rough: whether the quote gives it as about, over or under.
    """

    value: Fraction
    unit: str
    words: str
    nouns: frozenset[str]
    following: str
    rough: bool


def find_operand(quote: Quote, words: Span) -> Operand | None:
    """Return the one figure that a quote answers with, or None where it has none, or several.

    Args:
        words: where in the quote the words stand that answer.
    """
    answer = words.slice(quote.quote)
    figures = [
        figure
        for figure in find_figures(quote.quote)
        if _counts(figure) and (figure.words in answer or answer in figure.words)
    ]
    if len({figure.words for figure in figures}) != 1:
        return None
    figure = figures[0]
    return Operand(
        value=figure.readings[0].value,
        unit=figure.readings[0].unit,
        words=figure.words,
        nouns=figure.nouns,
        following=figure.following[0] if figure.following else "",
        rough=figure.rough or bool(figure.bound),
    )


def compute(operation: Operation, operands: Sequence[Operand]) -> str | None:
    """Return the sentence that tells the result, or None where the two are of different units or count different things.

    Args:
        operands: two, in the order in which the question names them.
    """
    first, second = operands
    if first.unit != second.unit or (first.nouns and second.nouns and not first.nouns & second.nouns):
        return None
    low, high = sorted((first, second), key=lambda each: each.value)
    about = "about " if first.rough or second.rough else ""
    if operation == "total":
        result = _tell(first.value + second.value, first, percent="percent")
        return f"Together {about}{result}: {first.words} and {second.words}."
    result = _tell(high.value - low.value, first, percent="percentage points")
    return f"The difference is {about}{result}: {high.words} less {low.words}."


def _counts(figure: Figure) -> bool:
    return not figure.slight and not figure.vague and figure.readings[0].unit not in _NO_VALUES


def _tell(value: Fraction, like: Operand, *, percent: str) -> str:
    """Return a value as its operands are written: "$500 million", "1.3 percentage points", "3,700 members"."""
    scale = max((each for each in _SCALE_WORDS if value >= each), default=1)
    number = _plain(value / scale) + (f" {_SCALE_WORDS[scale]}" if scale > 1 else "")
    if like.unit in _SIGNS:
        return f"{_SIGNS[like.unit]}{number}"
    unit = percent if like.unit in ("percent", "points") else like.unit or like.following
    return f"{number} {unit}" if unit else number


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{int(value):,}"
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")
