"""The command ``citewire ingest``: once, or again and again as a folder or a feed changes."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.articles import PASSED_OVER
from index.errors import CitewireError
from index.sources.files import library_around
from index.sources.references import read_references
from index.sources.web.addresses import is_web_reference
from ui.commands.shared import at_desk, json_option, library_option

if TYPE_CHECKING:
    from index.articles import BuildReport, SourceReport
    from index.inputs import IngestOptions

_KINDS = ".txt .md .html .pdf .docx .epub .eml .mhtml .warc .jsonl .csv .ris .bib .rdf .zip"
_LEAST_MINUTES = 1.0
_LOOK_MILLISECONDS = 2000  # after which a round that failed is tried again


@click.command()
@click.argument("references", nargs=-1, metavar="PATH|URL|-...")
@click.option("--since", metavar="DAY", help="Leave out articles published before this day.")
@click.option("--outlet", metavar="NAME", help="The outlet of articles that name none.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FACT=COLUMN",
    help="Of tables: which column holds what, as title=Headline.",
)
@click.option("--prune", is_flag=True, help="Remove articles whose files have vanished from the folders named.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option(
    "--watch", "watched", multiple=True, metavar="FOLDER", help="Take a folder in, and again whenever it changes."
)
@click.option(
    "--follow", "followed", multiple=True, metavar="FEED", help="Take a feed in, and again every few minutes."
)
@click.option("--every", default=15.0, show_default=True, metavar="MINUTES", help="How often --follow looks.")
@library_option
@json_option
def ingest(
    references: tuple[str, ...],
    since: str | None,
    outlet: str | None,
    columns: tuple[str, ...],
    prune: bool,
    dry_run: bool,
    watched: tuple[str, ...],
    followed: tuple[str, ...],
    every: float,
    library: str | None,
    as_json: bool,
) -> None:
    """Bring articles into the library: files, folders, web addresses, feeds, sitemaps; `-` reads a list of them.

    Read are text, Markdown, HTML, PDF, DOCX, EPUB, e-mail, MHTML, WARC, JSON lines, CSV, lists of references with their
    documents (RIS, BibTeX, Zotero), and ZIP files of these. What is there already is passed over; what has changed becomes a
    new version. With --json a line of JSON tells of each input, the last one of the whole.
    """
    options = _read_options(since, outlet, columns, prune=prune, dry_run=dry_run, follow=bool(followed))
    wanted = [*_expand(references), *watched, *followed]
    if not wanted:
        raise click.UsageError("Name files, folders or addresses to take in.")
    if watched and followed:
        raise click.UsageError("Give either --watch or --follow: each goes on until it is interrupted.")
    if followed and every < _LEAST_MINUTES:
        raise click.UsageError(f"--every {every:g}: a feed may be asked once in {_LEAST_MINUTES:g} minute at most.")
    for reference in wanted:
        if not is_web_reference(reference) and not Path(reference).exists():
            raise click.UsageError(f"There is no file or folder {reference!r}.")
    report = _take_in(wanted, options, library, as_json=as_json)
    if watched or followed:
        again = [*watched, *followed]
        _repeat(
            lambda: _take_in(again, options, library, as_json=as_json, quiet=True),
            _changes(watched, quiet=as_json) if watched else _moments(every, quiet=as_json),
        )
        return
    if not report.sources:
        raise CitewireError(
            f"No article was found in {', '.join(map(repr, wanted))}.", hint=f"Name files or folders with {_KINDS}."
        )
    if report.count("failed") == len(report.sources):
        sys.exit(1)


def _take_in(
    wanted: list[str], options: IngestOptions, library: str | None, *, as_json: bool, quiet: bool = False
) -> BuildReport:
    """Ingest once and say what happened; with ``quiet`` only where something did, without what is passed over each time."""
    from ui.present import report_to_text, summary_to_json

    with _told(as_json=as_json) as told:
        report = at_desk(
            lambda desk: desk.ingest(wanted, options=options, progress=told),
            library=library,
            create=not options.dry_run,
        )
    if as_json:
        click.echo(summary_to_json(report))
        return report
    shown = replace(
        report, sources=tuple(each for each in report.sources if not quiet or each.reason not in PASSED_OVER)
    )
    if not quiet or any(source.outcome != "unchanged" for source in shown.sources):
        click.echo(report_to_text(shown, would=options.dry_run))
    return report


def _repeat(take_in: Callable[[], object], moments: Iterator[bool]) -> None:
    """Take in at each moment, until interrupted. A round that fails is told and does not end the process.

    Args:
        take_in: does one round.
        moments: each says whether something may have changed; where it says no, only what failed is tried again.
    """
    from ui.present import error_to_text

    failed = False
    for changed in moments:
        if not changed and not failed:
            continue
        try:
            take_in()
            failed = False
        except CitewireError as error:
            if changed or not failed:  # told once, not at each of the attempts that follow
                click.echo(error_to_text(error), err=True)
            failed = True


def _changes(watched: tuple[str, ...], *, quiet: bool) -> Iterator[bool]:
    """Yield whether something in the folders changed, each time it did and every few seconds.

    The first time it says yes: something may have changed while it was taken in and nobody watched. What changes in a library
    is no reason to look: taking in is what changes it.
    """
    from watchfiles import DefaultFilter, watch

    usual = DefaultFilter()
    if not quiet:
        click.echo(f"Watching {', '.join(watched)} (stop with Ctrl-C).", err=True)
    first = True
    for changes in watch(
        *watched,
        watch_filter=lambda kind, path: usual(kind, path) and library_around(Path(path)) is None,
        raise_interrupt=True,
        yield_on_timeout=True,
        rust_timeout=_LOOK_MILLISECONDS,
    ):
        yield first or bool(changes)
        first = False


def _moments(every: float, *, quiet: bool) -> Iterator[bool]:
    """Yield yes every so many minutes."""
    while True:
        if not quiet:
            click.echo(f"Next look in {every:g} minutes (stop with Ctrl-C).", err=True)
        time.sleep(every * 60)
        yield True


def _read_options(
    since: str | None, outlet: str | None, columns: tuple[str, ...], *, prune: bool, dry_run: bool, follow: bool
) -> IngestOptions:
    from index.inputs import IngestOptions
    from index.sources.files import parse_columns
    from index.text.dates import parse_moment

    day = parse_moment(since) if since else None
    if since and not (day and len(since) == len("2031-03-04")):
        raise click.UsageError(f"--since {since!r} is no day; write it as 2031-03-04.")
    mapping = parse_columns(",".join(columns)) if columns else {}
    return IngestOptions(since=day, outlet=outlet, columns=mapping, prune=prune, dry_run=dry_run, follow=follow)


def _expand(references: tuple[str, ...]) -> list[str]:
    """Return the references, with those of a list on standard input in the place of `-`."""
    expanded: list[str] = []
    for reference in references:
        if reference == "-":
            # Bytes that are no text become a character that no reference holds, and are refused by their line.
            expanded += read_references(sys.stdin.buffer.read().decode("utf-8", "replace"))
        else:
            expanded.append(reference)
    return expanded


@contextlib.contextmanager
def _told(*, as_json: bool) -> Iterator[Callable[[SourceReport, int, int | None], None] | None]:
    """Show how far an ingest is: lines of JSON where they are wanted, a bar in a terminal, nothing elsewhere."""
    if as_json:
        from ui.present import source_to_json

        yield lambda report, _done, _total: click.echo(source_to_json(report))
        return
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading articles", total=None, rate="")
        started = time.monotonic()

        def tell(_report: SourceReport, done: int, total: int | None) -> None:
            rate = done / max(0.1, time.monotonic() - started)
            bar.update(task, completed=done, total=total, rate=f"{rate:,.1f} a second")

        yield tell
