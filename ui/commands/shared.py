"""What the commands share: their options, and how they reach the library: through the server that owns it, or alone."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.errors import CitewireError

if TYPE_CHECKING:
    from index.settings import Settings
    from rag.desk import Desk
    from rag.protocol import AnyDesk
    from rag.question.filters import FilterWords

Result = TypeVar("Result")

library_option = click.option(
    "--library", metavar="FOLDER", help="Folder of the library, or postgresql:// URL of its database."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
model_option = click.option(
    "--model",
    metavar="NAME",
    help="Who writes: none, a model of `citewire models`, a GGUF file, openai/NAME, ollama/NAME, anthropic/NAME.",
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which articles may be searched; the command takes them as one value, ``filters``."""

    @functools.wraps(command)
    def with_filters(
        *,
        first: str | None,
        last: str | None,
        outlets: tuple[str, ...],
        as_of: str | None,
        articles: tuple[str, ...],
        languages: tuple[str, ...],
        **arguments: Any,
    ) -> None:
        filters: FilterWords = {
            "first": first,
            "last": last,
            "outlets": outlets,
            "as_of": as_of,
            "articles": articles,
            "languages": languages,
        }
        command(filters=filters, **arguments)

    for option in (
        click.option(
            "--language",
            "languages",
            multiple=True,
            metavar="CODE",
            help="Only articles in this language, as en; may be repeated.",
        ),
        click.option("--article", "articles", multiple=True, metavar="ID", help="Only this article; may be repeated."),
        click.option(
            "--as-of", metavar="DAY", help="With the knowledge of this day: nothing published or changed later."
        ),
        click.option("--outlet", "outlets", multiple=True, metavar="NAME", help="Only this outlet; may be repeated."),
        click.option("--to", "last", metavar="DAY", help="Only articles published on this day or before."),
        click.option("--from", "first", metavar="DAY", help="Only articles published on this day or later."),
    ):
        with_filters = option(with_filters)
    return with_filters


def read_settings(arguments: dict[str, str | None]) -> Settings:
    """Return the settings with what the command line says."""
    from index.settings import load_settings

    return load_settings(arguments)


def open_desk(settings: Settings, *, create: bool = False) -> Desk:
    """Open a desk in this process."""
    from rag.desk import Desk

    return Desk(settings=settings, create=create)


def at_desk(
    work: Callable[[AnyDesk], Result], *, library: str | None, model: str | None = "none", create: bool = False
) -> Result:
    """Do something at the desk of a library: that of the server that owns it when there is one, else one in this process.

    Args:
        work: done once; or again in this process, where the server turned out to be gone.
        library: its folder or URL, or None for that of the settings.
        model: who writes; None for whom the settings name.
        create: make a library where there is none.

    Raises:
        CitewireError: the server answers with another model than is asked for.
    """
    from ui.client import OwnerGone, find_owner

    settings = read_settings({"library": library, "model": model})
    owner = find_owner(settings.library)
    if owner is not None:
        with contextlib.suppress(OwnerGone):
            # The owner's model answers; quotes alone can be asked of any owner.
            if model not in (None, "none") and model != (theirs := owner.model_name):
                raise CitewireError(
                    f"The server that owns the library answers with {theirs!r}, not with {model!r}.",
                    hint=f"Stop it, or leave out --model {model}.",
                )
            return work(owner)
    with open_desk(settings, create=create) as desk:
        return work(desk)


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
