"""Quotes to the sentences of an answer: a model's where one writes, the quotes themselves where none does or all of it fails.

Either way what an answer must show beside them follows (``supplement``). Each sentence is told as it is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.errors import ModelError
from index.settings import Settings
from index.text.languages import ENGLISH
from rag.answer_events import SentenceChecked, Waiting
from rag.answer_types import AnswerVerdict, Quote, Sentence, Withheld
from rag.clock import Clock
from rag.find.bars import Bars, best_score, neither_bars
from rag.models.chat import ChatModel
from rag.models.turns import Turns
from rag.query_types import Query
from rag.record.disagreements import find_disagreements
from rag.tracing import UNTRACED, Trace
from rag.trust.judge import Judge
from rag.trust.verdict import Said, asks_agreement, find_verdict, speaks_of
from rag.trust.verify import SupportScorer
from rag.write.alone import quotes_alone, told_by_days
from rag.write.sentences import write_sentences
from rag.write.supplement import supplement


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and how it is checked.

    Attributes:
        turns: the queue before the model.
    """

    model: ChatModel
    turns: Turns


@dataclass(slots=True)
class Writing:
    """What came of it, while it grows.

    Attributes:
        verdict: what the quotes say to a question of yes or no, or None.
        refused: whether the model said that the quotes do not answer.
        by_model: whether the model wrote a sentence that is shown.
        error: why the model did not write, or None.
        first_token: milliseconds until its first sentence was written, or None.
        verify: milliseconds spent on checks.
        generate: milliseconds spent on the rest of the writing.
    """

    sentences: list[Sentence] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    verdict: AnswerVerdict | None = None
    refused: bool = False
    by_model: bool = False
    error: str | None = None
    first_token: float | None = None
    verify: float | None = None
    generate: float | None = None


def tell(sentences: Sequence[Sentence]) -> Iterator[SentenceChecked | Writing]:
    """Yield sentences that need no writing, and at the end the whole."""
    for sentence in sentences:
        yield SentenceChecked(sentence=sentence)
    yield Writing(sentences=list(sentences))


def write_answer(
    query: Query,
    quotes: Sequence[Quote],
    bars: Bars,
    *,
    writer: Writer | None,
    judge: SupportScorer,
    settings: Settings,
    trace: Trace = UNTRACED,
) -> Iterator[Waiting | SentenceChecked | Writing]:
    """Yield each sentence as it is checked, and at the end the whole.

    Args:
        quotes: those offered, numbered, the likeliest first.
        writer: who writes, or None for quotes alone.
        judge: says whether words support a sentence.
        trace: where the stages are written down.
    """
    writing = Writing()
    if query.by_days:
        yield from tell(told_by_days(quotes))
        return
    try:
        said = _say(query, quotes, bars, judge)
    except ModelError as error:
        # The model is asked here too, for what the judges are not sure of. It is left alone from now on.
        writing.error, writer = str(error), None
        judge = judge.asking(None) if isinstance(judge, Judge) else judge
        said = _say(query, quotes, bars, judge)
    writing.verdict = said.verdict
    if query.kind == "yes_no" and not said.verdict and query.language == ENGLISH:
        # What says neither yes nor no has to be an answer by itself, and to speak of what was asked.
        bars = neither_bars(bars, settings.evidence)
        quotes = [quote for quote in quotes if speaks_of(query.text, quote)]
    best = best_score(quotes)
    if writer is not None and best >= bars.offered:
        with trace.part("citewire.write", "LLM") as part:
            part.note(llm__model_name=writer.model.name)
            yield from _written(query, quotes, bars, writing, writer=writer, judge=judge, settings=settings, trace=part)
            part.note(citewire__refused=writing.refused, citewire__verify_ms=writing.verify)
            if writing.error:
                part.fail(writing.error)
    writing.by_model = bool(writing.sentences)
    if best >= bars.alone and not writing.sentences and not writing.refused:
        for sentence in quotes_alone(query, quotes, bars, failed=bool(writing.withheld), carrying=said.numbers):
            writing.sentences.append(sentence)
            yield SentenceChecked(sentence=sentence, verdict=said.verdict)
    for sentence in supplement(query, quotes, writing.sentences, bars):
        writing.sentences.append(sentence)
        yield SentenceChecked(sentence=sentence, verdict=said.verdict)
    yield writing


def _say(query: Query, quotes: Sequence[Quote], bars: Bars, judge: SupportScorer) -> Said:
    """Return what the quotes say to a question of yes or no; nothing to any other."""
    if query.kind != "yes_no" or query.parts or query.language != ENGLISH:
        return Said(None)
    good = [quote for quote in quotes if quote.score >= bars.alone]
    if asks_agreement(query.text):
        sides = [side for found in find_disagreements(good) for side in found.sides]
        return Said("differ", tuple(sorted({n for side in sides for n in side.citations}))) if sides else Said(None)
    return find_verdict(query.text, good, scorer=judge)


def _written(
    query: Query,
    quotes: Sequence[Quote],
    bars: Bars,
    writing: Writing,
    *,
    writer: Writer,
    judge: SupportScorer,
    settings: Settings,
    trace: Trace,
) -> Iterator[Waiting | SentenceChecked]:
    """Yield what the model writes, once it is this question's turn. What it fails with is kept, not raised."""
    clock = Clock()
    spent = 0.0
    try:
        with writer.turns.join() as turn:
            for place in turn.places():
                yield Waiting(place)
            drafted = write_sentences(
                query, quotes, bars, model=writer.model, judge=judge, settings=settings, trace=trace
            )
            for written in drafted:
                writing.first_token = writing.first_token or written.at
                spent += written.check
                if isinstance(written.checked, Sentence):
                    writing.sentences.append(written.checked)
                    yield SentenceChecked(sentence=written.checked, verdict=writing.verdict)
                else:
                    writing.withheld.append(written.checked)
                    yield SentenceChecked(withheld=written.checked, verdict=writing.verdict)
                if query.changes.short and writing.sentences:
                    break
        writing.refused = not writing.sentences and not writing.withheld
    except ModelError as error:
        writing.error = str(error)
    writing.verify = round(spent, 1) if writing.first_token is not None else None
    writing.generate = round(clock.lap() - spent, 1)
