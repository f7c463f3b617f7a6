"""Checked sentences and their quotes to the answer: what was cited, what was searched, where the sources differ."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

import msgspec

from index.store.library import Library
from index.text.origins import find_head
from rag.answer_types import Answer, Citation, Head, Query, Quote, Searched, Sentence, Status, Timings, Withheld
from rag.record.corrections import find_correction
from rag.record.disagreements import find_disagreements, find_updates
from rag.record.revisions import editors_note

NO_EVIDENCE = "The articles that were searched do not answer this."
_NEAREST_SHOWN = 3
_OF_QUOTES_ALONE = {"score", "part_scores", "context"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a question.

    Attributes:
        unanswered: the parts of the question that nothing answers.
        suggestion: another question that could be answered, or None.
        model: name of who wrote the sentences, or ``none`` for quotes alone.
        model_error: why a configured model did not write them, or None.
    """

    sentences: Sequence[Sentence]
    withheld: Sequence[Withheld]
    unanswered: Sequence[str]
    suggestion: str | None
    model: str
    model_error: str | None


def compose(
    query: Query, quotes: Sequence[Quote], checked: Checked, *, library: Library, timings: Timings, fingerprint: str
) -> Answer:
    """Return the answer.

    Args:
        quotes: those that were offered, numbered.
        library: read for the coverage of the filters and for earlier versions of the cited articles.
        fingerprint: of the settings.
    """
    sentences = checked.sentences
    used = {number for sentence in sentences for number in sentence.citations}
    cited = sorted((quote for quote in quotes if quote.n in used), key=lambda quote: quote.n)
    citations = tuple(to_citation(quote, library=library) for quote in cited)
    coverage = library.coverage(query.filters)
    text = " ".join(f"{sentence.text} {_markers(sentence)}" for sentence in sentences) or NO_EVIDENCE
    status: Status = "no_evidence" if not sentences else "partial" if checked.unanswered else "answered"
    return Answer(
        id=_identify(query.question, text, citations),
        question=query.question,
        understood=query.text if query.text != query.question else None,
        status=status,
        unanswered=tuple(checked.unanswered) if sentences else (),
        text=text,
        sentences=tuple(sentences),
        withheld=tuple(checked.withheld),
        citations=citations,
        origins=len({citation.origin for citation in citations}),
        newest=max((citation.published[:10] for citation in citations if citation.published), default=None),
        disagreements=find_disagreements(cited),
        updates=find_updates(cited),
        searched=Searched(
            articles=coverage.articles,
            outlets=coverage.outlets,
            first=coverage.first,
            last=coverage.last,
            undated=coverage.undated,
            filters=query.filters,
        ),
        nearest=() if sentences else tuple(to_citation(quote, library=library) for quote in quotes[:_NEAREST_SHOWN]),
        suggestion=None if sentences else checked.suggestion,
        model=checked.model,
        model_error=checked.model_error,
        timings_ms=timings,
        settings_fingerprint=fingerprint,
    )


def to_citation(quote: Quote, *, library: Library) -> Citation:
    """Return the citation for a quote, with what there is to know of its article: wordings before, editors' note, head."""
    shared = {entry.name: getattr(quote, entry.name) for entry in fields(Quote) if entry.name not in _OF_QUOTES_ALONE}
    earlier = library.versions(quote.article_id)[: quote.version - 1] if quote.version > 1 else ()
    note = editors_note(library.article(quote.article_id, version=quote.version).text)
    members = library.origin_members(quote.origin)
    head = find_head(members) if len(members) > 1 else None
    return Citation(
        **shared,
        correction=find_correction(quote.quote, earlier),
        head=Head(head.article_id, head.outlet, head.published)
        if head and head.article_id != quote.article_id
        else None,
        note=note if note != "update" else None,
    )


def _markers(sentence: Sentence) -> str:
    return "".join(f"[{number}]" for number in sentence.citations)


def _identify(question: str, text: str, citations: Sequence[Citation]) -> str:
    places = [[citation.article_sha256, citation.start, citation.end] for citation in citations]
    return hashlib.sha256(msgspec.json.encode([question, text, places])).hexdigest()[:16]
