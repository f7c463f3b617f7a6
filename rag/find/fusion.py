"""What each search says of a passage -> one order (pure).

Scores are put on one scale and added with weights, which keeps how sure each search is; on news that did better than
fusing ranks (docs/decisions/0008-retrieval.md; Bruch and others, "An analysis of fusion functions for hybrid retrieval",
TOIS 2023). Fusing ranks stays as the well-known baseline (Cormack and others, SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from index.settings import SearchSettings


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one passage, each at least 0.

    Attributes:
        words: BM25 score of the passage.
        article: BM25 score of the whole article it stands in.
        meaning: cosine of question and passage.
        timing: 0 to 1, how near its day of publication is to the time that the question asks about.
    """

    words: float = 0.0
    article: float = 0.0
    meaning: float = 0.0
    timing: float = 0.0


def fuse_scores(
    candidates: Mapping[int, Signals], *, timing_weight: float, settings: SearchSettings
) -> list[tuple[int, float]]:
    """Return ``(passage id, score)``, the best first: the weighted sum of the signals, each a share of its best one.

    Args:
        candidates: the signals of each passage.
        timing_weight: what the time of publication counts for this question; it is 0 to 1 already.
        settings: what the other signals count.
    """
    weights = {
        "words": settings.words_weight,
        "article": settings.article_weight,
        "meaning": settings.meaning_weight,
        "timing": timing_weight,
    }
    best = {
        entry.name: max((getattr(signals, entry.name) for signals in candidates.values()), default=0.0)
        for entry in fields(Signals)
    }
    best["timing"] = 1.0
    scores = {
        number: sum(
            weight * getattr(signals, name) / best[name]
            for name, weight in weights.items()
            if weight and best[name] > 0
        )
        for number, signals in candidates.items()
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def fuse_ranks(words: Sequence[int], meaning: Sequence[int], *, settings: SearchSettings) -> list[tuple[int, float]]:
    """Return ``(passage id, score)``, the best first, by weighted reciprocal-rank fusion (Cormack and others, SIGIR 2009).

    Args:
        words: ids found by words, the best first; ``meaning`` likewise.
        settings: the weights and the rank constant.
    """
    scores: dict[int, float] = {}
    for ranking, weight in ((words, settings.words_weight), (meaning, settings.meaning_weight)):
        if weight:
            for rank, number in enumerate(ranking, start=1):
                scores[number] = scores.get(number, 0.0) + weight / (settings.rank_constant + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
