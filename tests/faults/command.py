"""The command ``citewire`` with an encoder that needs no model: ``python -m tests.faults.command ingest FOLDER``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag.desk  # noqa: F401 (loaded before processes are forked)
from index.models.embed import SentenceEncoder
from tests.conftest import WordEncoder
from ui.cli import main


class _Encoder(WordEncoder):
    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()

    def load(self) -> None:
        """Nothing has to be loaded."""


def need_no_model() -> None:
    """Put the encoder of words in the place of the real one: there is no setting for it.

    Only ever in a process of its own, for it stays so.
    """
    for module in list(sys.modules.values()):
        if getattr(module, "SentenceEncoder", None) is SentenceEncoder and module is not sys.modules[__name__]:
            module.SentenceEncoder = _Encoder  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float


def citewire(
    *arguments: object, folder: Path, before: Callable[..., None] | None = None, values: Sequence[Any] = ()
) -> Ended:
    """Run a command to its end in a forked process.

    Args:
        folder: where its output may be written.
        before: called in the process first, with ``values``: to limit or to disown it.
    """
    from tests.faults.killed import end, start

    begun = time.perf_counter()
    code = end(start(run, [str(each) for each in arguments], folder, before, tuple(values)))
    seconds = time.perf_counter() - begun
    return Ended(code, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"), seconds)


def run(arguments: list[str], folder: Path, before: Callable[..., None] | None, values: tuple[Any, ...]) -> None:
    """Be the command, with its output in two files."""
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.pop("CITEWIRE_KILLS", None)  # it is no setting, and the command refuses what it does not know
    if before:
        before(*values)
    sys.argv = ["citewire", *arguments]
    need_no_model()
    main()


if __name__ == "__main__":
    need_no_model()
    main()
