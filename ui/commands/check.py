"""The command `citewire check`: a text of one's own against the articles, sentence by sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ui.commands.shared import at_desk, filter_options, json_option, library_option, terminal_width

if TYPE_CHECKING:
    from rag.question.filters import FilterWords


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@filter_options
@library_option
@json_option
def check(file: TextIO, filters: FilterWords, library: str | None, as_json: bool) -> None:
    """Say of every sentence of a text what the articles say of it, with the quotes."""
    from index.errors import UsageError
    from ui.present import draft_to_text, to_json

    try:
        text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The file {str(Path(file.name))!r} cannot be read as text: {error}.", hint="Give UTF-8 text."
        ) from error
    checked = at_desk(lambda desk: desk.check(text, **filters), library=library)
    click.echo(to_json(checked) if as_json else draft_to_text(checked, width=terminal_width()))
    if checked.count("otherwise"):
        sys.exit(1)
