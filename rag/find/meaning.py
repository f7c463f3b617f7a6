"""Chosen quotes looked at once more for what they mean, whatever their words (pure but for the reading).

Whoever asks in other words than the articles' ("How many coaches brought them?" of "they came on 64 buses") is found by the search, but the
judge, which sees the words that question and sentence share, rates the right sentence low. Two things tell it from one that is only
about the same: how near the passage is to the question, and how far the sentence says anything of it, read as a claim. What
each counts was chosen by kind on 455 questions and what had been seen of 176 others (docs/decisions/0021-kinds.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.settings import EvidenceSettings
from index.text.languages import ENGLISH
from rag.answer_types import Found, Hit, Quote
from rag.find.quotes import with_relevance
from rag.models.reader import read_closely
from rag.odds import from_log_odds, log_odds
from rag.query_types import Kind, Query

_USUAL_LIKENESS = 0.43  # cosine of a question and the passage that answers it
_USUALLY_UNSAID = 0.4  # probability that a sentence which answers says nothing of the question
_READ = 4  # quotes


@dataclass(frozen=True, slots=True)
class _Counts:
    """What each counts, in log-odds.

    Attributes:
        likeness: for each unit of the cosine above the usual one.
        said: for each unit of the probability that it says nothing of the question, below the usual one.
        all: for every quote.
        above: whether being more like the question than usual counts too, and not only being less so: for a fact, what is about the
            very thing and does not answer lies as near as what answers.
    """

    likeness: float
    said: float
    all: float
    above: bool


_BY_KIND: dict[Kind, _Counts] = {
    "fact": _Counts(likeness=5.0, said=1.5, all=0.2, above=False),
    "reason": _Counts(likeness=6.0, said=3.0, all=0.5, above=True),
    "list": _Counts(likeness=0.0, said=3.0, all=0.3, above=False),
}


def weigh_meaning(
    query: Query, quotes: Sequence[Quote], found: Found, *, judge: object, settings: EvidenceSettings
) -> tuple[Quote, ...]:
    """Return the quotes with scores that count what they mean, the likeliest first, numbered anew; as they are without a reader.

    Args:
        found: the search that they were chosen from.
        judge: reads closely, or does not.
        settings: how much the place of a passage in the search counts in the order of the quotes.
    """
    counts = _BY_KIND.get(query.kind)
    if counts is None or query.parts or query.language != ENGLISH or not quotes:
        return tuple(quotes)
    readings = read_closely(judge, [(query.text, quote.quote) for quote in quotes[:_READ]])
    if readings is None:
        return tuple(quotes)
    unsaid = [reading.unsaid for reading in readings]
    weighed = [
        replace(quote, score=_weigh(quote, found, counts, unsaid[place] if place < len(unsaid) else _USUALLY_UNSAID))
        for place, quote in enumerate(quotes)
    ]
    relevant = {hit.passage_id: relevance for hit, relevance in with_relevance(found)}
    ranked = sorted(
        weighed,
        key=lambda quote: -(log_odds(quote.score) + settings.relevance_weight * _best_of(quote, found, relevant)),
    )
    return tuple(replace(quote, n=n) for n, quote in enumerate(ranked, start=1))


def _weigh(quote: Quote, found: Found, counts: _Counts, unsaid: float) -> float:
    if quote.score <= 0:
        return quote.score
    likeness = _likeness(quote, found)
    moved = log_odds(quote.score) + counts.said * (_USUALLY_UNSAID - unsaid) + counts.all
    if likeness is not None:
        nearer = likeness - _USUAL_LIKENESS
        moved += counts.likeness * (nearer if counts.above else min(0.0, nearer))
    return from_log_odds(moved)


def _likeness(quote: Quote, found: Found) -> float | None:
    """Return the cosine of the question and the passage that a quote stands in; None where they were not compared."""
    return max((hit.similarity for hit in _hits(quote, found) if hit.similarity is not None), default=None)


def _best_of(quote: Quote, found: Found, relevant: Mapping[int, float]) -> float:
    """Return the relevance of the passage that a quote stands in, as a share of the best one's."""
    return max((relevant[hit.passage_id] for hit in _hits(quote, found)), default=0.0)


def _hits(quote: Quote, found: Found) -> list[Hit]:
    return [hit for hit in found.hits if hit.article_id == quote.article_id and hit.start <= quote.start < hit.end]
