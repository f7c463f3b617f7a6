"""The command ``citewire migrate``: a library from a folder into a database, or back."""

from __future__ import annotations

import sys

import click

from ui.commands.shared import json_option

_STEPS_TOLD = 10


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
def migrate(source: str, target: str, as_json: bool) -> None:
    """Bring a library from a folder into a PostgreSQL database, or back; each is named by its folder or its URL.

    The library stays as it is. What was brought over is compared by hash. Interrupted, the same command goes on where it was.
    """
    from index.migrate import migrate as bring
    from index.settings import read_place
    from ui.present import to_json

    told = 0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if done * _STEPS_TOLD // max(1, of) > told:
            told = done * _STEPS_TOLD // max(1, of)
            click.echo(f"{done:,} of {of:,} articles", err=True)

    place = read_place(target)
    done = bring(read_place(source), place, progress=tell if sys.stderr.isatty() else None)
    click.echo(
        to_json(done)
        if as_json
        else f"{done.articles:,} articles with {done.passages:,} passages are in {place}, the same to the last byte "
        f"({done.copied:,} copied now, sha256 {done.sha256[:16]})."
    )
