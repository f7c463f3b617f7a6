"""A quantity that changes to its values, each with its day (pure but for the judge): one sentence for each day and origin, copies as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.text.lexical import stem, stems
from rag.answer_types import Candidate, Found, Quote
from rag.find.bearing import weigh_bearing
from rag.find.events import share_held, weigh_topic
from rag.find.quotes import AnswerScorer, list_candidates, to_quote
from rag.language.days import told_day
from rag.language.figures import find_figures
from rag.odds import from_log_odds, log_odds
from rag.query_types import Part, Query

_QUANTITY = re.compile(
    r"\b(?:tolls?|prices?|rates?|numbers?|offers?|inflation|costs?|wages?|pay|salar(?:y|ies)|guarantees?|levels?|forecasts?|figures?|shares?|size|profits?"
    r"|budgets?|unemployment|deaths|sales|rents?|fees?|temperature|debt|deficit|population|count|votes?|bids?|estimates?|value)\b",
    re.IGNORECASE,
)
_HELD = 0.6  # share of the topic's words, by rarity, that sentence and headline hold
_LEAST = 0.25  # probability that a sentence answers what the quantity is
_CLOSE = 0.35  # of the best one's
_LEAD_COUNTS = 1.2  # log-odds more for the first sentence of an article, which states its figure
_LEAD = 80  # characters before it at most: a dateline, a headline that was kept
_OPENING = 400  # characters in which an article without a day states one
_MOST = 10


@dataclass(frozen=True, slots=True)
class _Value:
    candidate: Candidate
    score: float
    day: str
    figures: frozenset[str]


def asks_values(query: Query) -> bool:
    """Return whether a timeline is one of a quantity."""
    return query.kind == "timeline" and bool(_QUANTITY.search(query.topic))


def choose_values(
    query: Query, found: Found, *, scorer: AnswerScorer, rarity: Callable[[str], float]
) -> tuple[Quote, ...]:
    """Return the quotes that give the values of a quantity, in the order of their days; empty where there are no two."""
    weights = weigh_topic(query.topic, rarity)
    quantities = {stem(word.casefold()) for word in _QUANTITY.findall(query.topic)}
    candidates = [
        candidate
        for candidate in list_candidates(found)
        if share_held(weights, f"{candidate.title} {candidate.text}") >= _HELD
        and (candidate.span.start < _LEAD or stems(candidate.text) & quantities)
        and any(not figure.slight for figure in find_figures(candidate.text))
        and weigh_bearing(query.bearers, candidate) == 1.0
    ]
    asked = Part(query.topic, f"What is the {query.topic}?", thing="number")
    scores = [
        from_log_odds(log_odds(score) + (_LEAD_COUNTS if candidate.span.start < _LEAD else 0.0))
        for candidate, score in zip(candidates, scorer.answers(asked, candidates), strict=True)
    ]
    least = max([_LEAST, *(_CLOSE * score for score in scores)])
    values = [
        _Value(
            candidate,
            score,
            told_day(candidate.article.text[:_OPENING], candidate.article.published) or "",
            _figures(candidate.text),
        )
        for candidate, score in zip(candidates, scores, strict=True)
        if score >= least
    ]
    chosen = _one_a_day(values)
    if len(chosen) <= 1:
        return ()
    return tuple(to_quote(n, value.candidate, (value.score,)) for n, value in enumerate(chosen, start=1))


def _one_a_day(values: Sequence[_Value]) -> list[_Value]:
    """Return the best of each day, by day; of copies the first, and nothing that says only what the one before said."""
    best: dict[str, _Value] = {}
    for value in sorted(values, key=lambda each: -each.score):
        best.setdefault(value.day, value)
    kept: list[_Value] = []
    for day in sorted(best):
        if not kept or not best[day].figures <= kept[-1].figures:
            kept.append(best[day])
    return kept[-_MOST:]


def _figures(text: str) -> frozenset[str]:
    return frozenset(figure.words for figure in find_figures(text) if not figure.slight)
