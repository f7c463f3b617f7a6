"""The folder for this process's own indexes of a library that many share: the first one that no other process uses.

Indexes are made again where they are missing, and brought up to date where a process before left them; two processes can never
have the same ones open. The lock is an exclusive ``flock`` that the kernel frees when its process ends, however it ends.
"""

from __future__ import annotations

import threading
from pathlib import Path

import filelock

from index.disk import storage_error
from index.errors import StorageError

_LOCK_FILE = "lock"
_MOST = 64  # processes on this machine that search the same library


class ReplicaFolder:
    """The folders for one library on this machine, of which this process takes one.

    Args:
        base: the folder that they lie in.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._guard = threading.Lock()
        self._taken: tuple[Path, filelock.BaseFileLock] | None = None

    def take(self) -> Path:
        """Return the folder of this process.

        Raises:
            StorageError: none can be made, or too many processes have one.
        """
        with self._guard:
            if self._taken is None:
                self._taken = self._take()
            return self._taken[0]

    def _take(self) -> tuple[Path, filelock.BaseFileLock]:
        for number in range(1, _MOST + 1):
            folder = self._base / str(number)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                lock = filelock.FileLock(folder / _LOCK_FILE, thread_local=False)
                lock.acquire(blocking=False)
            except filelock.Timeout:
                continue
            except OSError as error:
                raise storage_error(f"The folder for indexes {str(folder)!r}", self._base, error) from error
            return folder, lock
        raise StorageError(
            f"{_MOST} processes have indexes in {str(self._base)!r}.", hint="End some, or set another folder: `cache`."
        )

    def release(self) -> None:
        """Give the folder back; harmless when none was taken."""
        with self._guard:
            if self._taken is not None:
                self._taken[1].release()
                self._taken = None
