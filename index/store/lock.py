"""One owner: a library belongs to one process at a time.

The lock is an exclusive ``flock`` that the kernel frees when its process ends, however it ends; the note beside it (who
owns it, since when, at which address it serves) is only for messages and for finding the owner, never for the lock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import filelock
import msgspec

from index.disk import storage_error
from index.errors import LibraryInUse, StorageError

LOCK_FILE = "lock"
OWNER_FILE = "owner.json"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a library.

    Attributes:
        address: base URL where the owner answers for others, or None when it does not.
        token: secret that the owner asks of others; readable by the same user only.
    """

    pid: int
    address: str | None = None
    token: str | None = None


class LibraryLock:
    """The exclusive ownership of one library folder.

    Raises:
        LibraryInUse: on ``acquire``, when another process owns the library.
        StorageError: on ``acquire``, when the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = filelock.FileLock(folder / LOCK_FILE, thread_local=False)

    def acquire(self) -> None:
        """Take the library, or say who has it."""
        try:
            self._lock.acquire(blocking=False)
        except filelock.Timeout:
            raise _in_use(self._folder) from None
        except OSError as error:
            raise storage_error(f"The library folder {str(self._folder)!r}", self._folder, error) from error
        # On a full disk there is no note, and the library can be read.
        with contextlib.suppress(StorageError):
            self.announce()

    def announce(self, *, address: str | None = None, token: str | None = None) -> None:
        """Write down who owns the library and where it answers.

        Raises:
            StorageError: it cannot be written; an earlier note is gone.
        """
        note = self._folder / OWNER_FILE
        draft = note.with_suffix(".draft")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(Owner(pid=os.getpid(), address=address, token=token)))
            draft.replace(note)
        except OSError as error:
            for path in (draft, note):  # the note of a process before, which was killed, would name that one
                with contextlib.suppress(OSError):
                    path.unlink()
            raise storage_error(f"The note {str(note)!r}", self._folder, error) from error

    def release(self) -> None:
        """Give the library back; harmless when it was not taken."""
        if self._lock.is_locked:
            (self._folder / OWNER_FILE).unlink(missing_ok=True)
            self._lock.release()


def read_owner(folder: Path) -> Owner | None:
    """Return who owns the library according to the note, or None. The note may be stale: only the lock decides."""
    try:
        return msgspec.json.decode((folder / OWNER_FILE).read_bytes(), type=Owner)
    except (OSError, msgspec.DecodeError):  # none is there, or it is another user's
        return None


def is_locked(folder: Path) -> bool:
    """Return whether some process holds the lock now."""
    if not (folder / LOCK_FILE).exists():
        return False
    probe: Callable[[], filelock.BaseFileLock] = lambda: filelock.FileLock(folder / LOCK_FILE)  # noqa: E731
    lock = probe()
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return True
    lock.release()
    return False


def _in_use(folder: Path) -> LibraryInUse:
    owner = read_owner(folder)
    who = f"process {owner.pid}" if owner else "another process"
    return LibraryInUse(
        f"The library {str(folder)!r} is in use by {who}.",
        hint="Wait until it has finished, or ask through it while `citewire serve` runs.",
        pid=owner.pid if owner else None,
    )
