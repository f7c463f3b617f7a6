"""Who says so: where the last answer of a conversation comes from, told by its own citations (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from rag.answer_types import Answer, Citation, Quote
from rag.write.collection import Facts

_NAMED = 8  # outlets


def find_sources(last: Answer) -> Facts:
    """Return the quotes of an answer as what a question for its sources is answered by; nothing where it has none."""
    if not last.citations:
        return Facts()
    return Facts(tuple(_as_quote(citation) for citation in last.citations), _count(last.citations))


def _count(citations: Sequence[Citation]) -> str:
    """Return outlets and days, and how many of them speak for themselves: copies of one text are one origin."""
    articles = {citation.article_id: citation for citation in citations}.values()
    told = [
        f"{each.outlet or 'an unnamed outlet'} ({each.published[:10] if each.published else 'undated'})"
        for each in articles
    ]
    rest = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    count = "1 article" if len(told) == 1 else f"{len(told)} articles"
    origins = len({each.origin for each in articles})
    apart = f", of {origins} origin{'s' if origins > 1 else ''}" if len(told) > 1 else ""
    return f"{count}{apart}: {', '.join(told[:_NAMED])}{rest}."


def _as_quote(citation: Citation) -> Quote:
    shared = {entry.name for entry in fields(Quote)} & {entry.name for entry in fields(Citation)}
    return Quote(**{name: getattr(citation, name) for name in shared}, score=1.0, context=citation.quote)
