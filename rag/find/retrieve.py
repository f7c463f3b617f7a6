"""A query to hits: words and meaning, each passage scored by both, fused, spread over origins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from index.archive import Archive
from index.articles import PassageRecord
from index.caches.words import FieldWeights
from index.models.embed import Encoder
from index.settings import SearchSettings
from index.store.versions import Place
from rag.answer_types import Found, Hit
from rag.find.fusion import Signals, fuse_ranks, fuse_scores
from rag.query_types import Period, Query
from rag.question.period import REPORTED_WITHIN, closeness

_MOST_OUTLETS = 3  # that a question names and that are searched by themselves
_LEAST_HITS = 3


def retrieve(query: Query, *, archive: Archive, encoder: Encoder, settings: SearchSettings) -> Found:
    """Return the passages that matter for a query, the best first.

    A question of several parts is searched part by part, and one that names outlets of the library in their articles as well. Where
    many ask at once, they are served in the order in which they came.
    """
    archive.ready()
    return archive.in_turn(lambda: _retrieve(query, archive=archive, encoder=encoder, settings=settings))


def _retrieve(query: Query, *, archive: Archive, encoder: Encoder, settings: SearchSettings) -> Found:
    asked = [query, *(replace(query, text=part.asked, period=part.period) for part in query.parts)]
    if query.kind == "statement":  # what somebody said need not speak of what it was said about
        asked += [replace(query, text=f"{speaker.text} said") for speaker in query.bearers[:1]]
    vectors = encoder.encode([one.text for one in asked]) if settings.meaning_weight > 0 else [None] * len(asked)
    found = [
        search(one, vector, archive=archive, settings=settings) for one, vector in zip(asked, vectors, strict=True)
    ]
    outlets = () if query.filters.outlets else query.outlets[:_MOST_OUTLETS]
    for outlet in outlets:
        within = replace(query, filters=replace(query.filters, outlets=(outlet,)))
        few = replace(settings, hits=max(_LEAST_HITS, settings.hits // (1 + len(outlets))))
        found.append(search(within, vectors[0], archive=archive, settings=few))
    return merge_found(found)


def merge_found(found: Sequence[Found]) -> Found:
    """Return what several searches brought back as one: the best hit of each first, then the second of each."""
    records: dict[int, PassageRecord] = {}
    hits: dict[int, Hit] = {}
    for rank in range(max(len(each.hits) for each in found)):
        for each in found:
            if rank < len(each.hits):
                hits.setdefault(each.hits[rank].passage_id, each.hits[rank])
    for each in found:
        records |= each.records
    return Found(hits=tuple(hits.values()), records=records)


def search(
    query: Query, vector: npt.NDArray[np.float32] | None, *, archive: Archive, settings: SearchSettings
) -> Found:
    """Return the passages that matter for a query whose vector is known, the best first.

    Args:
        query: the words to look for and the filters.
        vector: unit vector of the question, or None to search by words alone.
        archive: what is searched.
        settings: how.
    """
    by_words = _search_words(query, archive, settings)
    by_meaning = [] if vector is None else archive.vectors.nearest(vector, limit=settings.depth, filters=query.filters)
    ranks = ({number: rank for rank, (number, _) in enumerate(found, start=1)} for found in (by_words, by_meaning))
    words_ranks, meaning_ranks = ranks
    numbers = list(words_ranks | meaning_ranks)
    places = archive.library.places(numbers)
    similar = dict(by_meaning)
    if settings.fusion == "ranks":
        fused = fuse_ranks(list(words_ranks), list(meaning_ranks), settings=settings)
    else:
        if vector is not None:
            similar |= archive.vectors.similarities(vector, [number for number in numbers if number not in similar])
        fused = _fuse_scores(query, places, dict(by_words), similar, archive, settings)
    chosen = _spread(fused, places, settings)
    records = archive.library.passages([number for number, _ in chosen])
    hits = tuple(
        Hit(
            passage_id=number,
            article_id=records[number].article.id,
            start=records[number].span.start,
            end=records[number].span.end,
            text=records[number].text,
            score=score,
            words_rank=words_ranks.get(number),
            meaning_rank=meaning_ranks.get(number),
            similarity=similar.get(number),
            title=records[number].article.title,
            outlet=records[number].article.outlet,
            published=records[number].article.published,
        )
        for number, score in chosen
        if number in records
    )
    return Found(hits=hits, records={hit.passage_id: records[hit.passage_id] for hit in hits})


def _search_words(query: Query, archive: Archive, settings: SearchSettings) -> list[tuple[int, float]]:
    if not settings.words_weight:
        return []
    weights = FieldWeights(title=settings.title_weight)
    found = archive.words.passages(query.text, limit=settings.depth, weights=weights, filters=query.filters)
    if not query.filters.as_of:
        return found
    # The word index knows the days of articles, not those of their versions.
    kept = archive.library.keep_within([number for number, _ in found], query.filters)
    return [(number, score) for number, score in found if number in kept]


def _fuse_scores(
    query: Query,
    places: Mapping[int, Place],
    by_words: dict[int, float],
    similar: Mapping[int, float],
    archive: Archive,
    settings: SearchSettings,
) -> list[tuple[int, float]]:
    missing = [number for number in places if number not in by_words]
    if settings.words_weight:
        by_words |= archive.words.scores(query.text, missing, weights=FieldWeights(title=settings.title_weight))
    articles: dict[int, float] = {}
    if settings.article_weight:
        weights = FieldWeights(title=settings.article_title_weight, lead=settings.article_lead_weight)
        firsts = list({place.first for place in places.values()})
        articles = archive.words.article_scores(query.text, firsts, weights=weights)
    period, timing_weight = _period(query, settings)
    candidates = {
        number: Signals(
            words=by_words.get(number, 0.0),
            article=articles.get(place.first, 0.0),
            meaning=max(0.0, similar.get(number, 0.0)),
            timing=closeness(place.day, period, days=settings.timing_days) if period else 0.0,
        )
        for number, place in places.items()
    }
    return fuse_scores(candidates, timing_weight=timing_weight, settings=settings)


def _period(query: Query, settings: SearchSettings) -> tuple[Period | None, float]:
    """Return when the answer was probably published, and what that counts."""
    if query.today is None:
        return None, 0.0
    if query.period:
        return query.period, settings.period_weight
    today = date.fromisoformat(query.today)
    return Period(today - timedelta(days=REPORTED_WITHIN), today), settings.recency_weight


def _spread(
    fused: Sequence[tuple[int, float]], places: Mapping[int, Place], settings: SearchSettings
) -> list[tuple[int, float]]:
    """Return the best ones, at most so many from one group of near-copies."""
    chosen: list[tuple[int, float]] = []
    per_origin: Counter[str] = Counter()
    for number, score in fused:
        place = places.get(number)
        if place is None or per_origin[place.origin] == settings.passages_per_origin:
            continue
        per_origin[place.origin] += 1
        chosen.append((number, score))
        if len(chosen) == settings.hits:
            break
    return chosen
