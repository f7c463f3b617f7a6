"""The command ``citewire demo``: from nothing to a checked answer over articles that come with Citewire."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from ui.commands.shared import (
    at_desk,
    download_progress,
    json_option,
    model_option,
    read_settings,
    terminal_width,
)

QUESTION = "How many people marched against the port sale in Santa Ruela on March 23?"
LIBRARY = "citewire-demo"


@click.command()
@click.option("--question", default=QUESTION, show_default=True, help="What to ask the sample articles.")
@model_option
@click.option("--library", default=LIBRARY, show_default=True, metavar="FOLDER", help="The library to make.")
@json_option
def demo(question: str, model: str | None, library: str, as_json: bool) -> None:
    """Fetch what is missing, bring in the sample articles, and ask them a question.

    With --json only the answer is printed.
    """
    from ui.present import answer_to_text, report_to_text, to_json

    _pull_missing(model, hidden=as_json)
    click.echo("Bringing in the sample articles (invented outlets, invented events) ...", err=as_json)
    report = at_desk(lambda desk: desk.ingest([samples_folder() / "articles"]), library=library, create=True)
    click.echo(report_to_text(report), err=as_json)
    click.echo(f"\nQuestion: {question}\n", err=as_json)
    answer = at_desk(lambda desk: desk.ask(question, quotes_only=model == "none"), library=library, model=model)
    if as_json:
        click.echo(to_json(answer))
        return
    click.echo(answer_to_text(answer, width=terminal_width()))
    chosen = f" --library {read_settings({'library': library}).library}" + (f" --model {model}" if model else "")
    click.echo(
        f'\nNext: citewire ask "..."{chosen}    another question\n'
        f"      citewire serve{chosen}        the chat in the browser\n"
        f"      citewire ingest FOLDER{' ' * len(chosen)}your own articles, in a library of their own"
    )


def samples_folder() -> Path:
    """Return the folder with the sample articles and the questions about them."""
    return Path(str(resources.files("ui.samples")))


def _pull_missing(model: str | None, *, hidden: bool) -> None:
    """Fetch the embedding model and the one that writes, unless they are here; a remote one has no files."""
    from index.models.hub import pull_hub_files
    from index.models.pull import pull_model
    from index.models.registry import is_present, list_models
    from index.models.weights import hub_file
    from rag.models.choose import is_remote

    settings = read_settings({"model": model})
    for name in (settings.embedding.model, settings.model):
        wanted = None if is_remote(name) else hub_file(name)
        if name in list_models() and not is_present(name, settings.models):
            with download_progress(hidden=hidden) as told:
                pull_model(name, settings.models, progress=told)
        elif wanted is not None and not wanted.place(settings.models).is_file():
            with download_progress(hidden=hidden) as told:
                pull_hub_files(wanted, settings.models, progress=told)
