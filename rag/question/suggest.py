"""A question that was not answered to others that may be (pure): the same of another year, or with wider filters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer_types import Quote

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MOST = 3


def other_questions(question: str, quotes: Sequence[Quote]) -> tuple[str, ...]:
    """Return the question with its year replaced by those that the nearest quotes, or the days of their articles, give.

    Args:
        question: names exactly one year; of any other there is no suggestion.
        quotes: the nearest ones, the best first.
    """
    asked = set(_YEAR.findall(question))
    if len(asked) != 1:
        return ()
    (year,) = asked
    found: dict[str, None] = {}
    for quote in quotes:
        found |= dict.fromkeys(_YEAR.findall(quote.quote))
        if quote.published:
            found[quote.published[:4]] = None
    return tuple(question.replace(year, other) for other in found if other != year)[:_MOST]
