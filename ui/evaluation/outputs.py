"""Where the report of an evaluation goes: the options, the files, the terminal, and the floors it is held against."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from rag.evaluate.results import Kind, Report

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STDOUT = "-"


class Outputs(NamedTuple):
    """Where a report goes and what it is held against."""

    json_file: str | None
    html: Path | None
    compare: Path | None
    fail_under: tuple[str, ...]


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where its report goes."""
    for option in (
        click.option(
            "--fail-under",
            multiple=True,
            metavar="METRIC=VALUE",
            help="Exit with 1 when a figure is worse; GROUP:METRIC=VALUE for one group; may be repeated.",
        ),
        click.option("--compare", type=EXISTING_FILE, metavar="OLD.json", help="Compare with an older report."),
        click.option(
            "--html",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write a report to read in a browser.",
        ),
        click.option(
            "--json",
            "json_file",
            is_flag=False,
            flag_value=_STDOUT,
            metavar="[FILE]",
            help="Write the report as JSON; without FILE it is printed.",
        ),
    ):
        command = option(command)
    return command


def check_outputs(kind: Kind, given: Mapping[str, Any]) -> Outputs:
    """Return the outputs, refusing floors that no figure can meet before anything slow begins."""
    outputs = Outputs(**given)
    from rag.evaluate.floors import read_floors

    read_floors(kind, outputs.fail_under)
    return outputs


def give_report(report: Report, outputs: Outputs) -> None:
    """Compare, write and print the report; exit with 1 when a figure is below its floor."""
    from rag.evaluate.compare import compare_reports
    from rag.evaluate.floors import check_floors, read_floors
    from rag.evaluate.results import encode_report, read_report

    if outputs.compare:
        import msgspec

        old = read_report(outputs.compare)
        report = msgspec.structs.replace(report, comparison=compare_reports(report, old, name=outputs.compare.name))
    # Files first: whoever reads the output may stop reading.
    if outputs.json_file and outputs.json_file != _STDOUT:
        _write(Path(outputs.json_file), encode_report(report))
    if outputs.html:
        from ui.evaluation.report import report_to_html

        _write(outputs.html, report_to_html(report).encode("utf-8"))
    if outputs.json_file == _STDOUT:
        click.echo(encode_report(report), nl=False)
    else:
        from ui.evaluation.terminal import print_report

        print_report(report)
    missed = check_floors(report, read_floors(report.kind, outputs.fail_under))
    for line in missed:
        click.echo(f"citewire: {line}", err=True)
    if missed:
        sys.exit(1)


def _write(path: Path, content: bytes) -> None:
    from index.errors import EvaluationError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise EvaluationError(f"The file {str(path)!r} cannot be written: {error.strerror}.") from error
    click.echo(f"Written: {path}", err=True)
