"""Answers made of quotes alone, in the form that each kind of question wants (pure): always in the articles' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from rag.answer_types import Quote, Sentence
from rag.find.bars import Bars
from rag.language.days import told_day
from rag.odds import log_odds
from rag.query_types import Kind, Query
from rag.question.sides import asks_what_was_said
from rag.record.disagreements import find_disagreements
from rag.trust.verify import quote_sentence

IN_ITS_PLACE = "the article's own words stand in place of a sentence that failed its check"
WHO_IS_MEANT = "it says who is meant"
_SHOWN: dict[Kind, int] = {"list": 4, "latest": 2}
_SHOWN_ELSE = 3  # sentences
_CLOSE_TO_BEST: dict[Kind, float] = {"list": 0.3, "yes_no": 0.6, "reason": 0.5, "statement": 0.5}
_TRIED = 4  # sentences of each side of a comparison
_SURE = 0.9  # probability from which a speaker's further sentences are told
_ONE_SIDED = 0.3
_TOGETHER = 1.0  # log-odds more for two sides in one article
_APART = 2.0  # for two sides that give two figures of one thing
_SUM = 1.5  # log-odds less where both sides together have one figure: their sum, or that of one
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_CLOSE_ELSE = 0.4  # a further quote is part of such an answer when it scores so much of the best one


def quotes_alone(
    query: Query, quotes: Sequence[Quote], bars: Bars, *, failed: bool, carrying: Sequence[int] = ()
) -> list[Sentence]:
    """Return the answer that the best quotes are, where no model writes, or where all it wrote failed.

    Args:
        quotes: at least one, the likeliest first.
        failed: whether a model wrote something that failed.
        carrying: numbers of the quotes that a yes or no rests on: they come first.
    """
    if any(part.side for part in query.parts):
        shown = _by_side(query, quotes, bars)
    else:
        close = _CLOSE_TO_BEST.get(query.kind, _CLOSE_ELSE) * max(quote.score for quote in quotes)
        first = [quote for quote in quotes if quote.n in carrying]
        chosen = [quote for quote in quotes if quote.n not in carrying and quote.score >= close]
        if query.kind == "latest":
            chosen.sort(key=lambda quote: quote.published or "", reverse=True)
        if query.kind == "list":  # rows are worth alike: what merely stands in a better passage comes after them
            chosen.sort(key=lambda quote: -quote.score)
        most = 1 if query.changes.short else _SHOWN.get(query.kind, _SHOWN_ELSE)
        shown = [quote_sentence(quote) for quote in [*first, *chosen][:most]]
        if query.kind == "latest":
            shown = _with_days([*first, *chosen], shown)
    return [replace(sentence, reasons=(IN_ITS_PLACE,)) for sentence in shown] if failed else shown


def name_described(described: str, quotes: Sequence[Quote], sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the sentence that names what a question only describes; None where nothing was answered, or it is there already.

    Args:
        quotes: the last one says who is meant.
    """
    quote = quotes[-1]
    if not sentences or any(quote.n in sentence.citations for sentence in sentences):
        return None
    return replace(quote_sentence(quote), label=described, reasons=(WHO_IS_MEANT,))


def told_by_days(quotes: Sequence[Quote]) -> list[Sentence]:
    """Return the answer that events are: each in the words of its article, with its day; none where no article is about the topic."""
    told = [quote for quote in quotes if quote.score > 0]
    return _with_days(told, [quote_sentence(quote) for quote in told])


def _with_days(quotes: Sequence[Quote], sentences: Sequence[Sentence]) -> list[Sentence]:
    days = [told_day(quote.quote, quote.published) for quote, _ in zip(quotes, sentences, strict=False)]
    newest = max(filter(None, days), default=None)
    return [
        replace(sentence, day=day, newest=day is not None and day == newest and len(sentences) > 1)
        for sentence, day in zip(sentences, days, strict=True)
    ]


def _by_side(query: Query, quotes: Sequence[Quote], bars: Bars) -> list[Sentence]:
    """Return the best sentence of each side, labelled with it; one that is the best of both stands once, for both.

    Of sentences that are nearly as good, those of one article belong together, and those that give two figures of one thing even more.
    Where the sides are speakers, what else each of them surely said follows.
    """
    columns = [
        sorted(
            (quote for quote in quotes if quote.part_scores[place] >= bars.alone),
            key=lambda quote: -quote.part_scores[place],
        )[:_TRIED]
        for place in range(len(query.parts))
    ]
    if not all(columns):  # one side alone compares nothing: it is told where it is sure
        columns = [[quote for quote in column if quote.score >= _ONE_SIDED] for column in columns]
        if not any(columns):
            return []
    chosen = max(product(*filter(None, columns)), key=_worth if all(columns) else len)
    sides: dict[int, list[str]] = {}
    kept = [part for part, column in zip(query.parts, columns, strict=True) if column]
    for part, quote in zip(kept, chosen, strict=True):
        sides.setdefault(quote.n, []).append(part.side)
    for place, part in enumerate(query.parts):
        if asks_what_was_said(part.asked):
            further = [quote for quote in columns[place] if quote.n not in sides and _is_said_by(place, quote)]
            sides |= {quote.n: [part.side] for quote in further[: _SHOWN_ELSE - 1]}
    labels = {n: " / ".join(names) for n, names in sides.items()}
    order = list(dict.fromkeys(labels.values()))
    by_side = sorted(labels, key=lambda n: order.index(labels[n]))
    by_number = {quote.n: quote for quote in quotes}
    return [replace(quote_sentence(by_number[n]), label=labels[n]) for n in by_side]


def _is_said_by(place: int, quote: Quote) -> bool:
    """Return whether a quote surely answers for one side, and for no other side more."""
    return quote.part_scores[place] >= max(_SURE, *quote.part_scores)


def _worth(chosen: Sequence[Quote]) -> float:
    scores = sum(log_odds(quote.part_scores[place]) for place, quote in enumerate(chosen))
    apart = bool(find_disagreements(chosen))
    figures = [frozenset(_FIGURE.findall(quote.quote)) for quote in chosen]
    if len(chosen) > 1 and all(figures) and len(frozenset().union(*figures)) == 1:
        scores -= _SUM
    return scores + _TOGETHER * (len({quote.article_id for quote in chosen}) == 1) + _APART * apart
