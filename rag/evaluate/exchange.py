"""Answers, cases and rankings to the files of others and back: the files are read and written here, the forms are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from index.errors import EvaluationError
from rag.evaluate.cases import Case, read_cases
from rag.evaluate.formats.cited import NameOf, RunDetails
from rag.evaluate.formats.documents import add_documents, parse_documents
from rag.evaluate.formats.nuggetizer import parse_nuggets, write_nuggets
from rag.evaluate.formats.ragas import parse_samples, write_samples
from rag.evaluate.formats.trec_eval import parse_qrels, parse_ranking, write_qrels, write_ranking
from rag.evaluate.formats.trec_rag import parse_run, write_run
from rag.evaluate.formats.trec_reports import parse_reports, write_reports
from rag.evaluate.formats.written import Parsed, Written
from rag.evaluate.names import ArticleNames, NameKind
from rag.evaluate.ranking import Searcher, rank_case
from rag.evaluate.records import Record, read_each_record, to_row
from rag.evaluate.results import Dropped
from rag.evaluate.rows import encode_rows

Told = Callable[[], None]


class RunWriter(Protocol):
    """Answers to the run of a track."""

    def __call__(
        self, records: Iterable[Record], run: RunDetails, *, name_of: NameOf = ..., length: int | None = ...
    ) -> Written:
        """Return the file."""
        ...


class AnswerParser(Protocol):
    """The file of a track or another system to answers."""

    def __call__(self, content: bytes, name: str) -> Parsed[Record]:
        """Return the answers."""
        ...


RUN_WRITERS: Mapping[str, RunWriter] = {
    "trec-rag-2026": partial(write_run, year=2026),
    "trec-rag-2025": partial(write_run, year=2025),
    "ragtime-2026": partial(write_reports, track="RAGTIME 2026"),
    "dragun-2025": partial(write_reports, track="DRAGUN 2025"),
}
ANSWER_PARSERS: Mapping[str, AnswerParser] = {
    "trec-rag-2026": partial(parse_run, year=2026),
    "trec-rag-2025": partial(parse_run, year=2025),
    "ragtime-2026": partial(parse_reports, track="RAGTIME 2026"),
    "dragun-2025": partial(parse_reports, track="DRAGUN 2025"),
    "ragas": parse_samples,
}
EXPORTS = (*RUN_WRITERS, "ragas", "nuggetizer", "trec-qrels", "trec-run")
IMPORTS = (*ANSWER_PARSERS, "nuggetizer", "trec-qrels")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What was written.

    Attributes:
        rows: how many lines the file has.
        dropped: what was left out, by the id of its answer or case.
        notes: what whoever uses the file must know.
    """

    path: Path
    rows: int
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]


def export_run(
    form: str,
    answers: Path,
    to: Path,
    *,
    run: RunDetails,
    names: ArticleNames | None = None,
    documents: NameKind = "id",
    length: int | None = None,
) -> Exchanged:
    """Write answers as the run of a track.

    Args:
        form: of ``RUN_WRITERS``.
        answers: a file that ``citewire eval citations`` reads.
        names: of the library's articles; needed to name documents otherwise than the answers do.
        documents: what documents are called.
        length: at most so many words, or characters where the track counts those.

    Raises:
        EvaluationError: a file is malformed or cannot be written, or the track does not take the run.
    """
    records, notes = _read_latest(answers)
    name_of: NameOf = (lambda source: names.name(source, documents)) if names else str
    written = RUN_WRITERS[form](records.values(), run, name_of=name_of, length=length)
    silent = sum(not record.sentences for record in records.values())
    if silent:
        notes = (*notes, f"{silent} answers say nothing and stand there empty.")
    return _keep(written, to, notes)


def export_samples(answers: Path, to: Path, *, cases: Path | None, markers: bool) -> Exchanged:
    """Write answers as samples of ragas.

    Args:
        cases: where the right answers are.
        markers: write ``[n]`` behind the sentences.

    Raises:
        EvaluationError: a file is malformed or cannot be written.
    """
    records, notes = _read_latest(answers)
    known = {case.id: case for case in read_cases(cases)} if cases else {}
    return _keep(write_samples(records.values(), known, markers=markers), to, notes)


def export_nuggets(answers: Path, to: Path, *, cases: Path) -> Exchanged:
    """Write the nuggets of cases, assigned to the answers, as nuggetizer does.

    Raises:
        EvaluationError: a file is malformed or cannot be written.
    """
    records, notes = _read_latest(answers)
    return _keep(write_nuggets(read_cases(cases), records), to, notes)


def export_qrels(cases: Path, to: Path, *, names: ArticleNames | None = None, documents: NameKind = "id") -> Exchanged:
    """Write the relevant articles of cases as qrels.

    Args:
        names: of the library's articles; without them, articles are called what the cases call them.
        documents: what documents are called.

    Raises:
        EvaluationError: the cases are malformed, a name holds white space, or the file cannot be written.
    """
    relevant: dict[str, tuple[str, ...]] = {}
    dropped: list[Dropped] = []
    for case in read_cases(cases):
        if names:
            found = names.resolve(case.articles)
            relevant[case.id] = tuple(names.name(article, documents) for article in found.articles)
            lost = (*found.unknown, *found.ambiguous)
            dropped += [Dropped(case.id, f"{name!r} is no article of the library, or several") for name in lost]
        else:
            relevant[case.id] = case.articles
        if not case.articles:
            dropped.append(Dropped(case.id, "no relevant article is known"))
    written = write_qrels(relevant)
    return _keep(Written(written.content, written.rows, tuple(dropped)), to)


def export_ranking(
    cases: Sequence[Case],
    to: Path,
    *,
    searcher: Searcher,
    names: ArticleNames,
    documents: NameKind = "id",
    run_id: str,
    told: Told = lambda: None,
) -> Exchanged:
    """Search for every case, and write the rankings of the articles as a run of six columns.

    Args:
        documents: what documents are called.
        told: called after each case.

    Raises:
        EvaluationError: a name holds white space, or the file cannot be written.
    """
    rankings: dict[str, tuple[str, ...]] = {}
    for case in cases:
        rankings[case.id] = tuple(names.name(article, documents) for article in rank_case(case, searcher).articles)
        told()
    empty = [Dropped(topic, "nothing was found") for topic, documents in rankings.items() if not documents]
    written = write_ranking(rankings, run_id=run_id)
    return _keep(Written(written.content, written.rows, tuple(empty)), to)


def import_answers(form: str, path: Path, to: Path, *, sources: Path | None) -> Exchanged:
    """Write the answers of a run or of samples in the form that ``citewire eval citations`` reads.

    Args:
        form: of ``ANSWER_PARSERS``.
        sources: the documents that the answers cite, where they are to be checked without a library.

    Raises:
        EvaluationError: a file is malformed, holds no answer or cannot be written.
    """
    parsed = ANSWER_PARSERS[form](_read(path), str(path))
    records = _some(parsed.things, path, "answer")
    notes = parsed.notes
    if sources:
        records, missing = add_documents(records, parse_documents(_read(sources), str(sources)))
        notes = (*notes, f"{missing} of the cited documents are not among the sources.") if missing else notes
    elif not any(record.sources for record in records):
        notes = (*notes, "The words of the documents are not there: check with `citewire eval citations --library`.")
    content = encode_rows(to_row(record) for record in records)
    return _keep(Written(content, len(records), parsed.dropped), to, notes)


def import_nuggets(path: Path, to: Path, *, cases: Path | None) -> Exchanged:
    """Write the nuggets of questions as cases, or put them into the cases of the same ids.

    Raises:
        EvaluationError: a file is malformed, holds no question or cannot be written.
    """
    parsed = parse_nuggets(_read(path), str(path))
    found = {case.id: case for case in _some(parsed.things, path, "question")}
    if cases is None:
        return _keep(Written(encode_rows(found.values()), len(found), parsed.dropped), to)
    known = read_cases(cases)
    filled = [
        msgspec.structs.replace(case, nuggets=found[case.id].nuggets) if case.id in found else case for case in known
    ]
    dropped = (*parsed.dropped, *_foreign(found, known))
    return _keep(Written(encode_rows(filled), len(filled), dropped), to)


def import_qrels(path: Path, to: Path, *, cases: Path, relevant_from: int = 1) -> Exchanged:
    """Write cases with the relevant articles that qrels give them; those that are not judged stay as they are.

    Args:
        relevant_from: the least relevance that counts as relevant.

    Raises:
        EvaluationError: a file is malformed, judges nothing or cannot be written.
    """
    judged = parse_qrels(_read(path), str(path), relevant_from=relevant_from)
    _some(tuple(judged), path, "judgement")
    known = read_cases(cases)
    filled = [msgspec.structs.replace(case, articles=judged[case.id]) if case.id in judged else case for case in known]
    none = [Dropped(topic, f"no document is judged {relevant_from} or more") for topic in judged if not judged[topic]]
    return _keep(Written(encode_rows(filled), len(filled), (*none, *_foreign(judged, known))), to)


def read_ranking(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a run of six columns: topic -> documents, the best first.

    Raises:
        EvaluationError: the file cannot be read, is malformed or ranks nothing.
    """
    ranking = parse_ranking(_read(path), str(path))
    _some(tuple(ranking), path, "ranking")
    return ranking


def _read_latest(path: Path) -> tuple[dict[str, Record], tuple[str, ...]]:
    """Return the answers by their ids; of several to one case, made under different circumstances, the last."""
    each = read_each_record(path)
    records = {record.id: record for record in each}
    replaced = len(each) - len(records)
    return records, (f"{replaced} answers were left out: a later one answers the same case.",) if replaced else ()


def _foreign(ids: Iterable[str], known: Sequence[Case]) -> list[Dropped]:
    there = {case.id for case in known}
    return [Dropped(identifier, "no case has this id") for identifier in ids if identifier not in there]


Thing = TypeVar("Thing")


def _some(things: tuple[Thing, ...], path: Path, what: str) -> tuple[Thing, ...]:
    if not things:
        raise EvaluationError(f"The file {str(path)!r} holds no {what}.", hint="The formats are in docs/evaluation.md.")
    return things


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvaluationError(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error


def _keep(written: Written, to: Path, notes: Sequence[str] = ()) -> Exchanged:
    try:
        to.write_bytes(written.content)
    except OSError as error:
        raise EvaluationError(f"The file {str(to)!r} cannot be written: {error.strerror}.") from error
    return Exchanged(to, written.rows, written.dropped, (*notes, *written.notes))
