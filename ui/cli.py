"""The command ``citewire``. Heavy imports live inside the commands, so that ``--help`` answers at once.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no library, 4 library in use, 5 model unavailable, 130 interrupted, 143 ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import click

from index.errors import CitewireError, ModelUnavailable
from ui.commands.check import check
from ui.commands.demo import demo
from ui.commands.ingest import ingest
from ui.commands.key import key
from ui.commands.library import LIBRARY_COMMANDS
from ui.commands.mcp import mcp
from ui.commands.migrate import migrate
from ui.commands.models import models
from ui.commands.shared import (
    at_desk,
    filter_options,
    json_option,
    library_option,
    model_option,
    read_settings,
    terminal_width,
)
from ui.commands.watched import watch
from ui.evaluation.commands import evaluate

if TYPE_CHECKING:
    from rag.question.filters import FilterWords


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="citewire")
def cli() -> None:
    """Ask your news articles; get answers whose every sentence cites exact words and has been checked."""


@cli.command()
@click.argument("question")
@filter_options
@model_option
@library_option
@json_option
def ask(question: str, filters: FilterWords, model: str | None, library: str | None, as_json: bool) -> None:
    """Answer a question over the library."""
    from ui.present import answer_to_text, to_json

    answer = at_desk(
        lambda desk: desk.ask(question, quotes_only=model == "none", **filters), library=library, model=model
    )
    click.echo(to_json(answer) if as_json else answer_to_text(answer, width=terminal_width()))
    if answer.model_error:
        # The quotes are an answer, but not by the model that was asked for: scripts must be able to tell.
        click.echo(f"citewire: The quotes themselves are shown. {answer.model_error}", err=True)
        sys.exit(ModelUnavailable.exit_code)


@cli.command()
@click.argument("question")
@filter_options
@library_option
@json_option
def search(question: str, filters: FilterWords, library: str | None, as_json: bool) -> None:
    """Show the passages that matter for a question, without an answer."""
    from ui.present import hits_to_text, to_json

    hits = at_desk(lambda desk: desk.search(question, **filters), library=library)
    click.echo(to_json(hits) if as_json else hits_to_text(hits, width=terminal_width()))


@cli.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; without a log-in loopback only."
)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535))
@model_option
@library_option
def serve(host: str, port: int, model: str | None, library: str | None) -> None:
    """Open the chat in the browser and answer other citewire commands."""
    from ui.serve import run_server

    run_server(read_settings({"library": library, "model": model}), host=host, port=port, say=click.echo)


cli.add_command(check)
cli.add_command(demo)
cli.add_command(ingest)
cli.add_command(key)
cli.add_command(mcp)
cli.add_command(migrate)
cli.add_command(models)
cli.add_command(watch)
cli.add_command(evaluate)
for _command in LIBRARY_COMMANDS:
    cli.add_command(_command)


class _Terminated(BaseException):
    """Somebody asked this process to end."""


_told_to_end = threading.Event()


def _end(sent: int, _frame: object) -> None:
    """Close everything in order; who asks again does not want to wait for that."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _leave)
    if sent == signal.SIGINT:
        raise KeyboardInterrupt
    _told_to_end.set()
    raise _Terminated


def _leave(sent: int, _frame: object = None) -> NoReturn:
    """End now: a thread that still loads a model would be waited for, and nothing that is stored can be lost."""
    how = "interrupted" if sent == signal.SIGINT else "ended"
    with contextlib.suppress(OSError, RuntimeError):  # the output is gone, or was just being written to
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.write(2, f"citewire: {how}; what was stored before is kept.\n".encode())
    os._exit(128 + sent)


def main() -> None:
    """Run the command: every error a person may meet is one line that says what to do, and an honest exit code."""
    signal.signal(signal.SIGTERM, _end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody had it ignored
        signal.signal(signal.SIGINT, _end)
    try:
        cli(standalone_mode=False)
    except CitewireError as error:
        from ui.present import error_to_text, to_json

        if "--json" in sys.argv:
            click.echo(to_json({"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}}))
        click.echo(error_to_text(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort, _Terminated):
        # Asked of the event, for what watches folders makes an interruption of every signal.
        _leave(signal.SIGTERM if _told_to_end.is_set() else signal.SIGINT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:  # a file that was named for reading or writing, or the output itself
        named = f": {error.filename!r}" if error.filename else ""
        click.echo(f"citewire: {error.strerror or error}{named}.\n  Check the permissions and the disk.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
