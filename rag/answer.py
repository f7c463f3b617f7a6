"""The read path: understand -> retrieve -> evidence -> generate -> cite -> verify -> answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import msgspec

from index.articles import Filters
from index.embed import Encoder
from index.errors import ModelError
from index.settings import Settings
from rag.answers import (
    Answer,
    Citation,
    Event,
    Finished,
    Query,
    Quote,
    QuotesFound,
    Searched,
    Sentence,
    SentenceChecked,
    Status,
    Timings,
    Withheld,
)
from rag.compare import find_disagreements
from rag.evidence import choose_quotes
from rag.generate import draft_sentences
from rag.judge import Judge
from rag.models.chat import ChatModel
from rag.prompt import answer_messages
from rag.retrieve import Archive, retrieve
from rag.understand import understand
from rag.verify import quote_sentence, verify_sentence

NO_EVIDENCE = "The articles that were searched do not answer this."
NO_MODEL = "none"
_QUOTES_SHOWN = 3  # sentences of an answer made of quotes alone
_NEAREST_SHOWN = 3
_CLOSE_TO_BEST = 0.4  # a further quote is part of such an answer when it scores so much of the best one


@dataclass(frozen=True, slots=True)
class Stages:
    """What the read path works with: opened once, used for every question."""

    archive: Archive
    encoder: Encoder
    judge: Judge
    model: ChatModel | None
    settings: Settings


class _Clock:
    """Milliseconds since it was made, and of each stage."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the milliseconds since the last lap."""
        now = time.perf_counter()
        spent, self._last = now - self._last, now
        return round(1000 * spent, 1)

    def total(self) -> float:
        """Return the milliseconds since the clock was made."""
        return round(1000 * (time.perf_counter() - self._started), 1)


def answer(question: str, *, filters: Filters, stages: Stages, today: str | None = None) -> Iterator[Event]:
    """Answer a question: yield the quotes, then each sentence as it is checked, then the whole answer.

    Raises:
        QuestionError: the question or a filter is malformed.
        LibraryError: the library cannot be used.
    """
    clock = _Clock()
    settings = stages.settings
    query = understand(
        question,
        filters=filters,
        maximum_characters=settings.answer.maximum_question_characters,
        today=today,
    )
    found = retrieve(
        query,
        archive=stages.archive,
        encoder=stages.encoder,
        settings=settings.search,
    )
    timings = Timings(retrieve=clock.lap())
    quotes = choose_quotes(query, found, scorer=stages.judge, settings=settings.evidence)
    timings = replace(timings, evidence=clock.lap())
    best = quotes[0].score if quotes else 0.0
    enough = settings.evidence.minimum_score
    answering = best >= (enough if stages.model is None else settings.evidence.minimum_score_for_model)
    yield QuotesFound(quotes if answering else ())

    sentences: list[Sentence] = []
    withheld: list[Withheld] = []
    model_error: str | None = None
    refused = False
    if answering and stages.model is not None:
        try:
            for checked, first_token, spent in _write(query, quotes, stages):
                timings = replace(
                    timings,
                    first_token=timings.first_token or first_token,
                    verify=round((timings.verify or 0.0) + spent, 1),
                )
                if isinstance(checked, Sentence):
                    sentences.append(checked)
                    yield SentenceChecked(sentence=checked)
                else:
                    withheld.append(checked)
                    yield SentenceChecked(withheld=checked)
            refused = not sentences and not withheld
        except ModelError as error:
            model_error = str(error)
        timings = replace(timings, generate=round(clock.lap() - (timings.verify or 0.0), 1))
    wrote = bool(sentences)
    if best >= enough and not sentences and not refused:
        for sentence in _quotes_alone(quotes):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
    yield Finished(
        _compose(
            query,
            quotes=quotes,
            sentences=sentences,
            withheld=withheld,
            stages=stages,
            model=stages.model.name if stages.model and (wrote or refused) else NO_MODEL,
            model_error=model_error,
            timings=replace(timings, total=clock.total()),
        )
    )


def _write(query: Query, quotes: Sequence[Quote], stages: Stages) -> Iterator[tuple[Sentence | Withheld, float, float]]:
    """Yield each sentence of the model with its verdict, the milliseconds until it was written, and those of its check."""
    if stages.model is None:
        return
    clock = _Clock()
    drafts = draft_sentences(
        stages.model,
        answer_messages(query.question, quotes),
        quotes=len(quotes),
        maximum_tokens=stages.settings.answer.maximum_tokens,
    )
    for draft in drafts:
        written = clock.total()
        checked = verify_sentence(draft, quotes, scorer=stages.judge, settings=stages.settings.verify)
        yield checked, written, clock.total() - written


def _quotes_alone(quotes: Sequence[Quote]) -> list[Sentence]:
    best = quotes[0].score
    return [quote_sentence(quote) for quote in quotes[:_QUOTES_SHOWN] if quote.score >= _CLOSE_TO_BEST * best]


def _compose(
    query: Query,
    *,
    quotes: Sequence[Quote],
    sentences: Sequence[Sentence],
    withheld: Sequence[Withheld],
    stages: Stages,
    model: str,
    model_error: str | None,
    timings: Timings,
) -> Answer:
    used = {number for sentence in sentences for number in sentence.citations}
    citations = tuple(to_citation(quote) for quote in quotes if quote.n in used)
    status: Status = "answered" if sentences else "no_evidence"
    coverage = stages.archive.library.coverage(query.filters)
    dates = [citation.published[:10] for citation in citations if citation.published]
    text = " ".join(f"{sentence.text} {_markers(sentence)}" for sentence in sentences) or NO_EVIDENCE
    return Answer(
        id=_identify(query.question, text, citations),
        question=query.question,
        status=status,
        text=text,
        sentences=tuple(sentences),
        withheld=tuple(withheld),
        citations=citations,
        origins=len({citation.origin for citation in citations}),
        newest=max(dates, default=None),
        disagreements=find_disagreements([quote for quote in quotes if quote.n in used]),
        searched=Searched(
            articles=coverage.articles,
            outlets=coverage.outlets,
            first=coverage.first,
            last=coverage.last,
            undated=coverage.undated,
            filters=query.filters,
        ),
        nearest=() if sentences else tuple(to_citation(quote) for quote in quotes[:_NEAREST_SHOWN]),
        model=model,
        model_error=model_error,
        timings_ms=timings,
        settings_fingerprint=stages.settings.fingerprint(),
    )


def to_citation(quote: Quote) -> Citation:
    """Return the citation for a quote."""
    return Citation(**{entry.name: getattr(quote, entry.name) for entry in fields(Citation)})


def _markers(sentence: Sentence) -> str:
    return "".join(f"[{number}]" for number in sentence.citations)


def _identify(question: str, text: str, citations: Sequence[Citation]) -> str:
    places = [[citation.article_sha256, citation.start, citation.end] for citation in citations]
    return hashlib.sha256(msgspec.json.encode([question, text, places])).hexdigest()[:16]
