"""The commands ``citewire eval export`` and ``import``: files in the formats of others. Heavy imports live inside them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.evaluation.outputs import EXISTING_FILE

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.evaluate.exchange import Exchanged

# The names stand here too, since the formats are heavy to import; a test holds them together.
_TRACKS = ("trec-rag-2026", "trec-rag-2025", "ragtime-2026", "dragun-2025")
EXPORTS = (*_TRACKS, "ragas", "nuggetizer", "trec-qrels", "trec-run")
IMPORTS = (*_TRACKS, "ragas", "nuggetizer", "trec-qrels")

_OF_TRACKS = ("team", "run_id", "library", "documents", "length")
_TAKES: Mapping[str, tuple[str, ...]] = {
    "trec-rag-2026": (*_OF_TRACKS, "description"),
    "trec-rag-2025": (*_OF_TRACKS, "type"),
    "ragtime-2026": (*_OF_TRACKS, "description"),
    "dragun-2025": (*_OF_TRACKS, "type"),
    "ragas": ("cases", "markers"),
    "nuggetizer": ("cases",),
    "trec-qrels": ("library", "documents"),
    "trec-run": ("run_id", "library", "documents"),
}
_TAKES_BACK: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_TRACKS, ("sources",)),
    "ragas": (),
    "nuggetizer": ("cases",),
    "trec-qrels": ("cases", "relevant_from"),
}

_to = click.option(
    "--to", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="File to write."
)


@click.command(name="export")
@click.argument("source", metavar="FILE", type=EXISTING_FILE)
@click.option("--format", "form", required=True, type=click.Choice(EXPORTS), help="What to write.")
@_to
@click.option("--cases", type=EXISTING_FILE, metavar="CASES", help="Cases with the right answers or the nuggets.")
@click.option("--team", metavar="NAME", help="Of a run: the team.")
@click.option("--run-id", metavar="NAME", help="Of a run: its name.")
@click.option("--description", metavar="TEXT", help="Of a run: how the answers were made.")
@click.option(
    "--type", type=click.Choice(["automatic", "manual"]), help="Of a run: whether people had a hand in the answers."
)
@click.option("--library", metavar="FOLDER", help="Folder of the library.")
@click.option(
    "--documents",
    type=click.Choice(["id", "address", "row"]),
    help="What documents are called: the article's id, its address, or the row or file it was read from.",
)
@click.option("--length", type=click.IntRange(min=1), metavar="N", help="At most so many words (ragtime: characters).")
@click.option("--markers", is_flag=True, default=None, help="Of ragas: write [n] behind the sentences.")
def export_file(source: Path, form: str, to: Path, **given: Any) -> None:
    """Write answers, or cases, in a format that others use.

    FILE are answers, as for `citewire eval citations`; cases for trec-qrels and trec-run.
    """
    _refuse(form, given, _TAKES)
    _demand(form, given)
    from rag.evaluate import exchange
    from rag.evaluate.names import ArticleNames

    named: dict[str, Any] = {"documents": given["documents"] or "id"}
    with contextlib.ExitStack() as opened:
        desk = opened.enter_context(_open(given["library"])) if given["library"] else None
        names = ArticleNames.read(desk.library) if desk else None
        if form == "ragas":
            done = exchange.export_samples(source, to, cases=given["cases"], markers=bool(given["markers"]))
        elif form == "nuggetizer":
            done = exchange.export_nuggets(source, to, cases=given["cases"])
        elif form == "trec-qrels":
            done = exchange.export_qrels(source, to, names=names, **named)
        elif form == "trec-run" and desk and names:
            from rag.evaluate.cases import read_cases

            run_id = given["run_id"] or "citewire"
            done = exchange.export_ranking(read_cases(source), to, searcher=desk, names=names, run_id=run_id, **named)
        else:
            from rag.evaluate.formats.cited import RunDetails

            run = RunDetails(given["team"], given["run_id"], given["description"] or "", given["type"] or "automatic")
            done = exchange.export_run(form, source, to, run=run, names=names, length=given["length"], **named)
    _tell(done)


@click.command(name="import")
@click.argument("source", metavar="FILE", type=EXISTING_FILE)
@click.option("--format", "form", required=True, type=click.Choice(IMPORTS), help="What FILE is.")
@_to
@click.option("--cases", type=EXISTING_FILE, metavar="CASES", help="Cases to put nuggets or relevant articles into.")
@click.option("--sources", type=EXISTING_FILE, metavar="FILE", help="The cited documents, one JSON object a line.")
@click.option(
    "--relevant-from", type=int, metavar="N", help="Of trec-qrels: the least relevance that counts; 1 by default."
)
def import_file(source: Path, form: str, to: Path, **given: Any) -> None:
    """Read a file in a format that others use: a run or samples to answers, nuggets or qrels to cases."""
    _refuse(form, given, _TAKES_BACK)
    if form == "trec-qrels" and not given["cases"]:
        raise click.UsageError("trec-qrels name no questions. Name the cases with --cases.")
    from rag.evaluate import exchange

    if form == "nuggetizer":
        done = exchange.import_nuggets(source, to, cases=given["cases"])
    elif form == "trec-qrels":
        least = 1 if given["relevant_from"] is None else given["relevant_from"]
        done = exchange.import_qrels(source, to, cases=given["cases"], relevant_from=least)
    else:
        done = exchange.import_answers(form, source, to, sources=given["sources"])
    _tell(done)


def _refuse(form: str, given: Mapping[str, Any], takes: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse an option that the format has no place for."""
    for name, value in given.items():
        if value is not None and name not in takes[form]:
            raise click.UsageError(f"--{name.replace('_', '-')} says nothing in {form}.")


def _demand(form: str, given: Mapping[str, Any]) -> None:
    """Refuse an export that lacks what its format cannot do without."""
    wanted = {
        **dict.fromkeys(_TRACKS, ("team", "run_id")),
        "trec-rag-2026": ("team", "run_id", "description"),
        "nuggetizer": ("cases",),
        "trec-run": ("library",),
    }
    for name in wanted.get(form, ()):
        if given[name] is None:
            raise click.UsageError(f"{form} needs --{name.replace('_', '-')}.")
    if given["documents"] in ("address", "row") and not given["library"]:
        raise click.UsageError(f"--documents {given['documents']} needs --library.")


@contextlib.contextmanager
def _open(library: str) -> Iterator[Desk]:
    from index.settings import load_settings
    from rag.desk import Desk

    with Desk(settings=load_settings({"library": library, "model": "none"})) as desk:
        yield desk


def _tell(done: Exchanged, told: Callable[[str], None] = click.echo) -> None:
    told(f"wrote {done.path}, {done.rows:,} lines")
    for note in done.notes:
        told(note)
    for each in done.dropped:
        told(f"left out: {each.id}: {each.reason}")
