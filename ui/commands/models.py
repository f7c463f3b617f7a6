"""The commands ``citewire models``: list, pull, add, try. Heavy imports live inside them, so that ``--help`` answers at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.demo import samples_folder
from ui.commands.shared import download_progress, json_option, read_settings

if TYPE_CHECKING:
    from index.settings import Settings
    from rag.evaluate.trial import Tried

_ACTIONS = ("list", "pull", "add", "try")


@click.command()
@click.argument("action", type=click.Choice(_ACTIONS), default="list")
@click.argument("names", nargs=-1)
@click.option(
    "--questions", type=click.IntRange(1, 1000), default=8, show_default=True, help="Of try: how many to ask."
)
@json_option
def models(action: str, names: tuple[str, ...], questions: int, as_json: bool) -> None:
    """List the models, pull some, add a file of your own, or try one.

    pull takes names of the list, files and repositories of the hub, and checks each by its sha256; add keeps the sha256 of a GGUF file
    or of the weights in a folder; try asks a model questions about the sample articles and measures how fast and how well it answers.
    """
    if action != "list" and not names:
        raise click.UsageError(f"Name a model: citewire models {action} NAME...")
    settings = read_settings({})
    if action == "try":
        for name in names:
            _try(name, questions=questions, as_json=as_json)
        return
    for name in names if action == "pull" else ():
        _check_name(name)
    for name in names:
        (_pull if action == "pull" else _add)(name, settings, hidden=as_json)
    if as_json or action == "list":
        _list(settings, as_json=as_json)


def _list(settings: Settings, *, as_json: bool) -> None:
    from index.models.offers import list_offers
    from ui.present import models_to_text, to_json

    offers = list_offers(settings.models)
    click.echo(to_json(offers) if as_json else models_to_text(offers, settings.models))


def _check_name(name: str) -> None:
    """Say that a name is wrong before anything large is fetched."""
    from index.models.folders import is_hub_folder
    from index.models.registry import find_model
    from index.models.weights import hub_file

    if not is_hub_folder(name) and hub_file(name) is None:
        find_model(name)


def _pull(name: str, settings: Settings, *, hidden: bool) -> None:
    from index.models.folders import is_hub_folder, pull_hub_folder
    from index.models.hub import pull_hub_files
    from index.models.pull import pull_model
    from index.models.weights import hub_file

    is_folder = is_hub_folder(name)
    wanted = None if is_folder else hub_file(name)
    with download_progress(hidden=hidden) as told:
        if is_folder:
            folder = pull_hub_folder(name, settings.models, progress=told)
            ready = f"{name} is ready: {folder.path}\n  sha256 {folder.sha256}"
        elif wanted is None:
            ready = f"{name} is ready in {pull_model(name, settings.models, progress=told)}"
        else:
            pulled = pull_hub_files(wanted, settings.models, progress=told)
            ready = f"{name} is ready:\n" + "\n".join(f"{kept.path}\n  sha256 {kept.sha256}" for kept in pulled)
    click.echo(ready, err=hidden)


def _add(path: str, settings: Settings, *, hidden: bool) -> None:
    from index.models.folders import keep_folder
    from index.models.gguf import read_gguf
    from index.models.kept import keep
    from index.models.parts import part_files

    if Path(path).is_dir():
        folder = keep_folder(path, settings.models)
        click.echo(f"{folder.path}\n  sha256 {folder.sha256}", err=hidden)
        return
    kept = [keep(part, settings.models) for part in part_files(Path(path).expanduser())]
    facts = read_gguf(Path(kept[0].path))
    hashes = "\n".join(f"{each.path}\n  sha256 {each.sha256}" for each in kept)
    click.echo(
        f"{hashes}\n  {facts.architecture}, {facts.parameters / 1e9:.2f} thousand million parameters, "
        f"context of {facts.context_tokens or 'unknown length'}, licence {facts.licence or 'not stated'}",
        err=hidden,
    )


def _try(name: str, *, questions: int, as_json: bool) -> None:
    from dataclasses import replace

    from rag.desk import Desk
    from rag.evaluate.trial import try_model
    from ui.present import to_json, trial_to_text

    settings = replace(read_settings({"model": name}), model=name)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings, library=Path(folder) / "library")
        with Desk(settings=settings, create=True) as desk:
            click.echo("Bringing in the sample articles ...", err=True)
            desk.ingest([samples_folder() / "articles"])
            desk.warm_up()
            trial = try_model(
                desk, _questions(questions), told=lambda done, of: click.echo(f"{done} of {of} questions", err=True)
            )
    click.echo(to_json(trial) if as_json else trial_to_text(trial))


def _questions(count: int) -> list[Tried]:
    """Return sample questions: every fourth is one that the articles do not answer."""
    import json

    from rag.evaluate.trial import Tried

    lines = (samples_folder() / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    known = [
        Tried(row["question"], tuple(row["answers"]), row.get("match") == "all") for row in rows if row["answerable"]
    ]
    unknown = [Tried(row["question"]) for row in rows if not row["answerable"]]
    chosen: list[Tried] = []
    while len(chosen) < count and (known or unknown):
        of = unknown if (len(chosen) % 4 == 3 and unknown) or not known else known
        chosen.append(of.pop(0))
    return chosen
