"""What the commands share: their options, and how they reach the library: through the server that owns it, or alone."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from index.settings import Settings
    from rag.desk import Desk
    from ui.client import OwnerClient

Result = TypeVar("Result")

library_option = click.option("--library", metavar="FOLDER", help="Folder of the library.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
model_option = click.option(
    "--model",
    metavar="NAME",
    help="Who writes: none, a local model, openai/NAME, ollama/NAME, anthropic/NAME.",
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which articles may be searched."""
    for option in (
        click.option(
            "--as-of", metavar="DAY", help="With the knowledge of this day: nothing published or changed later."
        ),
        click.option("--outlet", "outlets", multiple=True, metavar="NAME", help="Only this outlet; may be repeated."),
        click.option("--to", "last", metavar="DAY", help="Only articles published on this day or before."),
        click.option("--from", "first", metavar="DAY", help="Only articles published on this day or later."),
    ):
        command = option(command)
    return command


def read_settings(arguments: dict[str, str | None]) -> Settings:
    """Return the settings with what the command line says."""
    from index.settings import load_settings

    return load_settings(arguments)


def open_desk(settings: Settings, *, create: bool = False) -> Desk:
    """Open a desk in this process."""
    from rag.desk import Desk

    return Desk(settings=settings, create=create)


def through_owner_or_alone(
    arguments: dict[str, str | None],
    through: Callable[[OwnerClient], Result],
    alone: Callable[[Settings], Result],
) -> Result:
    """Do something through the server that owns the library when there is one, else in this process."""
    from ui.client import OwnerGone, find_owner

    settings = read_settings(arguments)
    owner = find_owner(settings.library)
    if owner is not None:
        with contextlib.suppress(OwnerGone):
            return through(owner)
    return alone(settings)


@contextlib.contextmanager
def download_progress(*, hidden: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show what has arrived: a bar in a terminal, a line a source elsewhere."""
    if hidden or not sys.stderr.isatty():
        said: set[str] = set()

        def tell(what: str, arrived: int, total: int) -> None:
            if not hidden and (what not in said or arrived == total):
                said.add(what)
                click.echo(f"{what}: {arrived / 1e6:,.0f} of {total / 1e6:,.0f} MB", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, arrived, total: bar.update(task, description=what, completed=arrived, total=total)


def terminal_width() -> int:
    """Return how wide text may be, in characters."""
    import shutil

    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))
