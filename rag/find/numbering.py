"""The numbers of quotes (pure): 1, 2, 3 in one answer; in a conversation a quote keeps the number it was given first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer_types import Answer, Citation, Quote


def number_quotes(quotes: Sequence[Quote], history: Sequence[Answer]) -> tuple[Quote, ...]:
    """Return the quotes with their numbers: those cited before keep theirs, new ones go on after the greatest."""
    known = {_place(citation): citation.n for answer in history for citation in (*answer.citations, *answer.nearest)}
    last = max(known.values(), default=0)
    numbered = []
    for quote in quotes:
        number = known.get(_place(quote))
        if number is None:
            last += 1
            number = last
        numbered.append(replace(quote, n=number))
    return tuple(numbered)


def _place(item: Citation | Quote) -> tuple[str, str | None, int, int]:
    return item.article_sha256, item.headline_sha256, item.start, item.end
