"""A query to hits: words and meaning, fused, filtered, spread over origins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.articles import Filters
from index.embed import Encoder
from index.lexical import match_expression
from index.library import Library
from index.settings import SearchSettings
from index.vectors import VectorIndex
from rag.answers import Found, Hit, Query


def retrieve(
    query: Query, *, library: Library, vectors: VectorIndex, encoder: Encoder, settings: SearchSettings
) -> Found:
    """Return the passages that matter for a query, the best first."""
    words = _search_words(query, library, settings)
    meaning = _search_meaning(query, library, vectors, encoder, settings)
    fused = fuse([number for number, _ in words], [number for number, _ in meaning], settings=settings)
    records = library.passages([number for number, _ in fused])
    words_rank = {number: rank for rank, (number, _) in enumerate(words, start=1)}
    meaning_rank = {number: rank for rank, (number, _) in enumerate(meaning, start=1)}
    similarity = dict(meaning)
    hits: list[Hit] = []
    per_origin: Counter[str] = Counter()
    for number, score in fused:
        record = records.get(number)
        if record is None or per_origin[record.article.origin] == settings.passages_per_origin:
            continue
        per_origin[record.article.origin] += 1
        hits.append(
            Hit(
                passage_id=number,
                article_id=record.article.id,
                start=record.span.start,
                end=record.span.end,
                text=record.text,
                score=score,
                words_rank=words_rank.get(number),
                meaning_rank=meaning_rank.get(number),
                similarity=similarity.get(number),
            )
        )
        if len(hits) == settings.hits:
            break
    return Found(hits=tuple(hits), records={hit.passage_id: records[hit.passage_id] for hit in hits})


def fuse(words: Sequence[int], meaning: Sequence[int], *, settings: SearchSettings) -> list[tuple[int, float]]:
    """Return ``(passage id, score)``, the best first, by weighted reciprocal-rank fusion (Cormack and others, SIGIR 2009).

    Args:
        words: ids found by words, the best first; ``meaning`` likewise.
        settings: weight of the words and the rank constant.
    """
    scores: dict[int, float] = {}
    for ranking, weight in ((words, settings.words_weight), (meaning, 1.0)):
        for rank, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + weight / (settings.rank_constant + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _search_words(query: Query, library: Library, settings: SearchSettings) -> list[tuple[int, float]]:
    expression = match_expression(query.text)
    if expression is None:
        return []
    return library.search_words(
        expression, limit=settings.depth, title_weight=settings.title_weight, filters=query.filters
    )


def _search_meaning(
    query: Query, library: Library, vectors: VectorIndex, encoder: Encoder, settings: SearchSettings
) -> list[tuple[int, float]]:
    within = None if query.filters == Filters() else library.passage_ids(query.filters)
    if within == []:
        return []
    return vectors.nearest(encoder.encode([query.text])[0], limit=settings.depth, within=within)
