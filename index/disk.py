"""What a disk refuses, in Citewire's own words: that it is full, or why else nothing can be written there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from index.errors import StorageError

_SAID_OF_A_FULL_DISK = ("No space left", "disk is full", "quota exceeded")
_FULL_BELOW_BYTES = 1_000_000  # where the cause is not told: none of the files of a library can do with so little


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
