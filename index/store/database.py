"""One SQLite file with its errors in Citewire's own words. The only module that imports sqlite3."""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from index.disk import storage_error
from index.errors import LibraryDamaged, LibraryError
from index.store.sql import Reads

Connection = sqlite3.Connection
Row = sqlite3.Row
Result = TypeVar("Result")

_READERS = 8  # connections at most: each holds three files open
_BACKUP_PAGES = 2000  # copied at once; between them a writer may go on


class Database(Reads[Row]):
    """An open SQLite file in write-ahead mode; usable from several threads.

    What is written goes through one connection, one transaction after another. What is read has connections of its own, each
    used by one thread at a time: readers wait neither for a writer nor for each other, and see what was committed last. Within
    a transaction its own thread sees what it has written so far.

    Attributes:
        name: the folder, for messages, and ``place`` the file.
        shared: no: one process writes.

    Args:
        path: the file.
        read_only: open what is there and never write; made when missing otherwise.

    Raises:
        StorageError: the file cannot be opened or read.
        LibraryDamaged: it is no database.
    """

    most_values = 900  # SQLite allows 999 parameters in the oldest builds still around.

    shared = False

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.name, self.place = str(path.parent), str(path)
        self._guard = threading.RLock()
        self._writer: int | None = None  # the thread that is within a transaction
        self._idle: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._readers = threading.BoundedSemaphore(_READERS)
        self._closed = False
        with self.mapped_errors():
            self._connection = _connect(path, "ro" if read_only else "rwc")
            try:
                if not read_only:
                    self._connection.execute("PRAGMA journal_mode = WAL")
                    self._connection.execute("PRAGMA synchronous = FULL")
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file."""
        self._closed = True
        while (reader := self._take_idle()) is not None:
            reader.close()
        with self._guard:
            self._connection.close()

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return every row of a statement that reads."""
        if self._writer == threading.get_ident():
            with self.mapped_errors():
                return self._connection.execute(statement, values).fetchall()
        with self.mapped_errors(), self._reader() as connection:
            return connection.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def _reader(self) -> Iterator[Connection]:
        """Give a connection that nobody else uses meanwhile."""
        with self._readers:
            if self._closed:
                raise sqlite3.ProgrammingError("it was closed")
            connection = self._take_idle() or _connect(self.path, "ro")
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle.put(connection)
            if self._closed and (left := self._take_idle()):
                left.close()

    def _take_idle(self) -> Connection | None:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection for one transaction: all of it is there afterwards, or nothing. Within another it is part of that."""
        if self._writer == threading.get_ident():
            yield self._connection
            return
        with self._guard, self.mapped_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            self._writer = threading.get_ident()
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._writer = None

    def repeat(self, work: Callable[[], Result]) -> Result:
        """Return what work gives that is one transaction; there is no other process that could be in its way."""
        return work()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Do nothing: no other process writes, and this one publishes what it has written."""
        yield

    def has_table(self, name: str) -> bool:
        """Return whether there is a table of that name."""
        return bool(self.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with the file, in its words; empty when it is sound."""
        try:
            found = [str(row[0]) for row in self.all("PRAGMA integrity_check")]
            found += [f"a row of {row[0]} points nowhere" for row in self.all("PRAGMA foreign_key_check")]
        except LibraryDamaged as error:
            return [error.message]
        return [f"SQLite reports: {text}" for text in found if text != "ok"]

    def copy_to(self, path: Path) -> None:
        """Copy the file as it is at one moment, while others may write (SQLite's online backup).

        Raises:
            StorageError: the copy cannot be written.
        """
        with contextlib.closing(Database(path)) as copy, self._guard, self.mapped_errors(writing_to=path):
            self._connection.backup(copy._connection, pages=_BACKUP_PAGES)
            copy._connection.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it

    @contextlib.contextmanager
    def mapped_errors(self, *, writing_to: Path | None = None) -> Iterator[None]:
        """Turn what sqlite3 raises into Citewire's own errors: the text of its messages is stable and documented.

        Args:
            writing_to: the file that is written, where it is not this one.
        """
        folder = (writing_to or self.path).parent
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged schema can be no text at all
            said = str(error)
            if any(words in said for words in ("disk is full", "readonly", "unable to open", "disk I/O")):
                what = f"The file {str(writing_to)!r}" if writing_to else f"The library {str(folder)!r}"
                raise storage_error(what, folder, error) from error
            if "locked" in said:
                raise LibraryError(f"The library {str(folder)!r} is locked: {said}.", hint="Try again.") from error
            raise LibraryDamaged(
                f"The library file {str(self.path)!r} cannot be used: {said}.",
                hint="Restore it from a backup with `citewire restore`, or ingest the articles again into another "
                "folder with --library.",
            ) from error


def _connect(path: Path, mode: str) -> Connection:
    connection = sqlite3.connect(
        f"file:{_quoted(path)}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _quoted(path: Path) -> str:
    """Return a path for a file URI: what would end it or open a parameter is escaped."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
