"""What the headline of an article alone says: exact words too, offered where no sentence of the text answers (pure but for the judge)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.articles import Span
from index.settings import EvidenceSettings
from rag.answer_types import Candidate, Found, Quote
from rag.find.quotes import AnswerScorer, choose_quotes, reports_something, with_relevance
from rag.query_types import Kind, Query

# Of other kinds a headline is too short to be an answer: it rounds, leaves out who says so, and lists nothing.
_ANSWERED: frozenset[Kind] = frozenset(("fact", "identity", "keywords"))
_FEWEST_WORDS = 4  # of a headline that says something
_WORD = re.compile(r"\w+")


def list_headlines(found: Found) -> list[Candidate]:
    """Return the headline of each article of the hits once, in the order of the hits: whole, as it is stored."""
    candidates: dict[str, Candidate] = {}
    for hit, relevance in with_relevance(found):
        article = found.records[hit.passage_id].article
        title = article.title or ""
        if article.id in candidates or len(_WORD.findall(title)) < _FEWEST_WORDS or not reports_something(title):
            continue
        candidates[article.id] = Candidate(article, Span(0, len(title)), title, title, title, relevance, headline=True)
    return list(candidates.values())


def add_headlines(
    query: Query,
    found: Found,
    quotes: tuple[Quote, ...],
    *,
    bar: float,
    scorer: AnswerScorer,
    settings: EvidenceSettings,
    rarity: Callable[[str], float] = lambda _stem: 1.0,
) -> tuple[Quote, ...]:
    """Return the quotes; before them the headlines that answer what no quote from a text does.

    A headline that only says what the text says too is not quoted: the text says it at greater length.

    Args:
        quotes: the best sentences of the texts.
        bar: the estimated probability from which a quote answers.
        scorer: scores a headline as any sentence.
        rarity: returns a weight for a stem, greater for rarer ones.
    """
    lacking = [place for place in range(len(query.asks)) if not any(_scores(quote)[place] >= bar for quote in quotes)]
    headlines = list_headlines(found) if lacking and query.kind in _ANSWERED else []
    if not headlines:
        return quotes
    chosen = choose_quotes(query, found, scorer=scorer, settings=settings, rarity=rarity, candidates=headlines)
    answering = [quote for quote in chosen if any(_scores(quote)[place] >= bar for place in lacking)]
    kept = [*answering, *quotes][: max(settings.quotes, len(answering))]
    return tuple(replace(quote, n=n) for n, quote in enumerate(kept, start=1))


def _scores(quote: Quote) -> Sequence[float]:
    return quote.part_scores or (quote.score,)
