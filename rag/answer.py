"""The read path: understand -> retrieve -> choose quotes -> write and check -> compose."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from index.archive import Archive
from index.articles import Filters
from index.models.embed import Encoder
from index.settings import EvidenceSettings, SearchSettings, Settings
from index.text.languages import ENGLISH
from rag.answer_events import Event, Finished, PassagesFound, QuotesFound, SentenceChecked
from rag.answer_types import Answer, Found, Quote, Timings
from rag.clock import Clock
from rag.compose import Checked, compose, shown_quotes
from rag.find.answer_words import mark_answers
from rag.find.bars import bars_for, best_score
from rag.find.events import choose_events, deeper, is_about
from rag.find.headlines import add_headlines
from rag.find.meaning import weigh_meaning
from rag.find.numbering import number_quotes
from rag.find.quotes import choose_quotes, wider
from rag.find.retrieve import merge_found, retrieve
from rag.find.values import asks_values, choose_values, read_values, with_newest_value
from rag.models.reader import can_read_closely
from rag.query_types import Query
from rag.question.bearing import absent_names
from rag.question.changes import last_answered
from rag.question.kind_reader import KindReader
from rag.question.parts import missing_parts
from rag.question.suggest import other_questions
from rag.question.sums import find_sum
from rag.question.two_steps import find_step, name_in, put_in
from rag.question.understand import read_facts, understand
from rag.record.citations import cite_quotes
from rag.tracing import UNTRACED, Trace, traced
from rag.trust.judge import AnyJudge
from rag.write.alone import name_described
from rag.write.collection import Facts, find_facts, tell_facts
from rag.write.operands import compute_from
from rag.write.said_by import find_sources
from rag.write.supplement import cited_numbers
from rag.write.writing import Writer, Writing, tell, write_answer

NO_MODEL = "none"
_AS_GOOD = 0.7  # of the score of the direct answer, from which two steps are taken: the second rests on the first
_SUGGESTED = 0.7  # estimated probability from which another question is said to be answered: a reader goes by it
_MOST_AFTER_STEP = 4  # quotes of two steps, the first of which stands last


@dataclass(frozen=True, slots=True)
class Stages:
    """What the read path works with: opened once, used for every question.

    Attributes:
        rarity: returns a weight for a stem, greater for rarer ones.
        kinds: reads the kind of a question that no form of words tells.
        writer: who writes the sentences, or None for quotes alone.
        trace: where the stages are written down for those who watch.
    """

    archive: Archive
    encoder: Encoder
    judge: AnyJudge
    rarity: Callable[[str], float]
    kinds: KindReader
    writer: Writer | None
    settings: Settings
    trace: Trace = UNTRACED


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What answers a question.

    Attributes:
        query: what was searched at last.
        retrieved: milliseconds that the search took.
        facts: what the library knows of its articles, where the question is about them.
        described: what the question only describes, where a quote had to name it first.
    """

    query: Query
    quotes: tuple[Quote, ...]
    retrieved: float
    facts: Facts | None = None
    described: str | None = None


def answer(
    question: str,
    *,
    filters: Filters,
    stages: Stages,
    today: str | None = None,
    history: Sequence[Answer] = (),
    passages: bool = False,
) -> Iterator[Event]:
    """Answer a question: yield the quotes, then each sentence as it is checked, then the whole answer.

    Args:
        today: the day on which it is asked; see ``understand``.
        history: the earlier answers of the conversation, the oldest first.
        passages: yield before them which passages are read.

    Raises:
        QuestionError: the question or a filter is malformed.
        LibraryError: the library cannot be used.
    """
    with traced("citewire.ask", "CHAIN", texts=stages.settings.observe.texts) as trace:
        trace.note_text(input__value=question)
        # Closed before the trace ends, also where who asks leaves early.
        with contextlib.closing(_answer(question, filters, replace(stages, trace=trace), today, history)) as events:
            for event in events:
                if passages or not isinstance(event, PassagesFound):
                    yield event


def _answer(
    question: str, filters: Filters, stages: Stages, today: str | None, history: Sequence[Answer]
) -> Generator[Event, None, None]:
    clock = Clock()
    settings, writer = stages.settings, stages.writer
    with stages.trace.part("citewire.understand", "CHAIN") as part:
        query = understand(
            question,
            filters=filters,
            maximum_characters=settings.answer.maximum_question_characters,
            today=today,
            history=history,
            outlets=stages.archive.outlets(),
            languages=stages.archive.languages(),
            kinds=stages.kinds,
        )
        part.note(citewire__kind=query.kind, citewire__language=query.language, citewire__parts=len(query.parts))
    bars = bars_for(query, settings.evidence)
    bar = bars.bar(written=writer is not None)
    evidence = yield from _find_evidence(query, stages, clock, history)
    query = evidence.query
    quotes, chosen = number_quotes(evidence.quotes, history), clock.lap()
    yield QuotesFound(quotes if best_score(quotes) >= bar else ())

    writing = Writing()
    events = (
        tell(tell_facts(evidence.facts, quotes))
        if evidence.facts
        else write_answer(query, quotes, bars, writer=writer, judge=stages.judge, settings=settings, trace=stages.trace)
    )
    for event in events:
        if isinstance(event, Writing):
            writing = event
        else:
            yield event
    if evidence.described and (named := name_described(evidence.described, quotes, writing.sentences)):
        writing.sentences.insert(0, named)
        yield SentenceChecked(sentence=named, verdict=writing.verdict)

    timings = Timings(
        retrieve=evidence.retrieved,
        evidence=chosen,
        first_token=writing.first_token,
        generate=writing.generate,
        verify=writing.verify,
    )
    with stages.trace.part("citewire.compose", "CHAIN"):
        whole = _finish(query, quotes, writing, bar, replace(timings, total=clock.total()), stages)
    _note_answer(stages.trace, whole)
    yield Finished(whole)


def _note_answer(trace: Trace, answer: Answer) -> None:
    """Write down what came of a question: ids and counts."""
    trace.note(
        citewire__answer_id=answer.id,
        citewire__status=answer.status,
        citewire__kind=answer.kind,
        citewire__sentences=len(answer.sentences),
        citewire__withheld=len(answer.withheld),
        citewire__articles=[citation.article_id for citation in answer.citations],
        citewire__settings=answer.settings_fingerprint,
        llm__model_name=answer.model,
    )
    trace.note_text(output__value=answer.text, citewire__model_error=answer.model_error)
    if answer.model_error:
        trace.note(citewire__model_failed=True)


def _finish(
    query: Query, quotes: Sequence[Quote], writing: Writing, bar: float, timings: Timings, stages: Stages
) -> Answer:
    """Return the answer that was written, with what is on record of its sources, or with what is nearest where there is none."""
    sentences, writer = writing.sentences, stages.writer
    cited = [quote for quote in quotes if quote.n in cited_numbers(sentences)]
    shown = shown_quotes(quotes, sentences)
    if sentences:
        shown = mark_answers(query, shown, stages.judge)
    checked = Checked(
        sentences=sentences,
        withheld=writing.withheld,
        unanswered=[part.text for part in missing_parts(query, cited, bar=bar)],
        suggestion=None if sentences else _suggest(query, quotes, stages),
        model=writer.model.name if writer and (writing.by_model or writing.refused) else NO_MODEL,
        model_error=writing.error,
        verdict=writing.verdict if sentences else None,
        absent=() if sentences else _find_absent(query, stages),
    )
    return compose(
        query,
        shown,
        cite_quotes(shown, library=stages.archive.library),
        checked,
        coverage=stages.archive.coverage(query.filters),
        timings=timings,
        fingerprint=stages.settings.fingerprint(),
    )


def _find_evidence(
    query: Query, stages: Stages, clock: Clock, history: Sequence[Answer]
) -> Generator[PassagesFound, None, _Evidence]:
    """Yield the passages that are read, and return what answers a question.

    That is the facts of the collection, or quotes; in two steps where the second answers likelier than the question as it was asked.
    """
    if query.who_says and (last := last_answered(history)) and (sources := find_sources(last)).quotes:
        return _Evidence(query, sources.quotes, clock.lap(), facts=sources)
    if query.kind == "collection":
        facts = find_facts(query, stages.archive, rarity=stages.rarity)
        if facts.quotes:
            return _Evidence(query, facts.quotes, clock.lap(), facts=facts)
        if query.topic:  # no article is about it: what is nearest answers nothing
            near, spent = _find_quotes(replace(query, text=query.topic), stages, clock)
            return _Evidence(query, _unanswering(near), spent)
    if computed := _compute(query, stages):
        return _Evidence(replace(query, kind="fact", parts=()), computed.quotes, clock.lap(), facts=computed)
    found = _search(query, stages)
    spent = clock.lap()
    yield PassagesFound(found.hits[: stages.settings.search.hits] if query.by_days else found.hits)
    quotes = _quotes_of(query, found, stages)
    direct = _Evidence(query, quotes, spent)
    step = find_step(query.text) if query.language == ENGLISH and not query.by_days and not query.parts else None
    if step is None:
        return direct
    least = stages.settings.evidence.minimum_score
    first = [
        quote for quote in _find_quotes(_ask_anew(query, step.asked, stages), stages, clock)[0] if quote.score >= least
    ]
    naming = [(quote, name) for quote in first if (name := name_in(step, quote.quote))]
    if not naming:
        return direct
    who, name = naming[0]
    named = replace(_ask_anew(query, put_in(query.text, name), stages), kind=query.kind)
    second, _ = _find_quotes(named, stages, clock)
    if not second or second[0].score < max(least, _AS_GOOD * best_score(quotes)):
        return direct
    if any(who.quote == quote.quote for quote in second):
        return _Evidence(named, second, spent)
    second = second[: _MOST_AFTER_STEP - 1]
    return _Evidence(named, (*second, replace(who, n=len(second) + 1)), spent, described=step.described)


def _compute(query: Query, stages: Stages) -> Facts | None:
    """Return the sum or the difference that a question asks for, with the two quotes that it is computed from, or None."""
    asked = find_sum(query.text) if query.language == ENGLISH else None
    if asked is None:
        return None

    def find(question: str) -> tuple[Quote, ...]:
        return _find_quotes(replace(_ask_anew(query, question, stages), kind="fact", parts=()), stages, Clock())[0]

    return compute_from(asked, find=find, judge=stages.judge, least=stages.settings.evidence.minimum_score)


def _find_quotes(query: Query, stages: Stages, clock: Clock) -> tuple[tuple[Quote, ...], float]:
    """Return the quotes for a query, and the milliseconds that the search took of it."""
    found = _search(query, stages)
    spent = clock.lap()
    return _quotes_of(query, found, stages), spent


def _search(query: Query, stages: Stages) -> Found:
    """Return the passages for a query: those that may answer it, or, where it is told by days, those of all articles of its topic."""
    search = stages.settings.search
    return _retrieve(_about(query), stages, deeper(search) if query.by_days else search)


def _about(query: Query) -> Query:
    return replace(query, text=query.topic) if query.by_days else query


def _quotes_of(query: Query, found: Found, stages: Stages) -> tuple[Quote, ...]:
    """Return the quotes for a query, of the passages that were found for it."""
    if not query.by_days:
        return _choose(query, found, stages, wider(query.kind, stages.settings.evidence))
    about = _about(query)
    values = _find_values(query, about, found, stages)
    events: tuple[Quote, ...] = ()
    if not values or query.kind == "latest":
        events = choose_events(query, found, read_lead=stages.archive.library.leads, rarity=stages.rarity)
    events = with_newest_value(query.topic, values, events) if query.kind == "latest" else values or events
    if not events and asks_values(query) and not can_read_closely(stages.judge):
        events = choose_values(query, found, scorer=stages.judge, rarity=stages.rarity)
    if events:
        return events
    # No article is about it. What a sentence says of it is told; else what is nearest is shown as such, and answers nothing.
    first = Found(found.hits[: stages.settings.search.hits], found.records)
    near = _choose(about, first, stages, stages.settings.evidence)
    said = [quote for quote in near if quote.score >= stages.settings.evidence.minimum_score]
    told = tuple(quote for quote in said if is_about(query.topic, quote, rarity=stages.rarity))
    return told or _unanswering(near)


def _find_values(query: Query, about: Query, found: Found, stages: Stages) -> tuple[Quote, ...]:
    """Return the values of a quantity that changes, where the question asks for one and a reader finds them."""
    if not asks_values(query) or not can_read_closely(stages.judge):
        return ()
    # More than one passage of an article may state a value.
    whole = merge_found([found, _retrieve(about, stages, stages.settings.search)])
    return read_values(query, whole, scorer=stages.judge, rarity=stages.rarity)


def _unanswering(near: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return quotes that are shown as what is nearest, and answer nothing."""
    return tuple(replace(quote, score=0.0, part_scores=()) for quote in near)


def _retrieve(query: Query, stages: Stages, settings: SearchSettings) -> Found:
    with stages.trace.part("citewire.retrieve", "RETRIEVER") as part:
        found = retrieve(query, archive=stages.archive, encoder=stages.encoder, settings=settings)
        part.note_text(input__value=query.text)
        part.note_documents(
            "retrieval.documents",
            [(f"{hit.article_id}:{hit.start}-{hit.end}", hit.score, hit.text) for hit in found.hits],
        )
    return found


def _choose(query: Query, found: Found, stages: Stages, settings: EvidenceSettings) -> tuple[Quote, ...]:
    with stages.trace.part("citewire.quotes", "RERANKER") as part:
        quotes = choose_quotes(query, found, scorer=stages.judge, settings=settings, rarity=stages.rarity)
        quotes = weigh_meaning(query, quotes, found, judge=stages.judge, settings=settings)
        if settings.headlines:
            quotes = add_headlines(
                query,
                found,
                quotes,
                bar=bars_for(query, settings).alone,
                scorer=stages.judge,
                settings=settings,
                rarity=stages.rarity,
            )
        part.note(reranker__top_k=settings.quotes)
        part.note_documents(
            "reranker.output_documents",
            [(f"{quote.article_id}:{quote.start}-{quote.end}", quote.score, quote.quote) for quote in quotes],
        )
    return quotes


def _find_absent(query: Query, stages: Stages) -> tuple[str, ...]:
    """Return the names in a question that no article holds; one about the collection itself asks for none."""
    if query.kind == "collection" and not query.topic:
        return ()
    words = stages.archive.words
    return absent_names(query.bearers, lambda word: words.count_passages_with(word, titles=True))


def _ask_anew(query: Query, question: str, stages: Stages) -> Query:
    """Return the query with another question, and all that its words tell."""
    return read_facts(query, question, outlets=stages.archive.outlets(), languages=stages.archive.languages())


def _suggest(query: Query, quotes: Sequence[Quote], stages: Stages) -> str | None:
    """Return a question like this one that the articles do answer, if there is one: searched and scored like any other."""
    tried = []
    for question in other_questions(query.text, quotes):
        found, _ = _find_quotes(_ask_anew(query, question, stages), stages, Clock())
        if found and found[0].score >= max(_SUGGESTED, stages.settings.evidence.minimum_score):
            tried.append((found[0].score, question))
    return max(tried, key=lambda each: each[0])[1] if tried else None
