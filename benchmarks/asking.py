"""Systems that answer questions over a collection, each asked the same way; their answers are kept, so a stopped run goes on.

``citewire`` with the local model, ``without judge`` (cheap features choose the quotes, the model judges every sentence),
``quotes`` alone, ``engine`` (LlamaIndex's CitationQueryEngine with the same model and embedding model) and ``closed book``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from citation_query_engine import open_engine
from collection import open_collection
from plain_model import PlainModel
from quotes import make_judge

from index.archive import Archive
from index.models.embed import SentenceEncoder
from index.settings import Settings, load_settings
from rag.answer import Stages, answer
from rag.answer_events import Event, Finished, QuotesFound, SentenceChecked
from rag.answer_types import Answer, Candidate, Quote
from rag.evaluate.answering import shown_text
from rag.evaluate.cases import Case
from rag.find.rarity import rarity_in
from rag.models.choose import open_turns
from rag.models.local import LocalModel
from rag.models.prompt import support_messages
from rag.query_types import Part
from rag.question.filters import make_filters
from rag.question.kind_reader import open_kind_reader
from rag.trust.judge import Judge
from rag.write.writing import Writer

MODEL = "qwen2.5-coder-1.5b"
SYSTEMS = ("citewire", "without judge", "quotes", "engine", "closed book")
CLOSED_BOOK = "Answer the question about the news in one sentence.\nQuestion: "


class Row(msgspec.Struct):
    """What a system said to a question.

    Attributes:
        seconds: of the whole answer; ``first_quotes`` and ``first_sentence`` until those were there.
        best: score of the best quote, where there is one.
        sentences: of the answer, each with the numbers it cites and its verdict: to be read beside the quotes.
        quotes: what it cites, word for word, with the numbers.
        differences: the values of each disagreement and update that it shows.
        exact: how many of its citations are slices of a stored article, of ``cited``.
    """

    id: str
    text: str
    refused: bool
    seconds: float
    first_quotes: float | None = None
    first_sentence: float | None = None
    best: float | None = None
    sentences: list[str] = []
    quotes: list[str] = []
    withheld: list[str] = []
    differences: list[list[str]] = []
    cited: int = 0
    exact: int = 0


@contextmanager
def open_systems(
    names: Sequence[str], articles: Sequence[dict[str, Any]], *, work: Path, run: str, folder: str
) -> Iterator[Callable[[Sequence[Case]], dict[str, list[Row]]]]:
    """Open a collection and return a function that asks cases of every system.

    Args:
        work: where collections and answers are kept.
        run: the name under which the answers are kept.
        folder: the name of the collection.
    """
    with open_collection(articles, work=work / folder) as (archive, encoder):

        def ask_cases(cases: Sequence[Case]) -> dict[str, list[Row]]:
            found = {}
            for name in names:
                file = work / "answers" / f"{run}-{name.replace(' ', '-')}.jsonl"
                with open_system(name, archive, encoder, articles, work) as ask:
                    found[name] = ask_all(cases, ask, file)
            return found

        yield ask_cases


def ask_all(cases: Sequence[Case], ask: Callable[[Case], Row], file: Path) -> list[Row]:
    """Return a row for each case; those that the file holds are not asked again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {}
    if file.is_file():
        kept = {row.id: row for line in file.open("rb") for row in [msgspec.json.decode(line, type=Row)]}
    with file.open("ab") as out:
        for case in cases:
            if case.id not in kept:
                kept[case.id] = ask(case)
                out.write(msgspec.json.encode(kept[case.id]) + b"\n")
                out.flush()
    return [kept[case.id] for case in cases]


@contextmanager
def open_system(
    name: str, archive: Archive, encoder: Any, articles: Sequence[dict[str, Any]], work: Path
) -> Iterator[Callable[[Case], Row]]:
    """Open a system, ready to be asked."""
    settings = load_settings()
    if name in ("engine", "closed book"):
        plain = PlainModel(MODEL, file=work / "plain_model.sqlite3")
        if name == "closed book":
            yield lambda case: ask_closed_book(case, plain)
            return
        inner = SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size)
        engine = open_engine(articles, work=work, encoder=inner, model=plain)
        yield lambda case: ask_engine(case, engine)
        return
    model = None
    if name != "quotes":
        model = LocalModel(MODEL, settings.models, context_tokens=4096, threads=0, timeout=120)
        model.load()
    judge: Any = make_judge(archive, models=settings.models)
    judge = WithoutJudge(judge, model) if name == "without judge" else with_model(judge, model, settings)
    writer = Writer(model, open_turns(settings, model)) if model else None
    stages = Stages(
        archive=archive,
        encoder=encoder,
        judge=judge,
        rarity=rarity_in(archive),
        kinds=open_kind_reader(encoder),
        writer=writer,
        settings=settings,
    )
    list(answer("What happened in the news?", filters=make_filters(), stages=stages))  # loading does not count
    try:
        yield lambda case: ask_citewire(case, stages)
    finally:
        if model:
            model.close()


class WithoutJudge:
    """The path as it would be without the cross-encoders: cheap features, and the model for every sentence."""

    def __init__(self, judge: Judge, model: LocalModel | None) -> None:
        self._judge = judge
        self._model = model

    def answers(self, asked: Part, candidates: Sequence[Candidate]) -> list[float]:
        """Return the first estimate."""
        return self._judge.answers_cheaply(asked, candidates)

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return P(yes) of the model."""
        return self._model.probability_yes(support_messages(claim, quotes)) if self._model else None

    def read(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Return nothing: nobody reads closely."""


def with_model(judge: Judge, model: LocalModel | None, settings: Settings) -> Judge:
    """Give the judge its second opinion."""
    return judge.asking(model, doubtful=(settings.verify.ask_from, settings.verify.ask_to))


def ask_citewire(case: Case, stages: Stages) -> Row:
    started = time.perf_counter()
    first_quotes = first_sentence = best = None
    events: Iterator[Event] = answer(case.question, filters=case.filters, stages=stages, today=case.as_of)
    for event in events:
        spent = time.perf_counter() - started
        if isinstance(event, QuotesFound) and first_quotes is None:
            first_quotes = spent
            best = max((quote.score for quote in event.quotes), default=None)
        if isinstance(event, SentenceChecked) and event.sentence and first_sentence is None:
            first_sentence = spent
        if isinstance(event, Finished):
            row = to_row(case, event.answer, stages, spent)
            return msgspec.structs.replace(row, first_quotes=first_quotes, first_sentence=first_sentence, best=best)
    raise AssertionError("the last event is always Finished")


def to_row(case: Case, given: Answer, stages: Stages, seconds: float) -> Row:
    exact = 0
    for citation in given.citations:
        article = stages.archive.library.article(citation.article_id, sha256=citation.article_sha256)
        exact += article.text[citation.start : citation.end] == citation.quote
    return Row(
        id=case.id,
        text=shown_text(given),
        refused=given.status == "no_evidence",
        seconds=seconds,
        sentences=[
            f"{sentence.text} {list(sentence.citations)} {'; '.join([sentence.verdict, *sentence.reasons])}"
            for sentence in given.sentences
        ],
        quotes=[f"[{citation.n}] {citation.quote}" for citation in given.citations or given.nearest],
        withheld=[f"{item.text} ({'; '.join(item.reasons)})" for item in given.withheld],
        differences=[
            [f"{side.value} {list(side.citations)}" for side in found.sides]
            for found in (*given.disagreements, *given.updates)
        ],
        cited=len(given.citations),
        exact=exact,
    )


def without_markers(text: str) -> str:
    """Return a text without markers such as ``[2]``."""
    return re.sub(r"\[\d+\]", "", text)


def show_row(name: str, case: Case, row: Row, *, right: bool) -> None:
    """Print one answer."""
    print(f"\n{name} {case.id} ({case.group}) {'RIGHT' if right else 'wrong'} {row.seconds:.1f} s")
    print(f"  Q {case.question} -> {case.answers}")
    for sentence in row.sentences or [row.text or "(refused)"]:
        print(f"  A {sentence}")
    for quote in row.quotes if name not in ("engine",) else ():
        print(f"    {quote[:300]}")
    for line in row.withheld:
        print(f"    withheld: {line[:300]}")
    for values in row.differences:
        print(f"    differ: {' | '.join(values)}")


def ask_engine(case: Case, engine: Any) -> Row:
    text, sources, seconds = engine.ask(case.question)
    return Row(id=case.id, text=text, refused=False, seconds=seconds, quotes=sources)


def ask_closed_book(case: Case, model: PlainModel) -> Row:
    text, seconds = model.write(CLOSED_BOOK + case.question, maximum_tokens=60)
    return Row(id=case.id, text=text, refused=False, seconds=seconds)


def middle(values: Any, quantile: float = 0.5) -> str:
    known = [value for value in values if value is not None]
    return f"{np.quantile(known, quantile):.1f}" if known else "-"
