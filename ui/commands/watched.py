"""``citewire watch``: questions that are asked again when articles have come in, and what is new of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.shared import (
    at_desk,
    filter_options,
    json_option,
    library_option,
    model_option,
    read_settings,
    terminal_width,
)

if TYPE_CHECKING:
    from rag.asked_again import Round
    from rag.question.filters import FilterWords
    from rag.watchlist import WatchList


@click.group()
def watch() -> None:
    """Keep questions, ask them again, and tell what is new since the last time."""


@watch.command()
@click.argument("question")
@filter_options
@library_option
@json_option
def add(question: str, filters: FilterWords, library: str | None, as_json: bool) -> None:
    """Watch a question. It is answered now; later only what is new of it is told."""
    from rag.question.filters import make_filters
    from rag.watched import Told, tell
    from ui.present import answer_to_text, to_json

    answer = at_desk(lambda desk: desk.ask(question, quotes_only=True, **filters), library=library)
    added = _watch_list(library).add(question, make_filters(**filters), told=tell(Told(), answer))
    if as_json:
        click.echo(to_json({"number": added.number, "question": added.question, "answer": answer}))
        return
    click.echo(answer_to_text(answer, width=terminal_width()))
    click.echo(f"Watched as number {added.number}. `citewire watch run` tells what is new.", err=True)


@watch.command(name="list")
@library_option
@json_option
def list_watched(library: str | None, as_json: bool) -> None:
    """List the watched questions with their numbers."""
    from ui.present import to_json
    from ui.present.news import watched_to_text

    known = _watch_list(library).all()
    if as_json:
        rows = [{"number": w.number, "question": w.question, "filters": w.filters, "added": w.added} for w in known]
        click.echo(to_json(rows))
        return
    click.echo(watched_to_text(known, width=terminal_width()))


@watch.command()
@click.argument("number", type=click.IntRange(min=1))
@library_option
def remove(number: int, library: str | None) -> None:
    """Watch a question no more."""
    from ui.present import plain

    removed = _watch_list(library).remove(number)
    click.echo(f"{removed.number}. {plain(removed.question)} is watched no more.")


@watch.command()
@click.option("--feed", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a feed of what is new: Atom, or JSON Feed where FILE ends in .json.")  # fmt: skip
@click.option("--webhook", metavar="URL", help="Send what is new to this address, as JSON by POST.")
@model_option
@library_option
@json_option
def run(feed: Path | None, webhook: str | None, model: str | None, library: str | None, as_json: bool) -> None:
    """Ask all watched questions, and tell only what is new since the last run."""
    from rag.asked_again import Round, ask_watched
    from ui.present import to_json
    from ui.present.news import news_to_text

    watch_list = _watch_list(library)
    questions = watch_list.all()
    found = Round((), {})
    if questions:
        writes = model or "none"
        found = at_desk(
            lambda desk: ask_watched(desk, questions, quotes_only=writes == "none"), library=library, model=writes
        )
    # What could not be handed on was not told: nothing is marked before.
    if webhook and found.items:
        _send(found, webhook, library)
    if feed:
        _write_feed(found, feed, watch_list)
    watch_list.mark_told(found.told, found.items)
    if as_json:
        click.echo(to_json({"asked": len(questions), "items": found.items}))
        return
    click.echo(news_to_text(found.items, asked=len(questions), width=terminal_width()))


def _send(found: Round, webhook: str, library: str | None) -> None:
    import msgspec

    from index.sources.web.posting import post_json

    trusted = (read_settings({"library": library}).watch.trusted or "").split()
    post_json(webhook, msgspec.json.encode({"items": found.items}), trusted=trusted)


def _write_feed(found: Round, feed: Path, watch_list: WatchList) -> None:
    from index.disk import replace_file
    from rag.watchlist import join_items, now
    from ui.present.news import news_to_feed

    # Feed readers look now and then: what earlier runs told stays in it for a while.
    items = join_items(found.items, watch_list.items())
    content = news_to_feed(items, form="json" if feed.suffix.lower() == ".json" else "atom", updated=now())
    replace_file(feed, content, what="The feed", mode=0o644)


def _watch_list(library: str | None) -> WatchList:
    from index.errors import LibraryMissing
    from index.store.library import DATABASE_FILE
    from rag.watchlist import WatchList

    settings = read_settings({"library": library})
    folder = settings.library
    if isinstance(folder, Path) and not (folder / DATABASE_FILE).is_file():
        raise LibraryMissing(
            f"There is no library in {str(folder)!r}.",
            hint="Make one with `citewire ingest FOLDER`, or name another with --library.",
        )
    return WatchList(settings.beside)
