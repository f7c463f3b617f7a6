"""The whole path from question to answer, beside the same model without Citewire, on questions about the news.

    python benchmarks/answers.py --data FOLDER --limit 40                 the half that nothing was tuned on
    python benchmarks/answers.py --data FOLDER --half tune --limit 20 --only citewire --show

FOLDER holds the files of RealTimeQA; the collection is that of ``benchmarks/retrieval.py``. Systems: ``citewire`` with the
local model, ``without judge`` (cheap features choose the quotes, the model judges every sentence), ``quotes`` alone,
``engine`` (LlamaIndex's CitationQueryEngine with the same model and embedding model) and ``closed book``. An answer is right
when the answer string stands in it (``in text``), and also when of the four choices only the right one stands there
(``right choice``). Answers are kept in ``--work`` under the name of the system and ``--run``, so a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from citation_query_engine import open_engine
from collection import WORK, open_collection
from plain_model import PlainModel
from quotes import make_judge

from index.embed import SentenceEncoder
from index.settings import Settings, load_settings
from rag.answer import Stages, answer
from rag.answers import Answer, Candidate, Event, Finished, Quote, QuotesFound, SentenceChecked
from rag.evaluate.cases import Case, half_of
from rag.evaluate.matching import answers_stand_in, chooses_right, right_choices
from rag.evaluate.sets.real_time_qa import read_articles, read_cases
from rag.evaluate.statistics import mean_interval
from rag.judge import Judge
from rag.models.local import LocalModel
from rag.prompt import support_messages
from rag.retrieve import Archive
from rag.understand import make_filters

MODEL = "qwen2.5-coder-1.5b"
SYSTEMS = ("citewire", "without judge", "quotes", "engine", "closed book")
CLOSED_BOOK = "Answer the question about the news in one sentence.\nQuestion: "


class Row(msgspec.Struct):
    """What a system said to a question.

    Attributes:
        seconds: of the whole answer; ``first_quotes`` and ``first_sentence`` until those were there.
        quotes: what it cites, word for word.
        exact: how many of its citations are slices of a stored article, of ``cited``.
    """

    id: str
    text: str
    refused: bool
    seconds: float
    first_quotes: float | None = None
    first_sentence: float | None = None
    quotes: list[str] = []
    withheld: list[str] = []
    cited: int = 0
    exact: int = 0


def main() -> None:
    """Ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--only", action="append", choices=SYSTEMS, help="may be repeated")
    parser.add_argument("--limit", type=int, default=40, help="at most so many questions of each group")
    parser.add_argument("--run", default="run", help="name under which the answers are kept")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    articles = read_articles(given.data, count=5000)
    known = [case for case in read_cases(given.data) if case.articles and half_of(case.id) == given.half]
    cases = [case for group in ("gold", "weak") for case in [c for c in known if c.group == group][: given.limit]]
    with open_collection(articles, work=given.work / "retrieval") as (archive, encoder):
        found = {}
        for name in given.only or SYSTEMS:
            file = given.work / "answers" / f"{given.run}-{name.replace(' ', '-')}.jsonl"
            with open_system(name, archive, encoder, articles, given.work) as ask:
                found[name] = ask_all(cases, ask, file)
    for name, rows in found.items():
        if given.show:
            show_answers(name, cases, rows)
    print_table(cases, found)


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
    judge: Any = make_judge(archive, encoder, models=settings.models)
    judge = WithoutJudge(judge, model) if name == "without judge" else with_model(judge, model, settings)
    stages = Stages(archive=archive, encoder=encoder, judge=judge, model=model, settings=settings)
    list(
        answer("What happened in the news?", filters=make_filters(), stages=stages)
    )  # what is loaded first does not count
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

    def answers(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """Return the first estimate."""
        return self._judge.answers_cheaply(question, candidates)

    def support(self, claim: str, quotes: Sequence[Quote]) -> float | None:
        """Return P(yes) of the model."""
        return self._model.probability_yes(support_messages(claim, quotes)) if self._model else None


def with_model(judge: Judge, model: LocalModel | None, settings: Settings) -> Judge:
    judge._model = model
    judge._doubtful = (settings.verify.ask_from, settings.verify.ask_to)
    return judge


def ask_citewire(case: Case, stages: Stages) -> Row:
    started = time.perf_counter()
    first_quotes = first_sentence = None
    events: Iterator[Event] = answer(case.question, filters=case.filters, stages=stages, today=case.as_of)
    for event in events:
        spent = time.perf_counter() - started
        if isinstance(event, QuotesFound) and first_quotes is None:
            first_quotes = spent
        if isinstance(event, SentenceChecked) and event.sentence and first_sentence is None:
            first_sentence = spent
        if isinstance(event, Finished):
            return to_row(case, event.answer, stages, spent, first_quotes, first_sentence)
    raise AssertionError("the last event is always Finished")


def to_row(
    case: Case, given: Answer, stages: Stages, seconds: float, first_quotes: float | None, first_sentence: float | None
) -> Row:
    exact = 0
    for citation in given.citations:
        article = stages.archive.library.article(citation.article_id, sha256=citation.article_sha256)
        exact += article.text[citation.start : citation.end] == citation.quote
    return Row(
        id=case.id,
        text=given.text if given.sentences else "",
        refused=given.status == "no_evidence",
        seconds=seconds,
        first_quotes=first_quotes,
        first_sentence=first_sentence,
        quotes=[f"[{citation.n}] {citation.quote}" for citation in given.citations or given.nearest],
        withheld=[f"{item.text} ({'; '.join(item.reasons)})" for item in given.withheld],
        cited=len(given.citations),
        exact=exact,
    )


def ask_engine(case: Case, engine: Any) -> Row:
    text, sources, seconds = engine.ask(case.question)
    return Row(id=case.id, text=text, refused=False, seconds=seconds, quotes=sources)


def ask_closed_book(case: Case, model: PlainModel) -> Row:
    text, seconds = model.write(CLOSED_BOOK + case.question, maximum_tokens=60)
    return Row(id=case.id, text=text, refused=False, seconds=seconds)


def in_text(case: Case, row: Row) -> float:
    return float(answers_stand_in(case.answers, [without_markers(row.text)], match=case.match))


def right_choice(case: Case, row: Row) -> float | None:
    right = right_choices(case.choices, case.answers)
    return float(chooses_right(case.choices, right, without_markers(row.text))) if right else None


def without_markers(text: str) -> str:
    return re.sub(r"\[\d+\]", "", text)


def print_table(cases: Sequence[Case], found: dict[str, list[Row]]) -> None:
    for group in ("gold", "weak", "both"):
        chosen = [place for place, case in enumerate(cases) if group in (case.group, "both")]
        if not chosen:
            continue
        print(f"\n{group}, n = {len(chosen)}")
        for name, rows in found.items():
            kept = [(cases[place], rows[place]) for place in chosen]
            choices = [value for case, row in kept if (value := right_choice(case, row)) is not None]
            print(
                f"  {name:14} in text {share([in_text(case, row) for case, row in kept])}  "
                f"right choice {share(choices)}  refused {share([float(row.refused) for _, row in kept])}  "
                f"seconds p50 {middle(row.seconds for _, row in kept)} p95 {middle((row.seconds for _, row in kept), 0.95)}"
                f"  first quotes {middle(row.first_quotes for _, row in kept)}"
                f"  first sentence {middle(row.first_sentence for _, row in kept)}"
                f"  exact {sum(row.exact for _, row in kept)} of {sum(row.cited for _, row in kept)}"
            )


def share(values: Sequence[float]) -> str:
    interval = mean_interval(list(values), share=True)
    return f"{np.mean(values):.3f}" + (f" ({interval.low:.3f}-{interval.high:.3f})" if interval else "")


def middle(values: Any, quantile: float = 0.5) -> str:
    known = [value for value in values if value is not None]
    return f"{np.quantile(known, quantile):.1f}" if known else "-"


def show_answers(name: str, cases: Sequence[Case], rows: Sequence[Row]) -> None:
    for case, row in zip(cases, rows, strict=True):
        print(f"\n{name} {case.id} {'RIGHT' if in_text(case, row) else 'wrong'} {row.seconds:.1f} s")
        print(f"  Q {case.question} -> {case.answers}")
        print(f"  A {row.text or '(refused)'}")
        for quote in row.quotes if name not in ("engine",) else ():
            print(f"    {quote[:300]}")
        for line in row.withheld:
            print(f"    withheld: {line[:300]}")


if __name__ == "__main__":
    main()
