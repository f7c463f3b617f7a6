"""Questions about the collection itself, from what the library knows of its articles: how many, of whom, of when, which corrected.

What is counted is no article's words: it is told as computed, and cites the articles it was counted from. Everything else is the first
sentence of the articles that are asked for, each with its day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.archive import Archive
from index.articles import Article, Filters, PassageRecord
from rag.answer_types import Quote, Sentence
from rag.find.events import lead_of
from rag.find.quotes import to_quote
from rag.find.subjects import newest_leads, read_subjects
from rag.find.topic_articles import READ, find_topic_articles
from rag.language.names import find_runs
from rag.language.tokens import fold, tokens
from rag.query_types import Query
from rag.question.collection import author_asked

_TOPICS_NAMED = 8
_LISTED = 8  # articles
_NAMED = 12  # outlets that are named with their counts
_COUNTED = "counted from the collection, not said by an article"
_NEWEST = re.compile(r"\b(?:newest|latest|last|most recent|recently|últim\w+)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:oldest|earliest|first)\b", re.IGNORECASE)
_CORRECTED = re.compile(r"\b(?:correct\w*|retract\w*|updat\w*|changed|revis\w*|version)\b", re.IGNORECASE)
_TOPICS = re.compile(r"\b(?:topics?|subjects?|themes?)\b|\babout\W*$", re.IGNORECASE)
_WRITERS = re.compile(r"^who\b|\b(?:journalists?|reporters?|authors?)\b", re.IGNORECASE)
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


def find_facts(query: Query, archive: Archive, *, rarity: Callable[[str], float]) -> Facts:
    """Return what answers a question about the collection; nothing where it asks for whom nobody knows.

    A question that names an outlet is one about its articles, one with a topic about those that tell of it; one that names somebody or
    something else is none of the collection.

    Args:
        rarity: returns a weight for a stem, greater for rarer ones.
    """
    if query.topic:
        found, whole = find_topic_articles(query, archive, rarity=rarity)
        quotes = _lead([article.id for article in found[:_LISTED]], archive)
        return Facts(quotes, _count_topic(query, found, whole=whole)) if quotes else Facts()
    filters = query.narrowed
    author = author_asked(query.text)
    if author and not query.outlets:
        return _find_written(author, query, archive)
    if _names_another(query) or not archive.coverage(filters).articles:
        return Facts()
    if _CORRECTED.search(query.text):
        return Facts(_lead(archive.library.changed_articles(filters, limit=_LISTED), archive))
    oldest = bool(_OLDEST.search(query.text))
    if oldest or _NEWEST.search(query.text):
        return Facts(_lead(archive.library.articles_by_day(filters, newest=not oldest, limit=1), archive))
    if _TOPICS.search(query.text):
        return _find_topics(filters, archive)
    if query.outlets and _LISTS.search(query.text):
        meant = archive.library.articles_by_day(filters, newest=True, limit=_LISTED, dated=False)
    else:
        ends = (archive.library.articles_by_day(filters, newest=end, limit=1, dated=False) for end in (False, True))
        meant = tuple(article for end in ends for article in end)
    quotes = _lead(meant, archive)
    return Facts(quotes, _count(filters, archive) if quotes else "")


def _find_written(author: str, query: Query, archive: Archive) -> Facts:
    """Return the articles that somebody has written, the newest first; nothing where no byline names them."""
    keys = archive.library.articles_by_author(author, query.narrowed, limit=READ)
    records = archive.library.leads(keys)
    written = [records[key].article for key in keys if key in records]
    quotes = _lead(keys[:_LISTED], archive)
    return Facts(quotes, _count_topic(query, written, whole=len(keys) < READ)) if quotes else Facts()


def _find_topics(filters: Filters, archive: Archive) -> Facts:
    """Return what the newest articles report on most, with the newest article of each."""
    records = newest_leads(archive.library, filters)
    topics = read_subjects(records, archive.outlets()).topics[:_TOPICS_NAMED]
    bearing = (next(each for each in records if _tells_of(each, topic)).article.id for topic in topics)
    quotes = _lead(tuple(bearing), archive)
    told = f"Named most by the {_plural(len(records), 'article')} that are newest: {', '.join(topics)}."
    return Facts(quotes, told) if topics and quotes else Facts()


def _tells_of(record: PassageRecord, topic: str) -> bool:
    return topic.removeprefix("the ") in f"{record.article.title or ''} {record.text}"


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
    listed = _listed(Counter(dict(archive.library.outlet_counts(filters))))
    days = f" from {coverage.first} to {coverage.last}" if coverage.first and coverage.last else ""
    undated = f"; {coverage.undated:,} without a day" if coverage.undated else ""
    return f"{_plural(coverage.articles, 'article')}{days}{undated}{f': {listed}' if listed else ''}."


def _count_topic(query: Query, found: Sequence[Article], *, whole: bool) -> str:
    """Return how many articles of how many outlets and origins tell of the topic, and who wrote them where that is asked."""
    outlets = Counter(article.outlet for article in found if article.outlet)
    origins = len({article.origin for article in found})
    days = sorted(article.published[:10] for article in found if article.published)
    number = ("" if whole else "At least ") + _plural(len(found), "article")
    parts = [f"{number} of {_plural(len(outlets), 'outlet')}" if outlets else number]
    if len(found) > 1:
        parts.append(f"from {_plural(origins, 'origin')}")
    if days:
        parts.append(f"of {days[0]}" if days[0] == days[-1] else f"of {days[0]} to {days[-1]}")
    unnamed = len(found) - outlets.total()
    named = [*filter(None, [_listed(outlets)]), *([f"{unnamed:,} without an outlet"] if unnamed and outlets else [])]
    told = ": ".join(filter(None, [", ".join(parts), "; ".join(named)])) + "."
    if not _WRITERS.search(query.text):
        return told
    authors = Counter(article.author for article in found if article.author)
    nameless = sum(not article.author for article in found)
    rest = [f"{nameless:,} without a name"] if nameless else []
    return f"{told} Written by: {'; '.join([*filter(None, [_listed(authors)]), *rest])}."


def _listed(counts: Counter[str]) -> str:
    """Return names with their counts, the most first, and how many more there are."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    named = ", ".join(f"{name} ({count})" for name, count in ordered[:_NAMED])
    return f"{named} and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else named


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
