"""The command ``citewire``. Heavy imports live inside the commands, so that ``--help`` answers at once.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no library, 4 library in use, 5 model unavailable, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.errors import CitewireError, ModelUnavailable
from ui.evaluate_cli import evaluate

if TYPE_CHECKING:
    from index.articles import BuildReport, SourceReport
    from index.settings import Settings
    from rag.desk import Desk
    from ui.client import OwnerClient

Result = TypeVar("Result")

_library = click.option("--library", metavar="FOLDER", help="Folder of the library.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_model = click.option(
    "--model",
    metavar="NAME",
    help="Who writes: none, a local model, openai/NAME, ollama/NAME, anthropic/NAME.",
)


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--as-of", metavar="DAY", help="With the knowledge of this day: nothing published or changed later."
        ),
        click.option("--outlet", "outlets", multiple=True, metavar="NAME", help="Only this outlet; may be repeated."),
        click.option("--to", "last", metavar="DAY", help="Only articles published on this day or before."),
        click.option("--from", "first", metavar="DAY", help="Only articles published on this day or later."),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="citewire")
def cli() -> None:
    """Ask your news articles; get answers whose every sentence cites exact words and has been checked."""


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_library
@_json
def ingest(paths: tuple[Path, ...], library: str | None, as_json: bool) -> None:
    """Bring articles (files or folders: .txt .md .html .jsonl) into the library."""
    from ui.present import report_to_text, to_json

    for path in paths:
        if not path.exists():
            raise click.UsageError(f"There is no file or folder {str(path)!r}.")

    def through(client: OwnerClient) -> BuildReport:
        return client.ingest(list(paths))

    def alone(settings: Settings) -> BuildReport:
        with _open_desk(settings, create=True) as desk, _progress(hidden=as_json) as told:
            return desk.ingest(paths, progress=told)

    report = _through_owner_or_alone({"library": library, "model": "none"}, through, alone)
    if not report.sources:
        raise CitewireError(
            f"No article was found in {', '.join(repr(str(path)) for path in paths)}.",
            hint="Name a folder with .txt, .md, .html or .jsonl files.",
        )
    click.echo(to_json(report) if as_json else report_to_text(report))
    if report.count("failed") == len(report.sources):
        sys.exit(1)


@cli.command()
@click.argument("question")
@_filters
@_model
@_library
@_json
def ask(
    question: str,
    first: str | None,
    last: str | None,
    outlets: tuple[str, ...],
    as_of: str | None,
    model: str | None,
    library: str | None,
    as_json: bool,
) -> None:
    """Answer a question over the library."""
    from ui.present import answer_to_text, to_json

    def through(client: OwnerClient) -> Any:
        # The owner's model answers; quotes alone can be asked of any owner.
        if model not in (None, "none") and model != (theirs := client.health()["model"]):
            raise CitewireError(
                f"The server that owns the library answers with {theirs!r}, not with {model!r}.",
                hint=f"Stop it, or leave out --model {model}.",
            )
        return client.ask(question, first=first, last=last, outlets=outlets, as_of=as_of, quotes_only=model == "none")

    def alone(settings: Settings) -> Any:
        with _open_desk(settings) as desk:
            return desk.ask(question, first=first, last=last, outlets=outlets, as_of=as_of)

    answer = _through_owner_or_alone({"library": library, "model": model}, through, alone)
    click.echo(to_json(answer) if as_json else answer_to_text(answer, width=_width()))
    if answer.model_error:
        # The quotes are an answer, but not by the model that was asked for: scripts must be able to tell.
        click.echo(f"citewire: The quotes themselves are shown. {answer.model_error}", err=True)
        sys.exit(ModelUnavailable.exit_code)


@cli.command()
@click.argument("question")
@_filters
@_library
@_json
def search(
    question: str,
    first: str | None,
    last: str | None,
    outlets: tuple[str, ...],
    as_of: str | None,
    library: str | None,
    as_json: bool,
) -> None:
    """Show the passages that matter for a question, without an answer."""
    from ui.present import hits_to_text, to_json

    def through(client: OwnerClient) -> Any:
        return client.search(question, first=first, last=last, outlets=outlets, as_of=as_of)

    def alone(settings: Settings) -> Any:
        with _open_desk(settings) as desk:
            return desk.search(question, first=first, last=last, outlets=outlets, as_of=as_of)

    hits = _through_owner_or_alone({"library": library, "model": "none"}, through, alone)
    click.echo(to_json(hits) if as_json else hits_to_text(hits, width=_width()))


@cli.command()
@click.argument("article_id")
@click.option("--version", type=click.IntRange(min=1), help="An older version, counted from 1.")
@click.option("--span", metavar="START-END", help="Only the words between two offsets.")
@_library
@_json
def show(article_id: str, version: int | None, span: str | None, library: str | None, as_json: bool) -> None:
    """Show a stored article, or the exact words of a citation."""
    from ui.present import article_to_text, parse_span, to_json

    place = parse_span(span) if span else None

    def through(client: OwnerClient) -> Any:
        return client.article(article_id, version=version)

    def alone(settings: Settings) -> Any:
        with _open_desk(settings) as desk:
            return desk.article(article_id, version=version)

    article = _through_owner_or_alone({"library": library, "model": "none"}, through, alone)
    click.echo(to_json(article) if as_json else article_to_text(article, span=place, width=_width()))


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_library
@_json
def recheck(files: tuple[Path, ...], library: str | None, as_json: bool) -> None:
    """Look up saved answers again (files of `ask --json`): which still stand, which rest on changed words."""
    from rag.recheck import read_answers
    from rag.recheck import recheck as look_up
    from ui.present import recheck_to_text, to_json

    answers = [answer for file in files for answer in read_answers(file)]

    def through(client: OwnerClient) -> Any:
        return [look_up(answer, client) for answer in answers]

    def alone(settings: Settings) -> Any:
        with _open_desk(settings) as desk:
            return [look_up(answer, desk) for answer in answers]

    checked = _through_owner_or_alone({"library": library, "model": "none"}, through, alone)
    click.echo(to_json(checked) if as_json else recheck_to_text(checked, width=_width()))
    if not all(answer.stands for answer in checked):
        sys.exit(1)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; loopback only.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535))
@_model
@_library
def serve(host: str, port: int, model: str | None, library: str | None) -> None:
    """Open the chat in the browser and answer other citewire commands."""
    from ui.serve import run_server

    run_server(_settings({"library": library, "model": model}), host=host, port=port, say=click.echo)


@cli.command()
@click.argument("action", type=click.Choice(["list", "pull"]), default="list")
@click.argument("names", nargs=-1)
@_json
def models(action: str, names: tuple[str, ...], as_json: bool) -> None:
    """List the models, or pull some of them (checked by their sha256)."""
    from index.registry import find_model, is_present, list_models
    from ui.present import models_to_text, to_json

    settings = _settings({})
    if action == "pull":
        from index.pull import pull_model

        if not names:
            raise click.UsageError("Name the models to pull: citewire models pull NAME...")
        for name in names:
            find_model(name)
        for name in names:
            with _download_progress(hidden=as_json) as told:
                folder = pull_model(name, settings.models, progress=told)
            click.echo(f"{name} is ready in {folder}", err=as_json)
    rows = [(model, is_present(model.name, settings.models)) for model in list_models().values()]
    if as_json:
        click.echo(
            to_json(
                [
                    {
                        "name": m.name,
                        "role": m.role,
                        "licence": m.licence,
                        "size": m.size,
                        "upstream": m.upstream,
                        "present": here,
                    }
                    for m, here in rows
                ]
            )
        )
    elif action == "list":
        click.echo(models_to_text(rows, settings.models))


@cli.command()
@click.option("--repair", is_flag=True, help="Make the vector index again from the library; embeds nothing.")
@_library
@_json
def doctor(repair: bool, library: str | None, as_json: bool) -> None:
    """Say whether library and models are sound, and what to do if not."""
    from index.care import examine
    from ui.present import findings_to_text, to_json

    findings = examine(_settings({"library": library}), repair=repair)
    click.echo(to_json(findings) if as_json else findings_to_text(findings))
    if not all(finding.fine for finding in findings):
        sys.exit(1)


cli.add_command(evaluate)


def main() -> None:
    """Run the command: every error a person may meet is one line that says what to do, and an honest exit code."""
    try:
        cli(standalone_mode=False)
    except CitewireError as error:
        from ui.present import error_to_text, to_json

        if "--json" in sys.argv:
            click.echo(to_json({"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}}))
        click.echo(error_to_text(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("citewire: interrupted; what was stored before is kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _settings(arguments: dict[str, str | None]) -> Settings:
    from index.settings import load_settings

    return load_settings(arguments)


def _open_desk(settings: Settings, *, create: bool = False) -> Desk:
    from rag.desk import Desk

    return Desk(settings=settings, create=create)


def _through_owner_or_alone(
    arguments: dict[str, str | None],
    through: Callable[[OwnerClient], Result],
    alone: Callable[[Settings], Result],
) -> Result:
    """Do something through the server that owns the library when there is one, else in this process."""
    from ui.client import OwnerGone, find_owner

    settings = _settings(arguments)
    owner = find_owner(settings.library)
    if owner is not None:
        with contextlib.suppress(OwnerGone):
            return through(owner)
    return alone(settings)


@contextlib.contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[SourceReport, int, int], None] | None]:
    """Show how far an ingest is; nothing when the output is not a terminal."""
    if hidden or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading articles", total=None)
        yield lambda _report, done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def _download_progress(*, hidden: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show what has arrived: a bar in a terminal, a line a source elsewhere."""
    if hidden or not sys.stderr.isatty():
        said: set[str] = set()

        def tell(what: str, arrived: int, total: int) -> None:
            if not hidden and (what not in said or arrived == total):
                said.add(what)
                click.echo(f"{what}: {arrived / 1e6:,.0f} of {total / 1e6:,.0f} MB", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, arrived, total: bar.update(task, description=what, completed=arrived, total=total)


def _width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))


if __name__ == "__main__":
    main()
