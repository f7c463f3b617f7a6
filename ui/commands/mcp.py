"""``citewire mcp``: the articles for an assistant that starts this command and speaks with it over standard input and output."""

from __future__ import annotations

import importlib.util

import click

from index.errors import UsageError
from ui.commands.shared import at_desk, library_option, model_option


@click.command()
@model_option
@library_option
def mcp(model: str | None, library: str | None) -> None:
    """Serve an assistant over standard input and output (Model Context Protocol)."""
    if importlib.util.find_spec("mcp") is None:
        raise UsageError("The Model Context Protocol is not installed.", hint="pip install 'citewire[mcp]'")
    from ui.doors.mcp_server import Alone, make_mcp_server

    at_desk(lambda desk: make_mcp_server(Alone(desk)).run("stdio"), library=library, model=model)
