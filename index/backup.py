"""Backups: one file with the whole library, taken while others write, and brought back only when it is sound."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from index.disk import make_folder, storage_error
from index.errors import LibraryDamaged, UsageError
from index.store.library import DATABASE_FILE, Library
from index.store.lock import LibraryLock

Checkpoint = Callable[[str], None]


def back_up(folder: Path, to: Path, *, checkpoint: Checkpoint | None = None) -> int:
    """Write a library as it is at one moment into one file, examine the copy, and return how many articles it holds.

    A server or an ingest may go on meanwhile. The file appears under its name only when it is whole.

    Args:
        folder: of the library.
        to: the file to make.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        LibraryMissing: there is no library.
        LibraryDamaged: it is damaged, and so is the copy.
        StorageError: the copy cannot be written.
        UsageError: there is a file of that name.
    """
    if to.exists():
        raise UsageError(f"There is already a file {str(to)!r}.", hint="Name another, or remove it first.")
    draft = _draft(to)
    try:
        with Library.look(folder / DATABASE_FILE) as library:
            library.copy_to(draft)
        _tell(checkpoint, "within backup")
        count = _examine(draft)
        _settle(draft, to)
    except OSError as error:
        raise storage_error(f"The backup {str(to)!r}", to.parent, error) from error
    finally:
        _remove(draft)
    return count


def restore(file: Path, folder: Path, *, checkpoint: Checkpoint | None = None) -> int:
    """Make a library of a backup in a folder that has none, and return how many articles it holds.

    Args:
        file: what ``back_up`` made.
        folder: of the new library.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        UsageError: there is no such file, or already a library in the folder.
        LibraryDamaged: the file is no library, or a damaged one; the folder stays as it was.
        StorageError: the folder cannot be written.
    """
    if not file.is_file():
        raise UsageError(f"There is no file {str(file)!r}.", hint="Name a file made by `citewire backup`.")
    path = folder / DATABASE_FILE
    if path.exists():
        raise UsageError(
            f"There is already a library in {str(folder)!r}.",
            hint="Name another folder with --library, or move that one away first.",
        )
    _examine(file)
    make_folder(folder)
    lock = LibraryLock(folder)
    lock.acquire()
    draft = _draft(path)
    try:
        with Library.look(file) as library:
            library.copy_to(draft)
        _tell(checkpoint, "within restore")
        count = _examine(draft)
        _settle(draft, path)
    except OSError as error:
        raise storage_error(f"The library {str(folder)!r}", folder, error) from error
    finally:
        _remove(draft)
        lock.release()
    return count


def _examine(file: Path) -> int:
    """Return how many articles a library's file holds, once all of it has been checked."""
    with Library.look(file) as library:
        if problems := library.check():
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise LibraryDamaged(
                f"{str(file)!r} is damaged: {problems[0]}{more}",
                hint="Use another backup, or ingest the articles again.",
            )
        return len(library.article_ids())


def _settle(draft: Path, to: Path) -> None:
    """Give a finished file its name, so that it is there after a loss of power too."""
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(to)


def _draft(path: Path) -> Path:
    draft = path.with_name(f"{path.name}.draft")
    _remove(draft)
    return draft


def _remove(draft: Path) -> None:
    """Remove a draft and what SQLite keeps beside it; what cannot be removed is overwritten the next time."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def _tell(checkpoint: Checkpoint | None, step: str) -> None:
    if checkpoint:
        checkpoint(step)
