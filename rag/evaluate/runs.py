"""Evaluations from end to end: cases and a desk in, a report out. Each run is one screen; the work is done elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.errors import EvaluationError
from index.models.embed import Encoder
from index.settings import Settings
from rag.desk import Desk
from rag.evaluate.answering import answer_to_item, ask_cases, record_of
from rag.evaluate.cases import Case, Half
from rag.evaluate.checking import (
    Scored,
    best_thresholds,
    choose_thresholds,
    measure_parts,
    pair_to_item,
    product_thresholds,
    reliability,
    score_pairs,
    split_halves,
)
from rag.evaluate.citations import LibrarySources, Sources, check_record, check_records, record_to_item
from rag.evaluate.metrics import METRICS, summarise
from rag.evaluate.names import ArticleNames
from rag.evaluate.pairs import Pair
from rag.evaluate.ranking import rank_by_run, rank_cases, rankings_to_items
from rag.evaluate.records import Record
from rag.evaluate.results import Figure, Input, Report
from rag.evaluate.saved import AnswerFile
from rag.evaluate.support import ModelScorer, SupportJudge
from rag.models.chat import ChatModel
from rag.trust.judge import Judge

Told = Callable[[], None]


def evaluate_retrieval(
    cases: Sequence[Case], desk: Desk, *, inputs: Sequence[Input], told: Told = lambda: None
) -> Report:
    """Measure how well the search finds the relevant articles.

    Args:
        inputs: the files that the cases came from.
        told: called after each case.

    Raises:
        EvaluationError: no case has a relevant article in the library.
    """
    desk.warm_up()
    names = ArticleNames.read(desk.library)
    rankings, dropped = rank_cases(cases, desk, names, told=told)
    if not rankings:
        raise EvaluationError(
            f"None of the {len(cases)} cases names an article of this library; the first: {dropped[0].reason}.",
            hint="A case names articles by id, address, file name or the id of their row.",
        )
    items = rankings_to_items(rankings, names)
    return Report(
        kind="retrieval",
        made=now(),
        version=version("citewire"),
        inputs=tuple(inputs),
        figures=summarise(items, METRICS["retrieval"]),
        items=tuple(items),
        dropped=tuple(dropped),
        notes=unresolved_names(cases, names),
        settings_fingerprint=desk.settings.fingerprint(),
        articles=len(names.facts),
    )


def evaluate_run(
    cases: Sequence[Case], run: Mapping[str, Sequence[str]], *, names: ArticleNames | None, inputs: Sequence[Input]
) -> Report:
    """Measure the ranking of another system, or of an earlier run, as a search is measured.

    Args:
        run: id of a case -> documents, the best first.
        names: of the articles of a library; without them, names are compared as the cases and the run have them.
        inputs: the files that cases and run came from.

    Raises:
        EvaluationError: no case has a relevant article, or the run has none of the cases.
    """
    rankings, dropped = rank_by_run(cases, run, names)
    if not rankings:
        raise EvaluationError(
            f"None of the {len(cases)} cases names a relevant article; the first: {dropped[0].reason}.",
            hint="Name the library with --library, or add the articles with `citewire eval import --format trec-qrels`.",
        )
    missing = [ranking.case.id for ranking in rankings if ranking.case.id not in run]
    if len(missing) == len(rankings):
        raise EvaluationError(
            f"The run has none of the {len(rankings)} cases, such as {missing[0]!r}.",
            hint="The topics of the run are the ids of the cases.",
        )
    foreign = sorted(run.keys() - {case.id for case in cases})
    notes = ["The ranking is that of the run; nothing was searched."]
    notes += (
        [f"{len(missing)} cases are not in the run and count as not found, such as {missing[0]}."] if missing else []
    )
    notes += [f"{len(foreign)} topics of the run are no case, such as {foreign[0]}."] if foreign else []
    items = rankings_to_items(rankings, names)
    return Report(
        kind="retrieval",
        made=now(),
        version=version("citewire"),
        inputs=tuple(inputs),
        figures=summarise(items, METRICS["retrieval"]),
        items=tuple(items),
        dropped=tuple(dropped),
        notes=(*notes, *(unresolved_names(cases, names) if names else ())),
        articles=len(names.facts) if names else None,
    )


def evaluate_answers(
    cases: Sequence[Case],
    desk: Desk,
    *,
    kept: AnswerFile,
    judge: SupportJudge,
    quotes_only: bool,
    inputs: Sequence[Input],
    told: Told = lambda: None,
) -> Report:
    """Ask every case, and measure the answers and their citations.

    Args:
        kept: answers of an earlier run, which are not asked for again; new ones are added.
        judge: says whether quotes support a sentence.
        quotes_only: answer with quotes alone although there is a model.
    """
    desk.warm_up()
    names = ArticleNames.read(desk.library)
    settings = desk.settings.fingerprint()
    given = ask_cases(cases, desk, kept, settings=settings, library=_describe(desk), quotes_only=quotes_only, told=told)
    library = LibrarySources(desk)
    items = [answer_to_item(each, check_record(record_of(each), judge, library=library), names) for each in given]
    return Report(
        kind="answers",
        made=now(),
        version=version("citewire"),
        inputs=tuple(inputs),
        figures=summarise(items, METRICS["answers"], judge=judge.name),
        items=tuple(items),
        notes=(*unresolved_names(cases, names), _judged_by(judge)),
        model="none" if quotes_only else desk.model_name,
        settings_fingerprint=settings,
        articles=len(names.facts),
    )


def evaluate_citations(
    records: Sequence[Record],
    judge: SupportJudge,
    *,
    library: Sources | None,
    inputs: Sequence[Input],
    told: Told = lambda: None,
) -> Report:
    """Check the citations of answers, of Citewire or of any other system.

    Raises:
        EvaluationError: no citation of any answer has a source in the file or the library.
    """
    checked = check_records(records, judge, library=library, told=told)
    pointers = [pointer for each in checked for pointer in each.pointers]
    if pointers and not any(pointer.source for pointer in pointers):
        raise EvaluationError(
            "None of the sources that the answers cite was found.",
            hint="Name the library with --library, or put the sources into the file.",
        )
    items = [record_to_item(each) for each in checked]
    sentences = sum(len(each.sentences) for each in checked)
    refusals = sum(not each.sentences for each in checked)
    counts = f"{len(checked)} answers with {sentences} sentences; {refusals} of them say nothing and are in no figure."
    return Report(
        kind="citations",
        made=now(),
        version=version("citewire"),
        inputs=tuple(inputs),
        figures=summarise(items, METRICS["citations"], judge=judge.name),
        items=tuple(items),
        notes=(counts, _judged_by(judge)),
    )


def evaluate_checker(
    pairs: Sequence[Pair],
    *,
    half: Half,
    encoder: Encoder,
    judge: Judge,
    model: ChatModel | None,
    settings: Settings,
    inputs: Sequence[Input],
    told: Told = lambda: None,
) -> Report:
    """Measure the checker part by part: thresholds are chosen on one half of the pairs, figures are of ``half``.

    Args:
        judge: the one that answers rest on; it asks the model in doubt, where there is one.
        model: its P(yes) alone is measured too, or None.

    Raises:
        EvaluationError: a half has only supported pairs, or only others.
    """
    asked = judge.asking(model)
    scored = score_pairs(
        pairs,
        encoder=encoder,
        judge=asked,
        model=ModelScorer(model) if model else None,
        settings=settings.verify,
        told=told,
    )
    judges = {"judge": asked.name, "verify": asked.name} | ({"model": f"{model.name} alone"} if model else {})
    halves = split_halves(scored)
    for name, members in halves.items():
        if len({item.pair.supported for item in members}) < 2:
            raise EvaluationError(
                f"The half {name!r} of the pairs does not hold both supported and unsupported ones.",
                hint="More pairs are needed.",
            )
    tuned, product = best_thresholds(halves["tune"]), product_thresholds(settings.verify)
    measured = halves[half]
    figures = _measure_groups(measured, tuned, product, judges)
    true = sum(item.pair.supported for item in measured)
    notes = [
        f"{len(measured)} pairs of the half {half!r}, {true} of them supported; thresholds chosen on the half 'tune'."
    ]
    notes += ["The half is the one that thresholds were chosen on: the figures flatter."] if half == "tune" else []
    return Report(
        kind="checker",
        made=now(),
        version=version("citewire"),
        inputs=tuple(inputs),
        figures=tuple(figures),
        items=tuple(pair_to_item(item, tuned=tuned, product=product) for item in measured),
        notes=tuple(notes),
        reliability=reliability(measured),
        thresholds=choose_thresholds(halves["tune"], halves["report"]),
        model=model.name if model else "none",
        settings_fingerprint=settings.fingerprint(),
    )


def _measure_groups(
    measured: Sequence[Scored], tuned: Mapping[str, float], product: Mapping[str, float], judges: Mapping[str, str]
) -> list[Figure]:
    """Return the figures of all pairs and, where there are several groups, of each of them."""
    figures = list(measure_parts(measured, tuned=tuned, product=product, judges=judges))
    groups = sorted({item.pair.group for item in measured})
    for group in groups if len(groups) > 1 else ():
        members = [item for item in measured if item.pair.group == group]
        figures += measure_parts(members, tuned=tuned, product=product, group=group or "(no group)", judges=judges)
    return figures


def _judged_by(judge: SupportJudge) -> str:
    return f"Support was judged by the product's checks and {judge.name}: measure it with `citewire eval checker`."


def _describe(desk: Desk) -> str:
    """Return what stands for the articles that are searched: another library, or a changed one, gives another text."""
    ids = "\n".join(desk.library.article_ids())
    return f"{desk.library.generation} {hashlib.sha256(ids.encode()).hexdigest()[:16]}"


def now() -> str:
    """Return the present instant."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def hash_input(path: Path) -> Input:
    """Return a file's name with the SHA-256 of its bytes.

    Raises:
        EvaluationError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return Input(path.name, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise EvaluationError(f"The file {str(path)!r} cannot be read: {error.strerror}.") from error


def unresolved_names(cases: Sequence[Case], names: ArticleNames) -> tuple[str, ...]:
    """Return a note for the names of articles that fit none or several, with examples."""
    unknown: list[str] = []
    ambiguous: list[str] = []
    for case in cases:
        resolved = names.resolve(case.articles)
        unknown += resolved.unknown
        ambiguous += resolved.ambiguous
    notes = []
    for found, what in (
        (unknown, "fit no article of the library"),
        (ambiguous, "fit several articles and were not used"),
    ):
        if found:
            examples = ", ".join(list(dict.fromkeys(found))[:3])
            notes.append(f"{len(found)} of the names that cases give to articles {what}, such as {examples}.")
    return tuple(notes)
