"""The read path: understand -> retrieve -> evidence -> generate -> cite -> verify -> compose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.articles import Filters
from index.errors import ModelError
from index.models.embed import Encoder
from index.settings import Settings
from rag.answer_types import (
    Answer,
    Event,
    Finished,
    Query,
    Quote,
    QuotesFound,
    Sentence,
    SentenceChecked,
    Timings,
    Withheld,
)
from rag.clock import Clock
from rag.compose import Checked, compose
from rag.find.numbering import number_quotes
from rag.find.quotes import choose_quotes
from rag.find.retrieve import Archive, retrieve
from rag.models.chat import ChatModel
from rag.question.parts import lower_for_pieces, missing_parts
from rag.question.suggest import other_questions
from rag.question.understand import understand
from rag.trust.judge import Judge
from rag.write.sentences import write_sentences
from rag.write.supplement import cited_numbers, quotes_alone, supplement

NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class Stages:
    """What the read path works with: opened once, used for every question."""

    archive: Archive
    encoder: Encoder
    judge: Judge
    model: ChatModel | None
    settings: Settings


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
    clock = Clock()
    settings = stages.settings
    query = understand(
        question,
        filters=filters,
        maximum_characters=settings.answer.maximum_question_characters,
        today=today,
        history=history,
    )
    settings = replace(settings, evidence=lower_for_pieces(query, settings.evidence))
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
            for written in write_sentences(query, quotes, model=stages.model, judge=stages.judge, settings=settings):
                timings = replace(
                    timings,
                    first_token=timings.first_token or written.at,
                    verify=round((timings.verify or 0.0) + written.check, 1),
                )
                if isinstance(written.checked, Sentence):
                    sentences.append(written.checked)
                    yield SentenceChecked(sentence=written.checked)
                else:
                    withheld.append(written.checked)
                    yield SentenceChecked(withheld=written.checked)
            refused = not sentences and not withheld
        except ModelError as error:
            model_error = str(error)
        timings = replace(timings, generate=round(clock.lap() - (timings.verify or 0.0), 1))
    wrote = bool(sentences)
    if best >= enough and not sentences and not refused:
        for sentence in quotes_alone(quotes, failed=bool(withheld)):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
    for sentence in supplement(query, quotes, sentences, settings.evidence):
        sentences.append(sentence)
        yield SentenceChecked(sentence=sentence)
    cited = [quote for quote in quotes if quote.n in cited_numbers(sentences)]
    suggestion = None if sentences else _suggest(query, quotes, stages)
    yield Finished(
        compose(
            query,
            quotes,
            Checked(
                sentences=sentences,
                withheld=withheld,
                unanswered=[part.text for part in missing_parts(query, cited, bar=bar)],
                suggestion=suggestion,
                model=stages.model.name if stages.model and (wrote or refused) else NO_MODEL,
                model_error=model_error,
            ),
            library=stages.archive.library,
            timings=replace(timings, total=clock.total()),
            fingerprint=stages.settings.fingerprint(),
        )
    )


def _find_quotes(query: Query, stages: Stages, clock: Clock) -> tuple[tuple[Quote, ...], Timings]:
    found = retrieve(query, archive=stages.archive, encoder=stages.encoder, settings=stages.settings.search)
    timings = Timings(retrieve=clock.lap())
    quotes = choose_quotes(query, found, scorer=stages.judge, settings=stages.settings.evidence)
    return quotes, replace(timings, evidence=clock.lap())


def _suggest(query: Query, quotes: Sequence[Quote], stages: Stages) -> str | None:
    """Return a question like this one that the articles do answer, if there is one: searched and scored like any other."""
    for question in other_questions(query.text, quotes):
        tried = replace(query, text=question, parts=())
        found, _ = _find_quotes(tried, stages, Clock())
        if found and found[0].score >= stages.settings.evidence.minimum_score:
            return question
    return None
