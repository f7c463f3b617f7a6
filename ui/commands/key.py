"""``citewire key``: the keys that programs show at the doors of a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ui.commands.shared import json_option, library_option, read_settings

if TYPE_CHECKING:
    from ui.doors.keys import Keys


@click.group()
def key() -> None:
    """Make, list and take back the keys that programs show at the server."""


@key.command()
@click.argument("name")
@click.option("--ingest", "may_ingest", is_flag=True, help="It may bring articles in, where the server allows it.")
@library_option
@json_option
def add(name: str, may_ingest: bool, library: str | None, as_json: bool) -> None:
    """Make a key and print it: once, for only its hash is kept."""
    from ui.present import to_json

    with _keys(library) as keys:
        made, shown = keys.add(name, may_ingest=may_ingest)
    if as_json:
        click.echo(to_json({"id": made.id, "name": made.name, "may_ingest": made.may_ingest, "key": shown}))
        return
    click.echo(shown)
    click.echo("citewire: Keep it now; it is not shown again.", err=True)


@key.command(name="list")
@library_option
@json_option
def list_keys(library: str | None, as_json: bool) -> None:
    """List the keys: id, day, name, and which may bring articles in. None of this is a secret."""
    from ui.present import plain, to_json

    with _keys(library) as keys:
        known = keys.all()
    if as_json:
        click.echo(to_json([{"id": k.id, "name": k.name, "made": k.made, "may_ingest": k.may_ingest} for k in known]))
        return
    for each in known:
        click.echo(f"{each.id}  {each.made}  {plain(each.name)}{'  (may ingest)' if each.may_ingest else ''}")


@key.command()
@click.argument("named")
@library_option
def remove(named: str, library: str | None) -> None:
    """Take a key back, named by its id or its name; a running server refuses it from then on."""
    from ui.present import plain

    with _keys(library) as keys:
        removed = keys.remove(named)
    click.echo(f"{removed.id}  {plain(removed.name)} is taken back.")


@contextlib.contextmanager
def _keys(library: str | None) -> Iterator[Keys]:
    from index.database_url import DatabaseUrl
    from index.store.opening import look_at
    from ui.doors.keys import Keys

    place = read_settings({"library": library}).library
    if isinstance(place, DatabaseUrl):
        with look_at(place) as opened:
            yield Keys(opened)
    else:
        yield Keys(place)
