"""How good a ranking of articles is: hit@1/5/10, MRR@10 and nDCG@10, with 95 % intervals from the bootstrap."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

MEASURES = ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10")
RESAMPLES = 2000


def score_ranking(passages: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Score one question.

    Args:
        passages: the article of each passage found, best first; an article counts where it comes first.
        relevant: the articles that answer the question.
    """
    ranking = list(dict.fromkeys(passages))[:10]
    places = [place for place, article in enumerate(ranking, start=1) if article in relevant]
    best = places[0] if places else math.inf
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), 10) + 1))
    return {
        **{f"hit@{depth}": float(best <= depth) for depth in (1, 5, 10)},
        "mrr@10": 1 / best,
        "ndcg@10": sum(1 / math.log2(place + 1) for place in places) / ideal,
    }


def summarize(scores: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    """Return mean, lower and upper end of the 95 % interval of each measure over questions."""
    table = np.array([[score[measure] for measure in MEASURES] for score in scores])
    drawn = np.random.default_rng(0).integers(0, len(table), size=(RESAMPLES, len(table)))
    means = np.array([table[chosen].mean(axis=0) for chosen in drawn])
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return {
        measure: [round(float(value[column]), 4) for value in (table.mean(axis=0), low, high)]
        for column, measure in enumerate(MEASURES)
    }
