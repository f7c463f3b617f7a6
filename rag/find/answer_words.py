"""Quotes to the words in them that are the answer itself: exact places in their articles (pure but for the reading)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.articles import Span
from index.text.languages import ENGLISH
from rag.answer_types import Quote
from rag.models.reader import read_closely
from rag.query_types import AskedThing, Kind, Part, Query
from rag.question.asked_thing import gives_thing

_MARKED: tuple[Kind, ...] = ("fact", "latest", "identity", "keywords")
_FROM = 2.7  # log-odds against no answer, from which words are marked as the answer: chosen on SQuAD 2.0 (benchmarks/reading.py)
# Of a quote so likely to answer, words of the thing asked for are marked too. On RealTimeQA's tuning half, of 44 that are so marked .66 hold
# the answer, of the 102 that the bar above marks .73; where the quote holds it, .97 and .94.
_ANSWERS: dict[AskedThing, float] = {"number": 0.45, "time": 0.6, "name": 0.6}


def mark_answers(query: Query, quotes: Sequence[Quote], judge: object) -> list[Quote]:
    """Return the quotes with the words that answer, where there are some.

    Not where no words of a sentence are the answer: for what is told by days, for reasons, speech, sides, rows, yes or no.

    Args:
        judge: reads closely, or does not: nothing is marked then.
    """
    if query.by_days or query.kind not in _MARKED or query.language != ENGLISH:
        return list(quotes)
    marked = {quote.n: quote for quote in quotes}
    for place, part in enumerate(query.asks):
        mine = [quote for quote in quotes if quote.answer is None and _best_part(quote) == place]
        readings = read_closely(judge, [(part.asked, quote.quote) for quote in mine]) if mine else None
        for quote, reading in zip(mine, readings or (), strict=False):
            if reading.words and _are_the_answer(part, quote, reading.words, reading.likely):
                words = Span(quote.start + reading.words.start, quote.start + reading.words.end)
                marked[quote.n] = replace(quote, answer=words)
    return [marked[quote.n] for quote in quotes]


def _are_the_answer(part: Part, quote: Quote, words: Span, likely: float) -> bool:
    """Return whether words of a quote are the answer: likely enough, or the thing asked for in a quote that answers.

    A question that tells more than the sentence repeats ("on March 23", "against the sale") makes a reader doubt what it finds.
    """
    if part.thing is None:
        return likely >= _FROM
    given = gives_thing(part.thing, part.asked, words.slice(quote.quote))
    return given and (likely >= _FROM or quote.score >= _ANSWERS[part.thing])


def _best_part(quote: Quote) -> int:
    """Return the place of the part of the question that a quote answers best."""
    scores: Sequence[float] = quote.part_scores or (quote.score,)
    return max(range(len(scores)), key=scores.__getitem__)
