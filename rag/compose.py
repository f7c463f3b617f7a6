"""Checked sentences and their quotes to the answer (pure): what was cited, what was searched, where the sources differ."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from index.articles import Coverage
from rag.answer_types import SAID, Answer, AnswerVerdict, Citation, Quote, Searched, Sentence, Status, Timings, Withheld
from rag.query_types import Query
from rag.question.changes import with_brackets
from rag.record.disagreements import find_disagreements, find_updates, of_the_answer

NO_EVIDENCE = "The articles that were searched do not answer this."
_NEAREST_SHOWN = 3


def shown_quotes(quotes: Sequence[Quote], sentences: Sequence[Sentence]) -> list[Quote]:
    """Return the quotes that an answer shows: those that its sentences cite by number, or the nearest where it has none."""
    used = {number for sentence in sentences for number in sentence.citations}
    return sorted((quote for quote in quotes if quote.n in used), key=lambda quote: quote.n) or list(
        quotes[:_NEAREST_SHOWN]
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a question.

    Attributes:
        unanswered: the parts of the question that nothing answers.
        suggestion: another question that could be answered, or None.
        model: name of who wrote the sentences, or ``none`` for quotes alone.
        model_error: why a configured model did not write them, or None.
        verdict: what they say to a question of yes or no, or None.
        absent: names in the question that no article holds, where it is refused.
    """

    sentences: Sequence[Sentence]
    withheld: Sequence[Withheld]
    unanswered: Sequence[str]
    suggestion: str | None
    model: str
    model_error: str | None
    verdict: AnswerVerdict | None = None
    absent: tuple[str, ...] = ()


def compose(
    query: Query,
    shown: Sequence[Quote],
    citations: tuple[Citation, ...],
    checked: Checked,
    *,
    coverage: Coverage,
    timings: Timings,
    fingerprint: str,
) -> Answer:
    """Return the answer.

    Args:
        shown: the quotes that it shows; see ``shown_quotes``.
        citations: the same with what is on record of their articles.
        coverage: what the filters left to be searched.
        fingerprint: of the settings.
    """
    sentences, understood = checked.sentences, with_brackets(query.text, query.changes)
    cited = citations if sentences else ()
    text = " ".join(tell_sentence(sentence) for sentence in sentences) or _refuse(checked.absent)
    if checked.verdict:
        text = f"{SAID[checked.verdict]} {text}"
    status: Status = "no_evidence" if not sentences else "partial" if checked.unanswered else "answered"
    return Answer(
        id=_identify(query.question, text, cited),
        question=query.question,
        understood=understood if understood != query.question else None,
        kind=query.kind,
        verdict=checked.verdict,
        status=status,
        unanswered=tuple(checked.unanswered) if sentences else (),
        text=text,
        sentences=tuple(sentences),
        withheld=tuple(checked.withheld),
        citations=cited,
        origins=len({citation.origin for citation in cited}),
        newest=max((citation.published[:10] for citation in cited if citation.published), default=None),
        disagreements=of_the_answer(find_disagreements(shown), shown) if sentences else (),
        updates=of_the_answer(find_updates(shown), shown) if sentences else (),
        searched=Searched(
            articles=coverage.articles,
            outlets=coverage.outlets,
            first=coverage.first,
            last=coverage.last,
            undated=coverage.undated,
            filters=query.filters,
        ),
        nearest=() if sentences else citations,
        absent=() if sentences else tuple(checked.absent),
        suggestion=None if sentences else checked.suggestion,
        model=checked.model,
        model_error=checked.model_error,
        timings_ms=timings,
        settings_fingerprint=fingerprint,
    )


def _refuse(absent: Sequence[str]) -> str:
    """Return how a refusal is put: with the names that stand nowhere, where there are some."""
    return f"{NO_EVIDENCE} None of them names {' or '.join(absent)}." if absent else NO_EVIDENCE


def tell_sentence(sentence: Sentence) -> str:
    """Return a sentence as it stands in the text of an answer: with what it stands for before it, and its markers behind."""
    label = f"{sentence.label}: " if sentence.label else ""
    return f"{label}{sentence.text} {markers_of(sentence)}"


def markers_of(sentence: Sentence) -> str:
    """Return the markers of a sentence: ``[1][3]``."""
    return "".join(f"[{number}]" for number in sentence.citations)


def _identify(question: str, text: str, citations: Sequence[Citation]) -> str:
    places = [
        [citation.headline_sha256 or citation.article_sha256, citation.start, citation.end] for citation in citations
    ]
    return hashlib.sha256(msgspec.json.encode([question, text, places])).hexdigest()[:16]
