"""Searches to rankings of articles, and rankings to the metrics of retrieval."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Unpack

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.answer_types import Hit
from rag.evaluate.cases import Case, FurtherFilters, further_filters
from rag.evaluate.names import ArticleNames, Resolved
from rag.evaluate.results import Dropped, Item, Piece, excerpt

DEPTH = 60  # passages that are asked for
_FAILED_FROM = 5  # a question counts as failed when no relevant article is among so many
_SHOWN = 5

_MEASURES = {
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "hit@10": Success @ 10,
    "mrr@10": RR @ 10,
    "ndcg@10": nDCG @ 10,
    "recall@10": R @ 10,
}


class Searcher(Protocol):
    """Whatever finds passages: a ``rag.desk.Desk`` does."""

    def search(
        self,
        question: str,
        *,
        first: str | None = None,
        last: str | None = None,
        outlets: Sequence[str] = (),
        today: str | None = None,
        limit: int | None = None,
        **further: Unpack[FurtherFilters],
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search brought for one case.

    Attributes:
        articles: ids in the order of their first passage.
        best: id -> its first passage; empty for a ranking that came from a file.
        milliseconds: None where nothing was searched.
    """

    case: Case
    relevant: tuple[str, ...]
    articles: tuple[str, ...]
    best: Mapping[str, Hit]
    milliseconds: float | None


def rank_cases(
    cases: Iterable[Case], searcher: Searcher, names: ArticleNames, *, told: Callable[[], None] = lambda: None
) -> tuple[list[Ranking], list[Dropped]]:
    """Search for every case that has a relevant article in the library; the others are dropped with the reason.

    Args:
        told: called after each case.
    """
    rankings, dropped = [], []
    for case in cases:
        resolved = names.resolve(case.articles)
        if resolved.articles:
            rankings.append(rank_case(case, searcher, relevant=resolved.articles))
        else:
            dropped.append(Dropped(case.id, _reason(case, resolved.unknown, resolved.ambiguous)))
        told()
    return rankings, dropped


def rank_case(case: Case, searcher: Searcher, *, relevant: tuple[str, ...] = ()) -> Ranking:
    """Search for one case, with its filters and its day."""
    filters = case.filters
    started = time.perf_counter()
    hits = searcher.search(
        case.question,
        first=filters.first,
        last=filters.last,
        outlets=filters.outlets,
        **further_filters(case),
        today=case.as_of,
        limit=DEPTH,
    )
    spent = 1000 * (time.perf_counter() - started)
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article_id, hit)
    return Ranking(case, relevant, tuple(best), best, spent)


def rank_by_run(
    cases: Iterable[Case], run: Mapping[str, Sequence[str]], names: ArticleNames | None
) -> tuple[list[Ranking], list[Dropped]]:
    """Return the rankings of another system for the cases that have a relevant article; the others are dropped.

    A case that the run does not have counts as one for which nothing was found.

    Args:
        run: id of a case -> documents, the best first.
        names: what documents and articles are called; without them both are compared as they are written.
    """
    rankings, dropped = [], []
    for case in cases:
        relevant = names.resolve(case.articles) if names else Resolved(case.articles, (), ())
        if not relevant.articles:
            dropped.append(Dropped(case.id, _reason(case, relevant.unknown, relevant.ambiguous)))
            continue
        found = dict.fromkeys(
            article
            for document in run.get(case.id, ())
            for article in (names.resolve([document]).articles if names else ()) or (document,)
        )
        rankings.append(Ranking(case, relevant.articles, tuple(found), {}, None))
    return rankings, dropped


def measure_rankings(rankings: Sequence[Ranking]) -> list[dict[str, float]]:
    """Return the metrics of each ranking, in their order."""
    # Numbers stand for the cases, so that an odd id cannot meet another; a lower rank is a higher score.
    wanted = {str(place): dict.fromkeys(item.relevant, 1) for place, item in enumerate(rankings)}
    found = {
        str(place): {article: -float(rank) for rank, article in enumerate(item.articles)}
        for place, item in enumerate(rankings)
    }
    names = {measure: name for name, measure in _MEASURES.items()}
    values: list[dict[str, float]] = [dict.fromkeys(_MEASURES, 0.0) for _ in rankings]
    for metric in ir_measures.iter_calc(list(_MEASURES.values()), wanted, found):
        values[int(metric.query_id)][names[metric.measure]] = float(metric.value)
    return values


def rankings_to_items(rankings: Sequence[Ranking], names: ArticleNames | None) -> list[Item]:
    """Return each ranking as a case of the report; without names, articles are called what they are called in the ranking."""
    return [
        _to_item(ranking, values, names) for ranking, values in zip(rankings, measure_rankings(rankings), strict=True)
    ]


def first_relevant(relevant: Sequence[str], articles: Sequence[str]) -> int | None:
    """Return the rank of the first relevant article, from 1, or None."""
    return next((rank for rank, article in enumerate(articles, start=1) if article in relevant), None)


def _reason(case: Case, unknown: Sequence[str], ambiguous: Sequence[str]) -> str:
    if not case.articles:
        return "the collection does not answer it" if case.answerable is False else "no relevant article is known"
    said = []
    if unknown:
        said.append(f"not in the library: {', '.join(unknown[:3])}")
    if ambiguous:
        said.append(f"fits several articles: {', '.join(ambiguous[:3])}")
    return "; ".join(said)


def _to_item(ranking: Ranking, values: dict[str, float], names: ArticleNames | None) -> Item:
    rank = first_relevant(ranking.relevant, ranking.articles)
    failed = rank is None or rank > _FAILED_FROM
    why: tuple[str, ...] = ()
    if rank is None:
        within = f"within {DEPTH} passages" if ranking.milliseconds is not None else f"among {len(ranking.articles)}"
        why = (f"no relevant article was found {within}",)
    elif failed:
        why = (f"the first relevant article is at rank {rank}",)
    shown = list(ranking.articles[:_SHOWN])
    if rank is not None and rank > _SHOWN:
        shown.append(ranking.articles[rank - 1])
    places = {article: place for place, article in enumerate(ranking.articles, start=1)}
    facts = names.facts if names else {}
    return Item(
        id=ranking.case.id,
        question=ranking.case.question,
        group=ranking.case.group,
        values=values if ranking.milliseconds is None else {**values, "search_ms": ranking.milliseconds},
        rank=rank,
        failed=failed,
        why=why,
        expected=tuple(facts[article].line if article in facts else article for article in ranking.relevant),
        pieces=tuple(
            Piece(
                label=str(places[article]),
                text=excerpt(ranking.best[article].text) if article in ranking.best else "",
                source=facts[article].line if article in facts else article,
                url=facts[article].url if article in facts else None,
                relevant=article in ranking.relevant,
            )
            for article in shown
        ),
    )
