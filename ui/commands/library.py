"""The commands that look after a library: what is in it, how its articles changed, whether it is sound, copies of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.shared import (
    at_desk,
    filter_options,
    json_option,
    library_option,
    read_settings,
    terminal_width,
)

if TYPE_CHECKING:
    from index.store.protocol import AnyLibrary
    from rag.question.filters import FilterWords

_PG_DUMP = "Use the database's own `pg_dump --format=custom`; docs/deploy.md shows how."
_PG_RESTORE = "Use the database's own `pg_restore`; docs/deploy.md shows how."


@click.command(name="list")
@filter_options
@library_option
@json_option
def list_articles(filters: FilterWords, library: str | None, as_json: bool) -> None:
    """List the articles of the library, the newest first; with --json one on each line."""
    from rag.question.filters import make_filters
    from ui.present import entry_to_text, to_line

    with _look(library) as opened:
        for entry in opened.entries(make_filters(**filters)):
            click.echo(to_line(entry) if as_json else entry_to_text(entry, width=terminal_width()))


@click.command()
@filter_options
@click.option("--file", type=click.Path(path_type=Path), help="The file to write; by default standard output.")
@library_option
def export(filters: FilterWords, file: Path | None, library: str | None) -> None:
    """Write the articles as JSON lines, which `citewire ingest` reads again."""
    from rag.question.filters import make_filters
    from ui.present import article_to_line

    wanted = make_filters(**filters)
    with _look(library) as opened, click.open_file(str(file or "-"), "w", encoding="utf-8", atomic=bool(file)) as out:
        for entry in opened.entries(wanted):
            out.write(article_to_line(opened.article(entry.id)) + "\n")


@click.command()
@click.argument("article_ids", nargs=-1, required=True)
@library_option
@json_option
def remove(article_ids: tuple[str, ...], library: str | None, as_json: bool) -> None:
    """Remove articles with all their versions. Answers that cite them can no longer be checked."""
    from ui.present import to_json

    removed = at_desk(lambda desk: desk.remove(article_ids), library=library)
    click.echo(to_json({"removed": removed}) if as_json else f"{removed} removed.")


@click.command()
@click.argument("article_id")
@click.option("--version", type=click.IntRange(min=1), help="An older version, counted from 1.")
@click.option("--span", metavar="START-END", help="Only the words between two offsets.")
@click.option("--versions", is_flag=True, help="What each version changed, word by word.")
@click.option("--copies", is_flag=True, help="The near-copies of the article, and which of them is the head.")
@library_option
@json_option
def show(
    article_id: str,
    version: int | None,
    span: str | None,
    versions: bool,
    copies: bool,
    library: str | None,
    as_json: bool,
) -> None:
    """Show a stored article, the exact words of a citation, how its versions differ, or which others are copies."""
    from ui.present import article_to_text, parse_span, to_json

    if versions:
        _show_versions(article_id, library, as_json=as_json)
        return
    if copies:
        _show_copies(article_id, library, as_json=as_json)
        return
    place = parse_span(span) if span else None

    article = at_desk(lambda desk: desk.article(article_id, version=version), library=library)
    click.echo(to_json(article) if as_json else article_to_text(article, span=place, width=terminal_width()))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@library_option
@json_option
def recheck(files: tuple[Path, ...], library: str | None, as_json: bool) -> None:
    """Look up saved answers again (files of `ask --json`): which still stand, which rest on changed words."""
    from rag.record.recheck import read_answers
    from rag.record.recheck import recheck as look_up
    from ui.present import recheck_to_text, to_json

    answers = [answer for file in files for answer in read_answers(file)]

    checked = at_desk(lambda desk: [look_up(answer, desk) for answer in answers], library=library)
    click.echo(to_json(checked) if as_json else recheck_to_text(checked, width=terminal_width()))
    if not all(answer.stands for answer in checked):
        sys.exit(1)


def _show_versions(article_id: str, library: str | None, *, as_json: bool) -> None:
    from index.errors import ArticleNotFound
    from rag.record.revisions import find_revisions
    from ui.present import revisions_to_text, to_json

    with _look(library) as opened:
        versions = opened.versions(article_id)
    if not versions:
        raise ArticleNotFound(f"No article {article_id!r} is in the library.", hint="Find ids with `citewire list`.")
    revisions = find_revisions(versions)
    click.echo(to_json(revisions) if as_json else revisions_to_text(versions[-1], revisions, width=terminal_width()))


@click.command()
@click.option("--repair", is_flag=True, help="Make the vector index again from the library; embeds nothing.")
@library_option
@json_option
def doctor(repair: bool, library: str | None, as_json: bool) -> None:
    """Say whether library and models are sound, and what to do if not."""
    from index.care import examine
    from ui.present import findings_to_text, to_json

    findings = examine(read_settings({"library": library}), repair=repair)
    click.echo(to_json(findings) if as_json else findings_to_text(findings))
    if not all(finding.fine for finding in findings):
        sys.exit(1)


@click.command()
@click.option("--embed", is_flag=True, help="Cut and embed the articles anew, for another model or other passages.")
@library_option
@json_option
def rebuild(embed: bool, library: str | None, as_json: bool) -> None:
    """Make the indexes again from the stored vectors; nothing is embedded unless --embed is given."""
    from index.models.embed import SentenceEncoder
    from index.rebuild import embed_anew, rebuild_indexes
    from ui.present import to_json

    settings = read_settings({"library": library})
    encoder = SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size)
    done = embed_anew(settings, encoder) if embed else rebuild_indexes(settings, encoder)
    text = f"{done.articles:,} articles, {done.passages:,} passages, {done.embedded:,} embedded."
    click.echo(to_json(done) if as_json else text)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@library_option
def backup(file: Path, library: str | None) -> None:
    """Write the library as it is now into one file, also while others write, and check that file."""
    from index.backup import back_up

    count = back_up(read_settings({"library": library}).folder("Backing up", instead=_PG_DUMP), file)
    click.echo(f"{count:,} articles are in {file}, checked.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@library_option
def restore(file: Path, library: str | None) -> None:
    """Make a library of a backup, in a folder that has none."""
    from index.backup import restore as bring_back

    folder = read_settings({"library": library}).folder("Restoring", instead=_PG_RESTORE)
    count = bring_back(file, folder)
    click.echo(f"{count:,} articles are in {folder}, checked.")


def _show_copies(article_id: str, library: str | None, *, as_json: bool) -> None:
    from index.text.origins import find_head
    from ui.present import copies_to_text, to_json

    with _look(library) as opened:
        members = opened.origin_members(opened.article(article_id).origin)
    head = find_head(members)
    if as_json:
        names = ("article_id", "title", "outlet", "author", "published", "url")
        rows = [{**{name: getattr(member, name) for name in names}, "head": member == head} for member in members]
        click.echo(to_json(rows))
    else:
        click.echo(copies_to_text(members, head, width=terminal_width()))


def _look(library: str | None) -> AnyLibrary:
    """Open a library for reading only: nobody has to be asked for it."""
    from index.store.opening import look_at

    return look_at(read_settings({"library": library}).library)


LIBRARY_COMMANDS = (list_articles, show, recheck, export, remove, doctor, rebuild, backup, restore)
