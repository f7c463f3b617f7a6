"""How good the best quote has to be before a question is answered at all (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.settings import EvidenceSettings
from rag.answer_types import Quote
from rag.query_types import Kind, Query

# The judge was trained on questions of fact: what it says of other kinds lies lower. Chosen on one half of the questions by kind.
_BY_KIND: dict[Kind, float] = {
    "yes_no": 0.3,
    "reason": 0.3,
    "statement": 0.35,
    "identity": 0.5,
    "list": 0.35,
    "comparison": 0.12,
    "keywords": 0.3,
    "latest": 0.3,
}


@dataclass(frozen=True, slots=True)
class Bars:
    """Estimated probabilities, 0 to 1, that a quote has to reach.

    Attributes:
        alone: to be shown as the answer.
        offered: to be offered to a model, which can refuse by itself.
    """

    alone: float
    offered: float

    def bar(self, *, written: bool) -> float:
        """Return the bar for an answer that a model writes, or for one that quotes alone are."""
        return self.offered if written else self.alone


def bars_for(query: Query, settings: EvidenceSettings) -> Bars:
    """Return the bars of a question: lower where it was taken apart into pieces that are no questions themselves, and by kind."""
    if query.kind in _BY_KIND:
        bar = _BY_KIND[query.kind]
        return Bars(bar, min(bar, settings.minimum_score_for_model))
    if all(part.whole for part in query.parts):
        return Bars(settings.minimum_score, settings.minimum_score_for_model)
    lowest = settings.minimum_score_for_pieces
    return Bars(min(settings.minimum_score, lowest), min(settings.minimum_score_for_model, lowest))


def neither_bars(bars: Bars, settings: EvidenceSettings) -> Bars:
    """Return the bars for a question of yes or no to which the quotes say neither: those of a fact."""
    return Bars(max(bars.alone, settings.minimum_score), max(bars.offered, settings.minimum_score_for_model))


def best_score(quotes: Sequence[Quote]) -> float:
    """Return the score of the likeliest quote, 0 where there is none."""
    return max((quote.score for quote in quotes), default=0.0)
