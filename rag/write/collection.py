"""Questions about the collection itself, from what the library knows of its articles: how many, of whom, of when, which corrected.

What is counted is no article's words: it is told as computed, and cites the articles it was counted from. Everything else is the first
sentence of the articles that are asked for, each with its day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.archive import Archive
from index.articles import Filters
from rag.answer_types import Quote, Sentence
from rag.find.events import lead_of
from rag.find.quotes import to_quote
from rag.language.names import find_runs
from rag.language.tokens import fold, tokens
from rag.query_types import Query

_LISTED = 8  # articles
_NAMED = 12  # outlets that are named with their counts
_COUNTED = "counted from the collection, not said by an article"
_NEWEST = re.compile(r"\b(?:newest|latest|last|most recent|recently|últim\w+)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:oldest|earliest|first)\b", re.IGNORECASE)
_CORRECTED = re.compile(r"\b(?:correct\w*|retract\w*|updat\w*|changed|revis\w*|version)\b", re.IGNORECASE)
_LISTS = re.compile(
    r"\b(?:publish\w*|print\w*|list|show|which (?:articles|stories|texts|reports)|what did)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the library knows of its articles.

    Attributes:
        quotes: the first sentences of the articles that are meant; empty where the question is none of the collection.
        counted: how many there are, of whom and of when, or an empty text where that is not asked.
        note: says how that was come by.
    """

    quotes: tuple[Quote, ...] = ()
    counted: str = ""
    note: str = _COUNTED


def find_facts(query: Query, archive: Archive) -> Facts:
    """Return what answers a question about the collection; nothing where it asks for whom nobody knows.

    A question that names an outlet is one about its articles; one that names somebody or something else is none of the collection.
    """
    filters = replace(query.filters, outlets=query.outlets) if query.outlets else query.filters
    if _names_another(query) or not archive.coverage(filters).articles:
        return Facts()
    if _CORRECTED.search(query.text):
        return Facts(_lead(archive.library.changed_articles(filters, limit=_LISTED), archive))
    oldest = bool(_OLDEST.search(query.text))
    if oldest or _NEWEST.search(query.text):
        return Facts(_lead(archive.library.articles_by_day(filters, newest=not oldest, limit=1), archive))
    if query.outlets and _LISTS.search(query.text):
        meant = archive.library.articles_by_day(filters, newest=True, limit=_LISTED, dated=False)
    else:
        ends = (archive.library.articles_by_day(filters, newest=end, limit=1, dated=False) for end in (False, True))
        meant = tuple(article for end in ends for article in end)
    quotes = _lead(meant, archive)
    return Facts(quotes, _count(filters, archive) if quotes else "")


def tell_facts(facts: Facts, quotes: Sequence[Quote]) -> list[Sentence]:
    """Return the sentences of the answer.

    Args:
        quotes: those of the facts, with the numbers that they have in the conversation.
    """
    told = [_told(quote) for quote in quotes]
    if not facts.counted:
        return told
    numbers = tuple(quote.n for quote in quotes)
    return [Sentence(facts.counted, "supported", numbers, (facts.note,), None, computed=True), *told]


def _names_another(query: Query) -> bool:
    """Return whether the question names somebody who is no outlet of the collection."""
    known = {word for outlet in query.outlets for word in fold(outlet).split()}
    named = [name for name in find_runs(tokens(query.text)) if not name.begins]
    return any(not set(name.words) <= known for name in named)


def _count(filters: Filters, archive: Archive) -> str:
    coverage = archive.coverage(filters)
    counts = archive.library.outlet_counts(filters)
    listed = ", ".join(f"{outlet} ({count})" for outlet, count in counts[:_NAMED])
    rest = f" and {len(counts) - _NAMED} more" if len(counts) > _NAMED else ""
    articles = "1 article" if coverage.articles == 1 else f"{coverage.articles:,} articles"
    days = f" from {coverage.first} to {coverage.last}" if coverage.first and coverage.last else ""
    undated = f"; {coverage.undated:,} without a day" if coverage.undated else ""
    return f"{articles}{days}{undated}{f': {listed}{rest}' if listed else ''}."


def _told(quote: Quote) -> Sentence:
    return Sentence(
        quote.quote,
        "supported",
        (quote.n,),
        (),
        1.0,
        day=quote.published[:10] if quote.published else None,
        label=quote.title,
    )


def _lead(articles: Sequence[str], archive: Archive) -> tuple[Quote, ...]:
    """Return the first quotable sentence of each article, numbered, in the order in which the articles are given."""
    leads = archive.library.leads(articles)
    found = [lead_of(leads[article]) for article in dict.fromkeys(articles) if article in leads]
    return tuple(to_quote(n, candidate, (1.0,)) for n, candidate in enumerate(filter(None, found), start=1))
