"""A question for a sum or a difference to the two figures that it takes, each in a quote that answers its own question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from index.articles import Span
from index.text.lexical import content_words, stem, stems
from rag.answer_types import Quote
from rag.models.reader import read_closely
from rag.question.sums import Sum
from rag.write.collection import Facts
from rag.write.computed import COMPUTED, Operand, compute, find_operand

_ASKS = {stem("much"), stem("many")}
_SURE = 3.0  # log-odds against no answer: a wrong sum is worse than none


@dataclass(frozen=True, slots=True)
class _Given:
    """A figure that answers one of the two questions, and how likely it does."""

    quote: Quote
    operand: Operand
    likely: float


def compute_from(asked: Sum, *, find: Callable[[str], Sequence[Quote]], judge: object, least: float) -> Facts | None:
    """Return the quotes and the sentence that tells the result, or None where one of the figures is not to be had.

    A quote that gives both figures goes before two that give one each: what stands side by side is of the same thing.

    Args:
        find: returns the quotes that answer a question, the likeliest first.
        judge: reads closely. Where it does not, nothing is computed: that a figure stands in a quote does not say of what it is.
        least: probability that a quote answers, from which it counts.
    """
    if read_closely(judge, []) is None:  # nobody does: two searches would be for nothing
        return None
    given = [_list_given(question, find(question), judge, least) for question in (asked.first, asked.second)]
    pairs = [(one, other) for one, other in product(*given) if one.operand.value != other.operand.value]
    for one, other in sorted(pairs, key=lambda pair: (pair[0].quote.quote != pair[1].quote.quote, -_likely(pair))):
        told = compute(asked.operation, [one.operand, other.operand])
        if told is not None:
            quotes = [one.quote] if one.quote.quote == other.quote.quote else [one.quote, other.quote]
            return Facts(tuple(replace(quote, n=n) for n, quote in enumerate(quotes, start=1)), told, COMPUTED)
    return None


def _likely(pair: tuple[_Given, _Given]) -> float:
    return pair[0].likely + pair[1].likely


def _list_given(question: str, quotes: Sequence[Quote], judge: object, least: float) -> list[_Given]:
    """Return the figures that quotes answer a question with. All that it names has to stand there or in the headline."""
    wanted = {stem(word) for word in content_words(question)} - _ASKS
    good = [quote for quote in quotes if quote.score >= least and wanted <= stems(f"{quote.title or ''} {quote.quote}")]
    readings = read_closely(judge, [(question, quote.quote) for quote in good]) or []
    given = []
    for quote, reading in zip(good, readings, strict=False):
        operand = find_operand(quote, reading.words) if reading.words and reading.likely >= _SURE else None
        if operand is not None:
            start = quote.start + quote.quote.index(operand.words)
            marked = replace(quote, answer=Span(start, start + len(operand.words)))
            given.append(_Given(marked, operand, reading.likely))
    return given
