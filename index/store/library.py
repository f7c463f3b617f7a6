"""The library: one SQLite file that holds the truth about every article.

Every article is stored in one transaction: all of it is there afterwards, or nothing. Everything else (the indexes of words
and meaning) can be rebuilt from here. One process owns a library (``index.store.lock``); within it the object may be used from
several threads. What is read is compared with its recorded hash first, so that damage is never mistaken for content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.articles import RawArticle
from index.disk import storage_error
from index.errors import LibraryMissing, StorageError
from index.sources.files import LIBRARY_FILE
from index.store.database import Database
from index.store.lock import LibraryLock
from index.store.migrations import migrate, require_present_schema
from index.store.reading import LibraryReader
from index.store.remembered import Remembered
from index.store.stamp import open_database, read_stamp
from index.store.storing import link_source, store_version
from index.store.versions import Known, NewVersion

DATABASE_FILE = LIBRARY_FILE


class Library(LibraryReader):
    """A library that this process owns. Use it as a context manager, or call ``close``.

    Attributes:
        remembered: which files and web addresses were taken in, for the next time.
        checkpoint: told the name of each step of what is written, for tests that end the process there.
    """

    def __init__(self, folder: Path, database: Database, lock: LibraryLock | None) -> None:
        self.folder = folder
        self._lock = lock
        self.remembered = Remembered(database)
        self.checkpoint: Callable[[str], None] = _ignore
        super().__init__(database)

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
            return cls(folder, open_database(path, stamp=stamp), lock)
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
            require_present_schema(database)
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

    @property
    def stamp(self) -> dict[str, str]:
        """All that its vectors depend on."""
        return read_stamp(self._database)

    def copy_to(self, path: Path) -> None:
        """Copy the library as it is at one moment into another file, while others may write."""
        self._database.copy_to(path)

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

    def link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> None:
        """Remember more places where articles that are already here were read from."""
        if not found:
            return
        with self._database.transaction() as connection:
            for raw, known in found:
                link_source(connection, raw, known.article_id)

    def store(self, new: NewVersion) -> int:
        """Store a version with all that belongs to it, in one transaction, and return how many passages it added.

        A version that came from another place than the article's earlier ones, and is older than the current one,
        is kept without becoming current.
        """
        with self._database.transaction() as connection:
            added = store_version(connection, new)
            self.checkpoint("within store")
            return added

    def remove(self, articles: Sequence[str]) -> int:
        """Remove articles with all their versions, in one transaction, and return how many there were."""
        with self._database.transaction() as connection:
            gone = 0
            for key in articles:
                for table in ("passages", "copy_bands", "copy_signatures", "sources", "versions"):
                    connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (key,))
                gone += connection.execute("DELETE FROM articles WHERE id = ?", (key,)).rowcount
                self.checkpoint("within remove")
            if gone:
                # A file that gave a removed article is read again when it is named again.
                connection.execute("DELETE FROM files")
                connection.execute("DELETE FROM visits")
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        self.checkpoint("after remove")
        if gone:
            self.forget_unused_vectors()
        return gone

    def unlink_sources(self, references: Sequence[str]) -> tuple[str, ...]:
        """Forget places that articles were read from; return the articles that have no other."""
        with self._database.transaction() as connection:
            touched = set()
            for reference in references:
                rows = connection.execute("SELECT article_id FROM sources WHERE reference = ?", (reference,)).fetchall()
                touched |= {row["article_id"] for row in rows}
                connection.execute("DELETE FROM sources WHERE reference = ?", (reference,))
                connection.execute("DELETE FROM files WHERE reference = ?", (reference.split("#")[0],))
            left = {
                key
                for key in touched
                if not connection.execute("SELECT 1 FROM sources WHERE article_id = ?", (key,)).fetchone()
            }
        return tuple(sorted(left))

    def forget_unused_vectors(self) -> int:
        """Drop the vectors that no passage uses any more, and return how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(
                "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = vectors.key)"
            ).rowcount


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


def _ignore(_step: str) -> None:
    """Do nothing at a checkpoint."""
