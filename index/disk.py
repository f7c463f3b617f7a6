"""Small files that are replaced whole, and what a disk refuses, in Citewire's own words: that it is full, or why else it fails."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import filelock

from index.errors import StorageError

_SAID_OF_A_FULL_DISK = ("No space left", "disk is full", "quota exceeded")
_LOCK_SECONDS = 10.0  # a change of a small file takes milliseconds
_FULL_BELOW_BYTES = 1_000_000  # where the cause is not told: none of the files of a library can do with so little


def replace_file(path: Path, content: bytes, *, what: str, mode: int = 0o600) -> None:
    """Write a file that is there whole afterwards, or as it was before.

    Args:
        what: what the file is, as the start of a sentence.
        mode: who may read it; by default the same user alone.

    Raises:
        StorageError: it cannot be written.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise storage_error(what, path.parent, error) from error


@contextlib.contextmanager
def one_at_a_time(path: Path, *, what: str) -> Iterator[None]:
    """Let one process, and one thread of it, read a file and replace it before the next does.

    Args:
        path: that file; a lock lies beside it.
        what: what the file is, as the start of a sentence.

    Raises:
        StorageError: another has held it for long, or no lock can be had there.
    """
    lock = filelock.FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_LOCK_SECONDS)
    except filelock.Timeout as error:
        raise StorageError(
            f"{what} {str(path)!r} is being changed by another process.", hint="Try again when that has ended."
        ) from error
    except OSError as error:
        raise storage_error(what, path.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; one that is there is left as it is.

    Raises:
        StorageError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {str(folder)!r} cannot be made: {error.strerror}.") from error


def storage_error(what: str, folder: Path, error: BaseException) -> StorageError:
    """Return what to tell of a failed write.

    Args:
        what: what could not be written, as the start of a sentence.
        folder: where it was to be written.
        error: what the system or a library said.
    """
    if is_full(folder, error):
        return StorageError(
            f"The disk that holds {str(folder)!r} is full.",
            hint="Free some space and run the command again; what was stored before is kept.",
        )
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return StorageError(
        f"{what} cannot be written or read: {said}.", hint="Check the folder's permissions, its owner and the disk."
    )


def is_full(folder: Path, error: BaseException) -> bool:
    """Return whether a failed write failed because the disk of a folder is full."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    # Libraries pass the system's reason on in words, and some none at all.
    return any(words in str(error) for words in _SAID_OF_A_FULL_DISK) or _free_bytes(folder) < _FULL_BELOW_BYTES


def _free_bytes(folder: Path) -> float:
    try:
        state = os.statvfs(folder)
    except OSError:
        return float("inf")
    return state.f_bavail * state.f_frsize
