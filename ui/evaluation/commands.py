"""The commands ``citewire eval``. Heavy imports live inside the commands, so that ``--help`` answers at once."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.evaluation.exchange import export_file, import_file
from ui.evaluation.outputs import EXISTING_FILE, check_outputs, give_report, output_options

if TYPE_CHECKING:
    from index.models.embed import Encoder
    from index.settings import Settings
    from rag.desk import Desk
    from rag.evaluate.cases import Case
    from rag.evaluate.results import Report
    from rag.evaluate.support import RememberedModel, SupportJudge
    from rag.models.chat import ChatModel
    from rag.trust.judge import Judge

_library = click.option("--library", metavar="FOLDER", help="Folder of the library.")
_half = click.option("--half", type=click.Choice(["tune", "report"]), help="Only one half of the cases, by their ids.")
_group = click.option("--group", metavar="NAME", help="Only the cases of this group.")
_limit = click.option("--limit-cases", type=click.IntRange(min=1), help="At most so many cases.")


_model = click.option(
    "--model",
    metavar="NAME",
    help="Who writes or judges: none, a local model, openai/NAME, ollama/NAME, anthropic/NAME.",
)
_checker = click.option(
    "--checker",
    type=click.Choice(["product", "words", "model"]),
    default="product",
    show_default=True,
    help="Who judges support: the judge of an answer, with the model where one is named; or to compare, shared words or the model alone.",
)
_cache = click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the model's scores here, so that a run can be taken up again.",
)


@click.group(name="eval")
def evaluate() -> None:
    """Measure retrieval, answers, citations and the checker on your own collection."""


evaluate.add_command(export_file)
evaluate.add_command(import_file)


@evaluate.command()
@click.argument("cases", type=EXISTING_FILE)
@_library
@click.option("--model", metavar="NAME", help="Taken so that one command line fits all; no model searches.")
@click.option(
    "--run",
    type=EXISTING_FILE,
    metavar="RUN",
    help="Measure this run of six columns in place of a search; --library says what its documents are called.",
)
@_half
@_group
@_limit
@output_options
def retrieval(
    cases: Path,
    library: str | None,
    model: str | None,  # noqa: ARG001 (the same options as `eval answers`)
    run: Path | None,
    half: Any,
    group: str | None,
    limit_cases: int | None,
    **outputs: Any,
) -> None:
    """Measure whether the search finds the relevant articles."""
    wanted = check_outputs("retrieval", outputs)
    from rag.evaluate.cases import read_cases, select_cases
    from rag.evaluate.runs import evaluate_retrieval, hash_input

    chosen = select_cases(read_cases(cases), half=half, group=group, limit=limit_cases)
    settings = _settings({"library": library, "model": "none"})
    if run:
        give_report(_measure_run(run, chosen, cases, settings if library else None), wanted)
        return
    with _desk(settings) as desk, _progress("Searching", len(chosen)) as told:
        report = evaluate_retrieval(chosen, desk, inputs=[hash_input(cases)], told=told)
    give_report(report, wanted)


@evaluate.command()
@click.argument("cases", type=EXISTING_FILE)
@_library
@_model
@click.option("--quotes-only", is_flag=True, help="Answer with quotes alone although there is a model.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the answers here; those that stand there already are not asked for again.",
)
@_checker
@_cache
@_half
@_group
@_limit
@output_options
def answers(
    cases: Path,
    library: str | None,
    model: str | None,
    quotes_only: bool,
    save: Path | None,
    checker: str,
    cache: Path | None,
    half: Any,
    group: str | None,
    limit_cases: int | None,
    **outputs: Any,
) -> None:
    """Ask every case, and measure answers, refusals, citations and times."""
    wanted = check_outputs("answers", outputs)
    from rag.evaluate.cases import read_cases, select_cases
    from rag.evaluate.runs import evaluate_answers, hash_input
    from rag.evaluate.saved import AnswerFile

    chosen = select_cases(read_cases(cases), half=half, group=group, limit=limit_cases)
    kept = AnswerFile(save)
    settings = _settings({"library": library, "model": model})
    # One model writes and judges: it is in memory once, and the desk closes it.
    writer = _remembering(settings, cache, needed=checker == "model")
    with _desk(settings, chat_model=writer) as desk, _progress("Asking", len(chosen)) as told:
        report = evaluate_answers(
            chosen,
            desk,
            kept=kept,
            judge=_judge(checker, settings, writer),
            quotes_only=quotes_only,
            inputs=[hash_input(cases)],
            told=told,
        )
    give_report(report, wanted)


@evaluate.command()
@click.argument("answers_file", metavar="ANSWERS", type=EXISTING_FILE)
@_library
@_model
@_checker
@_cache
@output_options
def citations(
    answers_file: Path,
    library: str | None,
    model: str | None,
    checker: str,
    cache: Path | None,
    **outputs: Any,
) -> None:
    """Check the citations of answers, of Citewire or of another system."""
    wanted = check_outputs("citations", outputs)
    from rag.evaluate.citations import LibrarySources
    from rag.evaluate.records import read_records
    from rag.evaluate.runs import evaluate_citations, hash_input

    records = read_records(answers_file)
    settings = _settings({"library": library, "model": model})
    with contextlib.ExitStack() as opened:
        # Named, it gives a second opinion; one that only the settings name is not loaded for that.
        judging = _remembering(settings, cache, needed=checker == "model") if model or checker == "model" else None
        if judging:
            opened.enter_context(contextlib.closing(judging))
        alone = _settings({"library": library, "model": "none"})
        desk = opened.enter_context(_desk(alone)) if library else None
        told = opened.enter_context(_progress("Checking", len(records)))
        report = evaluate_citations(
            records,
            _judge(checker, settings, judging),
            library=LibrarySources(desk) if desk else None,
            inputs=[hash_input(answers_file)],
            told=told,
        )
    give_report(report, wanted)


@evaluate.command()
@click.argument("pairs", type=EXISTING_FILE)
@click.option("--model", metavar="NAME", help="Measure this model's P(yes) too; about a second a pair.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many pairs, drawn by the hash of their ids.")
@click.option(
    "--nearest",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only the N sentences of the evidence that share most words with the claim, as few as an answer cites.",
)
@click.option(
    "--half",
    type=click.Choice(["tune", "report"]),
    default="report",
    show_default=True,
    help="The half that is reported; thresholds are chosen on the half 'tune'.",
)
@_group
@_cache
@output_options
def checker(
    pairs: Path,
    nearest: int | None,
    model: str | None,
    limit: int | None,
    half: Any,
    group: str | None,
    cache: Path | None,
    **outputs: Any,
) -> None:
    """Measure the checks that decide whether words support a sentence, part by part."""
    wanted = check_outputs("checker", outputs)
    from rag.evaluate.narrowing import narrow
    from rag.evaluate.pairs import read_pairs, select_pairs
    from rag.evaluate.runs import evaluate_checker, hash_input

    chosen = select_pairs(read_pairs(pairs), group=group, limit=limit)
    if nearest:
        chosen = tuple(narrow(pair, sentences=nearest) for pair in chosen)
    settings = _settings({"model": model or "none"})
    encoder = _encoder(settings)
    judging = _remembering(settings, cache)
    with contextlib.ExitStack() as opened:
        if judging:
            opened.enter_context(contextlib.closing(judging))
        told = opened.enter_context(_progress("Checking", len(chosen)))
        report = evaluate_checker(
            chosen,
            half=half,
            encoder=encoder,
            judge=_product_judge(settings, None),
            model=judging,
            settings=settings,
            inputs=[hash_input(pairs)],
            told=told,
        )
    give_report(report, wanted)


# The names stand here too, since the adapters are heavy to import; a test holds them together.
_SETS = ("realtimeqa", "multihoprag", "rgb", "ramdocs", "qags", "attributionbench")


@evaluate.command()
@click.argument("name", metavar="SET", type=click.Choice(_SETS))
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of the set's files.",
)
@click.option(
    "--to",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder to write to.",
)
@click.option(
    "--articles", default=0, type=click.IntRange(min=0), help="At least so many articles, where the set has more."
)
def convert(name: str, data: Path, to: Path, articles: int) -> None:
    """Convert a public set to cases, articles or pairs."""
    from rag.evaluate.convert import convert_set

    done = convert_set(name, data=data, to=to, articles=articles)
    click.echo(f"{name}: {done.adapter.paper}. Licence: {done.adapter.licence}.")
    for item in done.inputs:
        click.echo(f"read {item.name}, sha256 {item.sha256}")
    for path, lines in done.written.items():
        click.echo(f"wrote {path}, {lines:,} lines")
    for note in done.notes:
        click.echo(note)


def _measure_run(run: Path, chosen: Sequence[Case], cases: Path, settings: Settings | None) -> Report:
    """Return the report on a run that another system, or an earlier search, has made."""
    from rag.evaluate.exchange import read_ranking
    from rag.evaluate.names import ArticleNames
    from rag.evaluate.runs import evaluate_run, hash_input

    ranking = read_ranking(run)
    with contextlib.ExitStack() as opened:
        desk = opened.enter_context(_desk(settings)) if settings else None
        names = ArticleNames.read(desk.library) if desk else None
        return evaluate_run(chosen, ranking, names=names, inputs=[hash_input(cases), hash_input(run)])


def _settings(arguments: dict[str, str | None]) -> Settings:
    from index.settings import load_settings

    return load_settings(arguments)


def _desk(settings: Settings, *, chat_model: ChatModel | None = None) -> Desk:
    from rag.desk import Desk

    return Desk(settings=settings, chat_model=chat_model)


def _encoder(settings: Settings) -> Encoder:
    from index.models.embed import SentenceEncoder

    return SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size)


def _remembering(settings: Settings, cache: Path | None, *, needed: bool = False) -> RememberedModel | None:
    """Return the model that the settings name, not loaded yet, its scores kept; None for none, which must not be needed."""
    from rag.evaluate.support import RememberedModel
    from rag.models.choose import open_model

    model = open_model(settings)
    if model is None and needed:
        raise click.UsageError("A model is needed to judge support. Name one with --model.")
    return RememberedModel(model, path=cache) if model else None


def _product_judge(settings: Settings, model: ChatModel | None) -> Judge:
    """Return the judge that answers rest on."""
    from rag.models.own_judge import open_own_judge
    from rag.models.reader import open_reader
    from rag.trust.judge import open_judge

    doubtful = settings.verify.ask_from, settings.verify.ask_to
    return open_judge(
        models=settings.models,
        model=model,
        doubtful=doubtful,
        reader=open_reader(settings),
        other=open_own_judge(settings),
    )


def _judge(checker: str, settings: Settings, model: ChatModel | None) -> SupportJudge:
    """Return the judge of support: that of an answer, or one to compare it with."""
    from rag.evaluate.support import WORDS, ModelScorer, SharedWords, VerifyJudge

    if checker == "words":
        return VerifyJudge(SharedWords(), name="shared words", settings=WORDS)
    if checker == "model" and model:
        return VerifyJudge(ModelScorer(model), name=f"{model.name} alone", settings=settings.verify)
    judge = _product_judge(settings, model)
    return VerifyJudge(judge, name=judge.name, settings=settings.verify)


@contextlib.contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how far an evaluation is; nothing when standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
