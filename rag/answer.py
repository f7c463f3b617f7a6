"""The read path: understand -> retrieve -> evidence -> generate -> cite -> verify -> compose."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.articles import Filters
from index.embed import Encoder
from index.errors import ModelError
from index.settings import EvidenceSettings, Settings
from rag.answers import (
    Answer,
    Draft,
    Event,
    Finished,
    Part,
    Query,
    Quote,
    QuotesFound,
    Sentence,
    SentenceChecked,
    Timings,
    Withheld,
)
from rag.compare import find_other_answers, find_rivals
from rag.compose import Checked, compose
from rag.differences import says_the_same
from rag.evidence import choose_quotes
from rag.generate import draft_sentences
from rag.judge import Judge
from rag.models.chat import ChatModel
from rag.numbering import number_quotes
from rag.prompt import answer_messages
from rag.retrieve import Archive, retrieve
from rag.suggest import other_questions
from rag.understand import understand
from rag.verify import quote_sentence, verify_sentence

NO_MODEL = "none"
_QUOTES_SHOWN = 3  # sentences of an answer made of quotes alone
_RIVALS_SHOWN = 2
_CLOSE_TO_BEST = 0.4  # a further quote is part of such an answer when it scores so much of the best one
_SAID_ALREADY = "another sentence says it already; it was not checked"
_ANOTHER = "this article gives another answer"
_OTHERWISE = "this article says otherwise"
_ANSWERS_BEST = "no sentence used this quote, though it answers likeliest"
_IN_ITS_PLACE = "the article's own words stand in place of a sentence that failed its check"


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


def answer(
    question: str,
    *,
    filters: Filters,
    stages: Stages,
    today: str | None = None,
    history: Sequence[Answer] = (),
) -> Iterator[Event]:
    """Answer a question: yield the quotes, then each sentence as it is checked, then the whole answer.

    Args:
        today: the day on which it is asked; see ``understand``.
        history: the earlier answers of the conversation, the oldest first.

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
        history=history,
    )
    quotes, timings = _find_quotes(query, stages, clock)
    quotes = number_quotes(quotes, history)
    best = max((quote.score for quote in quotes), default=0.0)
    enough = settings.evidence.minimum_score
    bar = enough if stages.model is None else settings.evidence.minimum_score_for_model
    answering = best >= bar
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
        for sentence in _quotes_alone(quotes, failed=bool(withheld)):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
    for find in (_first_unused, _rivals, _other_answers):
        for sentence in find(query, quotes, sentences, settings.evidence):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
    suggestion = None if sentences else _suggest(query, quotes, stages)
    yield Finished(
        compose(
            query,
            quotes,
            Checked(
                sentences=sentences,
                withheld=withheld,
                unanswered=[part.text for part in _missing_parts(query, quotes, sentences, bar=bar)],
                suggestion=suggestion,
                model=stages.model.name if stages.model and (wrote or refused) else NO_MODEL,
                model_error=model_error,
            ),
            library=stages.archive.library,
            timings=replace(timings, total=clock.total()),
            fingerprint=settings.fingerprint(),
        )
    )


def _find_quotes(query: Query, stages: Stages, clock: _Clock) -> tuple[tuple[Quote, ...], Timings]:
    found = retrieve(query, archive=stages.archive, encoder=stages.encoder, settings=stages.settings.search)
    timings = Timings(retrieve=clock.lap())
    quotes = choose_quotes(query, found, scorer=stages.judge, settings=stages.settings.evidence)
    return quotes, replace(timings, evidence=clock.lap())


def _write(query: Query, quotes: Sequence[Quote], stages: Stages) -> Iterator[tuple[Sentence | Withheld, float, float]]:
    """Yield each sentence of the model with its verdict, the milliseconds until it was written, and those of its check.

    Where a sentence fails and a quote it points at answers the question, the quote follows in its place.
    """
    if stages.model is None:
        return
    clock = _Clock()
    settings = stages.settings
    drafts = draft_sentences(
        stages.model,
        answer_messages(_asked(query, quotes, settings.evidence.minimum_score_for_model), quotes),
        quotes=len(quotes),
        maximum_tokens=settings.answer.maximum_tokens,
    )
    shown: set[int] = set()
    said: list[str] = []
    failed: list[Draft] = []
    for proposed in drafts:
        # A model counts the quotes it is given from 1; the reader may know them by other numbers.
        draft = replace(proposed, markers=tuple(quotes[marker - 1].n for marker in proposed.markers))
        written = clock.total()
        if any(says_the_same(text, draft.text) for text in said):
            yield Withheld(draft.text, "partly", (_SAID_ALREADY,)), written, 0.0
            continue
        checked = verify_sentence(draft, quotes, scorer=stages.judge, settings=settings.verify)
        if isinstance(checked, Sentence):
            shown |= set(checked.citations)
            said.append(checked.text)
        else:
            failed.append(draft)
        yield checked, written, clock.total() - written
    for draft in failed if shown else ():  # where nothing passed at all, the best quotes are the answer
        for quote in quotes:
            if quote.n in draft.markers and quote.n not in shown and quote.score >= settings.evidence.minimum_score:
                shown.add(quote.n)
                yield replace(quote_sentence(quote), reasons=(_IN_ITS_PLACE,)), clock.total(), 0.0


def _asked(query: Query, quotes: Sequence[Quote], bar: float) -> str:
    """Return the question for the model: only those of its parts that a quote answers, where it has several."""
    reached = [part for part, best in zip(query.parts, _best_of_parts(query, quotes), strict=True) if best >= bar]
    return " ".join(part.asked for part in reached) if 0 < len(reached) < len(query.parts) else query.text


def _quotes_alone(quotes: Sequence[Quote], *, failed: bool) -> list[Sentence]:
    best = max(quote.score for quote in quotes)
    shown = [quote_sentence(quote) for quote in quotes[:_QUOTES_SHOWN] if quote.score >= _CLOSE_TO_BEST * best]
    return [replace(sentence, reasons=(_IN_ITS_PLACE,)) for sentence in shown] if failed else shown


def _first_unused(
    _query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return the likeliest quote to answer, where there are sentences and none cites it: a small model overlooks it."""
    used = _cited(sentences)
    if not sentences or quotes[0].n in used or quotes[0].score < settings.minimum_score:
        return []
    return [replace(quote_sentence(quotes[0]), reasons=(_ANSWERS_BEST,))]


def _rivals(
    _query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return, in the article's own words, what says otherwise than a quote that is cited."""
    used = _cited(sentences)
    good = [quote for quote in quotes if quote.n not in used and quote.score >= settings.minimum_score_for_model]
    rivals = find_rivals([quote for quote in quotes if quote.n in used], good)
    return [replace(quote_sentence(quote), reasons=(_OTHERWISE,)) for quote in rivals[:_RIVALS_SHOWN]]


def _other_answers(
    query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], settings: EvidenceSettings
) -> list[Sentence]:
    """Return, in the article's own words, what gives another number, time or name than all that is cited."""
    used = _cited(sentences)
    good = [quote for quote in quotes if quote.n not in used and quote.score >= settings.minimum_score]
    others = find_other_answers(query.text, [quote for quote in quotes if quote.n in used], good)
    return [replace(quote_sentence(quote), reasons=(_ANOTHER,)) for quote in others[:_RIVALS_SHOWN]]


def _cited(sentences: Sequence[Sentence]) -> set[int]:
    return {number for sentence in sentences for number in sentence.citations}


def _missing_parts(query: Query, quotes: Sequence[Quote], sentences: Sequence[Sentence], *, bar: float) -> list[Part]:
    """Return the parts of a question that none of the cited quotes answers."""
    used = _cited(sentences)
    best = _best_of_parts(query, [quote for quote in quotes if quote.n in used])
    return [part for part, score in zip(query.parts, best, strict=True) if score < bar]


def _best_of_parts(query: Query, quotes: Sequence[Quote]) -> list[float]:
    return [max((quote.part_scores[place] for quote in quotes), default=0.0) for place in range(len(query.parts))]


def _suggest(query: Query, quotes: Sequence[Quote], stages: Stages) -> str | None:
    """Return a question like this one that the articles do answer, if there is one: searched and scored like any other."""
    for question in other_questions(query.text, quotes):
        tried = replace(query, text=question, parts=())
        found, _ = _find_quotes(tried, stages, _Clock())
        if found and found[0].score >= stages.settings.evidence.minimum_score:
            return question
    return None
