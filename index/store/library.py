"""The library: one SQLite file that holds the truth about every article.

Every article is stored in one transaction: all of it is there afterwards, or nothing. Everything else (the indexes of words
and meaning) can be rebuilt from here. One process owns a library (``index.store.lock``); within it the object may be used from
several threads. What is read is compared with its recorded hash first, so that damage is never mistaken for content.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from index.disk import storage_error
from index.errors import LibraryMissing, StorageError
from index.sources.files import LIBRARY_FILE
from index.store.database import Database
from index.store.lock import LibraryLock
from index.store.migrations import migrate, require_present_tables
from index.store.stamp import prepare_database, read_stamp
from index.store.writing import LibraryWriter

DATABASE_FILE = LIBRARY_FILE


class Library(LibraryWriter):
    """A library that this process owns. Use it as a context manager, or call ``close``.

    Attributes:
        folder: where it lies, and its indexes beside it.
    """

    def __init__(self, folder: Path, database: Database, lock: LibraryLock | None) -> None:
        super().__init__(database)
        self.folder = folder
        self._file = database
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, *, stamp: dict[str, str], create: bool = False) -> Library:
        """Take ownership of the library in a folder.

        Args:
            folder: where the library lies.
            stamp: all that its vectors depend on; compared with what it was built with.
            create: make folder and library when there is none.

        Raises:
            LibraryMissing: there is none and ``create`` is False.
            LibraryInUse: another process owns it.
            LibraryMismatch: it was built with another stamp or by a newer program.
            LibraryDamaged: its file is not a sound database.
            StorageError: the folder cannot be read or written.
        """
        path = folder / DATABASE_FILE
        if not _is_text(folder):
            raise StorageError(
                f"The name of the library folder {str(folder)!r} is not text in UTF-8, which its indexes need.",
                hint="Choose another folder with --library.",
            )
        if not _is_there(path) and not create:
            raise LibraryMissing(
                f"There is no library in {str(folder)!r}.",
                hint="Make one with `citewire ingest FOLDER`, or name another with --library.",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The library folder {str(folder)!r} cannot be made: {error.strerror}.",
                hint="Choose another folder with --library.",
            ) from error
        lock = LibraryLock(folder)
        lock.acquire()
        try:
            database = Database(path)
            prepare_database(database, stamp=stamp)
            return cls(folder, database, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def look(cls, path: Path) -> Library:
        """Open a library's file for reading only, without owning it: another process may be writing meanwhile.

        Raises:
            LibraryMissing: there is no such file.
            LibraryMismatch: it is of another version of the program.
            LibraryDamaged: it is no library.
            StorageError: it cannot be read, or the files beside it cannot be written that reading it needs.
        """
        if not _is_there(path):
            raise LibraryMissing(f"There is no library in {str(path.parent)!r}.", hint="Name another with --library.")
        database = Database(path, read_only=True)
        try:
            require_present_tables(database)
        except BaseException:
            database.close()
            raise
        return cls(path.parent, database, None)

    @property
    def lock(self) -> LibraryLock:
        """The ownership of the library's folder.

        Raises:
            RuntimeError: the library was opened for reading only.
        """
        if self._lock is None:
            raise RuntimeError("a library opened for reading only is not owned")
        return self._lock

    def announce(self, *, address: str, token: str) -> None:
        """Write down where the owner answers other commands."""
        self.lock.announce(address=address, token=token)

    @property
    def conversations(self) -> None:
        """None: the one process that answers remembers them itself."""

    @property
    def mark(self) -> str:
        """Name no state: a library in a folder has its indexes beside it, and a backup is brought back into an empty one."""
        return ""

    def has_been(self, _mark: str, /) -> bool:
        """Return yes: its indexes are made from nothing else."""
        return True

    def require_stamp(self) -> None:
        """Do nothing: nobody embeds a library anew while this process owns it."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Have what this thread reads come from one moment: that of the last publishing, for nobody else writes."""
        return self._database.snapshot()

    @property
    def stamp(self) -> dict[str, str]:
        """All that its vectors depend on."""
        return read_stamp(self._database)

    def copy_to(self, path: Path) -> None:
        """Copy the library as it is at one moment into another file, while others may write."""
        self._file.copy_to(path)

    def close(self) -> None:
        """Close the file and give the library back."""
        self._database.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def migrate(self) -> None:
        """Bring the tables of an older version up to date; its owner may."""
        migrate(self._database)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:  # a folder on the way may not be looked into
        raise storage_error(f"The library {str(path.parent)!r}", path.parent, error) from error


def _is_text(folder: Path) -> bool:
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
