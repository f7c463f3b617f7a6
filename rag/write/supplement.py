"""What an answer must show beside the model's sentences (pure): always in the article's own words, never without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer_types import Quote, Sentence
from rag.find.bars import Bars
from rag.query_types import Query
from rag.record.disagreements import find_other_answers, find_rivals
from rag.trust.verify import quote_sentence

_RIVALS_SHOWN = 2
_ANOTHER = "this article gives another answer"
_OTHERWISE = "this article says otherwise"
_ANSWERS_BEST = "no sentence used this quote, though it answers likeliest"


def supplement(query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], bars: Bars) -> list[Sentence]:
    """Return what follows the sentences of an answer, in this order; each step sees what the ones before added.

    The likeliest quote to answer, where none cites it; what says otherwise than a quote that is cited; what gives another number,
    time or name than all that is cited. Nothing where there are no sentences.
    """
    added: list[Sentence] = []
    for find, reason in ((_first_unused, _ANSWERS_BEST), (_rivals, _OTHERWISE), (_other_answers, _ANOTHER)):
        numbers = cited_numbers([*sentences, *added])
        cited = [quote for quote in quotes if quote.n in numbers]
        unused = [quote for quote in quotes if quote.n not in numbers]
        found = find(query, quotes, cited, unused, bars) if cited else []
        added += [replace(quote_sentence(quote), reasons=(reason,)) for quote in found]
    return added


def cited_numbers(sentences: Sequence[Sentence]) -> set[int]:
    """Return the numbers of the quotes that sentences cite."""
    return {number for sentence in sentences for number in sentence.citations}


def _first_unused(
    query: Query, quotes: Sequence[Quote], cited: Sequence[Quote], _unused: Sequence[Quote], bars: Bars
) -> Sequence[Quote]:
    """Return the first quote unless it is cited: a small model overlooks it. A short answer does without."""
    if query.changes.short:
        return []
    first = quotes[0]
    return [] if first in cited or first.score < bars.alone else [first]


def _rivals(
    _query: Query, _quotes: Sequence[Quote], cited: Sequence[Quote], unused: Sequence[Quote], bars: Bars
) -> Sequence[Quote]:
    good = [quote for quote in unused if quote.score >= bars.offered]
    return find_rivals(cited, good)[:_RIVALS_SHOWN]


def _other_answers(
    query: Query, _quotes: Sequence[Quote], cited: Sequence[Quote], unused: Sequence[Quote], bars: Bars
) -> Sequence[Quote]:
    good = [quote for quote in unused if quote.score >= bars.alone]
    return find_other_answers(query, cited, good)[:_RIVALS_SHOWN]
