"""Quotes to citations: each with what is on record of its article, read once for all quotes of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from index.articles import Article
from index.store.protocol import AnyLibrary
from index.text.origins import find_head
from rag.answer_types import Citation, EditorsNote, Head, Quote
from rag.record.corrections import find_correction, find_earlier_headline
from rag.record.revisions import editors_note

_OF_QUOTES_ALONE = {"score", "part_scores", "context"}


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """What there is to know of the article of a quote: its earlier versions, its head, what its editors say of it."""

    earlier: tuple[Article, ...]
    head: Head | None
    note: EditorsNote | None


def cite_quotes(quotes: Sequence[Quote], *, library: AnyLibrary) -> tuple[Citation, ...]:
    """Return the citations for quotes, in their order: with wordings before, editors' note and head of each article."""
    known: dict[tuple[str, int], _OnRecord] = {}
    citations = []
    for quote in quotes:
        key = (quote.article_id, quote.version)
        if key not in known:
            known[key] = _look_up(quote, library)
        citations.append(_cite(quote, known[key]))
    return tuple(citations)


def _look_up(quote: Quote, library: AnyLibrary) -> _OnRecord:
    note = editors_note(library.article(quote.article_id, version=quote.version).text)
    members = library.origin_members(quote.origin)
    head = find_head(members) if len(members) > 1 else None
    return _OnRecord(
        earlier=library.versions(quote.article_id)[: quote.version - 1] if quote.version > 1 else (),
        head=Head(head.article_id, head.outlet, head.published)
        if head and head.article_id != quote.article_id
        else None,
        note=note if note != "update" else None,
    )


def _cite(quote: Quote, record: _OnRecord) -> Citation:
    shared = {entry.name: getattr(quote, entry.name) for entry in fields(Quote) if entry.name not in _OF_QUOTES_ALONE}
    find = find_earlier_headline if quote.headline_sha256 else find_correction
    return Citation(**shared, correction=find(quote.quote, record.earlier), head=record.head, note=record.note)
