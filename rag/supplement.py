"""What an answer must show beside the model's sentences (pure): always in the article's own words, never without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.settings import EvidenceSettings
from rag.answers import Query, Quote, Sentence
from rag.compare import find_other_answers, find_rivals
from rag.verify import quote_sentence

IN_ITS_PLACE = "the article's own words stand in place of a sentence that failed its check"
_QUOTES_SHOWN = 3  # sentences of an answer made of quotes alone
_CLOSE_TO_BEST = 0.4  # a further quote is part of such an answer when it scores so much of the best one
_RIVALS_SHOWN = 2
_ANOTHER = "this article gives another answer"
_OTHERWISE = "this article says otherwise"
_ANSWERS_BEST = "no sentence used this quote, though it answers likeliest"


def quotes_alone(quotes: Sequence[Quote], *, failed: bool) -> list[Sentence]:
    """Return the answer that the best quotes are, where no model writes, or where all it wrote failed.

    Args:
        quotes: at least one, the likeliest first.
        failed: whether a model wrote something that failed.
    """
    best = max(quote.score for quote in quotes)
    shown = [quote_sentence(quote) for quote in quotes[:_QUOTES_SHOWN] if quote.score >= _CLOSE_TO_BEST * best]
    return [replace(sentence, reasons=(IN_ITS_PLACE,)) for sentence in shown] if failed else shown


def first_unused(
    _query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return the likeliest quote to answer, where there are sentences and none cites it: a small model overlooks it."""
    used = cited_numbers(sentences)
    if not sentences or quotes[0].n in used or quotes[0].score < settings.minimum_score:
        return []
    return [replace(quote_sentence(quotes[0]), reasons=(_ANSWERS_BEST,))]


def rivals(
    _query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return, in the article's own words, what says otherwise than a quote that is cited."""
    used = cited_numbers(sentences)
    good = [quote for quote in quotes if quote.n not in used and quote.score >= settings.minimum_score_for_model]
    others = find_rivals([quote for quote in quotes if quote.n in used], good)
    return [replace(quote_sentence(quote), reasons=(_OTHERWISE,)) for quote in others[:_RIVALS_SHOWN]]


def other_answers(
    query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return, in the article's own words, what gives another number, time or name than all that is cited."""
    used = cited_numbers(sentences)
    good = [quote for quote in quotes if quote.n not in used and quote.score >= settings.minimum_score]
    others = find_other_answers(query.text, [quote for quote in quotes if quote.n in used], good)
    return [replace(quote_sentence(quote), reasons=(_ANOTHER,)) for quote in others[:_RIVALS_SHOWN]]


def cited_numbers(sentences: Sequence[Sentence]) -> set[int]:
    """Return the numbers of the quotes that sentences cite."""
    return {number for sentence in sentences for number in sentence.citations}


SUPPLEMENTS = (first_unused, rivals, other_answers)
"""In the order in which they are shown; each sees what the ones before added."""
