"""Brings a library from a folder into a database, or back: article by article, and compared by hash at the end.

Until everything was compared the new library says of itself that it is unfinished, and nobody can open it. Interrupted, the same
command goes on where it was: each batch of articles is one transaction, and what is there already is not copied again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from index.caches.seal import discard_cache
from index.caches.vectors import FOLDER as VECTORS_FOLDER
from index.caches.words import FOLDER as WORDS_FOLDER
from index.database_url import DatabaseUrl
from index.disk import make_folder
from index.errors import LibraryDamaged, LibraryMissing, UsageError
from index.store.change_log import forget_changes
from index.store.database import Database as FileDatabase
from index.store.library import DATABASE_FILE
from index.store.lock import LibraryLock
from index.store.migrations import UNFINISHED, create_tables, require_present_tables
from index.store.opening import shared_database
from index.store.sql import Connection, Database, Lockable
from index.store.stamp import read_stamp
from index.store.writing import LibraryWriter

_ARTICLES_AT_ONCE = 64
# In the order in which each may point to those before it.
_OF_ARTICLES = ("articles", "versions", "sources", "passages", "copy_bands", "copy_signatures")
_OF_INPUTS = ("files", "visits")

Progress = Callable[[int, int], None]
Checkpoint = Callable[[str], None]
Place = Path | DatabaseUrl


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was brought over.

    Attributes:
        articles: of the library.
        passages: of the library.
        copied: articles that were copied this time; the others were there already.
        sha256: of everything that both hold, the same on both sides.
    """

    articles: int
    passages: int
    copied: int
    sha256: str


def migrate(
    source: Place, target: Place, *, progress: Progress | None = None, checkpoint: Checkpoint | None = None
) -> Migrated:
    """Make a library that holds all that another one holds, and compare the two.

    Args:
        source: the library, which stays as it is. One in a folder is owned meanwhile; of one in a database, what it holds now
            is taken, whatever others write later.
        target: where no library is yet, or one that an interrupted run left.
        progress: told how many articles are there, of how many.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        UsageError: both are the same, or the target holds another library.
        LibraryMissing: there is no library to bring over.
        LibraryInUse: another process owns one of the folders.
        LibraryMismatch: the library is of another version of the program.
        LibraryDamaged: what was copied is not what it was copied from.
        LibraryUnreachable: a database does not answer; run again, it goes on where it was.
    """
    if str(source) == str(target):
        raise UsageError("A library cannot be brought to where it is.", hint="Name two places.")
    with contextlib.ExitStack() as opened:
        old = opened.enter_context(_opened(source, make=False))
        new = opened.enter_context(_opened(target, make=True))
        opened.enter_context(old.snapshot())
        return _Migration(old, new, progress or (lambda _done, _of: None), checkpoint or (lambda _step: None)).run(
            target
        )


class _Migration:
    """One run: from one open database to another."""

    def __init__(self, old: Database, new: Database, progress: Progress, checkpoint: Checkpoint) -> None:
        self._old, self._new = old, new
        self._progress, self._checkpoint = progress, checkpoint
        self._columns: dict[str, list[str]] = {}

    def run(self, target: Place) -> Migrated:
        if not self._new.has_table("meta"):
            create_tables(self._new, read_stamp(self._old), unfinished=self._old.name)
        elif not (begun := self._new.all("SELECT value FROM meta WHERE key = ?", (UNFINISHED,))):
            return self._already_there()
        elif begun[0][0] != self._old.name or read_stamp(self._new) != read_stamp(self._old):
            raise UsageError(
                f"Another library is being brought to {self._new.name!r}: {begun[0][0]!r}, or this one as it was before.",
                hint="Finish that first, or empty the place.",
            )
        if isinstance(target, Path):
            for name in (WORDS_FOLDER, VECTORS_FOLDER):
                discard_cache(target / name)
        wanted = LibraryWriter(self._old).fingerprints()
        missing = self._missing(wanted)
        for start in range(0, len(missing), _ARTICLES_AT_ONCE):
            self._copy(missing[start : start + _ARTICLES_AT_ONCE])
            self._checkpoint("after batch")
            self._progress(min(len(wanted), len(wanted) - len(missing) + start + _ARTICLES_AT_ONCE), len(wanted))
        self._copy_inputs()
        digest = self._compared(sorted(wanted))
        self._checkpoint("before finish")
        self._finish()
        return Migrated(len(wanted), LibraryWriter(self._new).count_passages(), len(missing), digest)

    def _already_there(self) -> Migrated:
        """Say that a run before has brought everything here, where it has."""
        wanted = LibraryWriter(self._old).fingerprints()
        if wanted != LibraryWriter(self._new).fingerprints():
            raise UsageError(
                f"There is already another library in {self._new.name!r}.", hint="Name a place that holds none."
            )
        return Migrated(len(wanted), LibraryWriter(self._new).count_passages(), 0, self._compared(sorted(wanted)))

    def _missing(self, wanted: dict[str, str]) -> list[str]:
        """Return the articles that are not there yet as they are now; what was copied and has changed since is dropped."""
        begun = LibraryWriter(self._new)
        there = begun.fingerprints()
        begun.remove([key for key in there if there[key] != wanted.get(key)])
        return [key for key in wanted if there.get(key) != wanted[key]]

    def _copy(self, articles: Sequence[str]) -> None:
        """Copy a few articles with all that belongs to them, in one transaction."""
        rows = {table: self._rows(self._old, table, articles) for table in _OF_ARTICLES}
        vectors = self._vectors(self._old, articles)
        with self._new.transaction() as connection:
            _insert(connection, "vectors", ("key", "vector", "checksum"), vectors, conflict="(key)")
            for table in _OF_ARTICLES:
                _insert(connection, table, self._names(table), rows[table])
            self._checkpoint("within batch")

    def _copy_inputs(self) -> None:
        """Copy what is remembered of files and addresses."""
        with self._new.transaction() as connection:
            for table in _OF_INPUTS:
                connection.execute(f"DELETE FROM {table}")
                _insert(connection, table, self._names(table), wanted := self._rows(self._old, table))
                if self._rows(self._new, table) != wanted:
                    raise LibraryDamaged(f"What {self._new.name!r} remembers of {table} is not what was copied.")

    def _finish(self) -> None:
        """Have the new library opened: its counters go on where those of the old one are."""
        kept = self._old.all("SELECT key, value FROM meta WHERE key = 'generation' OR key LIKE 'note %'")
        with self._new.transaction() as connection:
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [(row["key"], row["value"]) for row in kept],
            )
            forget_changes(connection)
            if isinstance(self._new, Lockable):  # a file counts on by itself
                connection.execute(
                    "SELECT setval(pg_get_serial_sequence('passages', 'id'), (SELECT max(id) FROM passages)) "
                    "WHERE EXISTS (SELECT 1 FROM passages)"
                )
            connection.execute("DELETE FROM meta WHERE key = ?", (UNFINISHED,))

    def _compared(self, articles: Sequence[str]) -> str:
        """Return the hash of everything, once it is the same on both sides.

        Raises:
            LibraryDamaged: it is not.
        """
        whole = hashlib.sha256()
        for start in range(0, len(articles), _ARTICLES_AT_ONCE):
            part = articles[start : start + _ARTICLES_AT_ONCE]
            marks = [self._digest(database, part) for database in (self._old, self._new)]
            if marks[0] != marks[1]:
                raise LibraryDamaged(
                    f"Articles {part[0]!r} to {part[-1]!r} in {self._new.name!r} are not what they were copied from.",
                    hint="Empty the place and run the command again; the library itself was not touched.",
                )
            whole.update(marks[0])
        return whole.hexdigest()

    def _digest(self, database: Database, articles: Sequence[str]) -> bytes:
        found = [self._rows(database, table, articles) for table in _OF_ARTICLES]
        return hashlib.sha256(msgspec.msgpack.encode([*found, self._vectors(database, articles)])).digest()

    def _rows(self, database: Database, table: str, articles: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """Return rows of a table, all or those of articles, in an order that is the same on both sides."""
        names = self._names(table)
        chosen = f"SELECT {', '.join(names)} FROM {table}"
        key = "id" if table == "articles" else "article_id"
        found = (
            database.all(chosen) if articles is None else database.within(f"{chosen} WHERE {key} IN ({{}})", articles)
        )
        return sorted((tuple(row[name] for name in names) for row in found), key=msgspec.msgpack.encode)

    def _vectors(self, database: Database, articles: Sequence[str]) -> list[tuple[Any, ...]]:
        found = database.within(
            "SELECT DISTINCT v.key, v.vector, v.checksum FROM vectors v JOIN passages p ON p.vector_key = v.key "
            "WHERE p.article_id IN ({})",
            articles,
        )
        return sorted({(row["key"], row["vector"], row["checksum"]) for row in found})

    def _names(self, table: str) -> list[str]:
        """Return the columns of a table, which do not stand in the same order in libraries of every age."""
        if table not in self._columns:
            with self._new.transaction() as connection:
                found = connection.execute(f"SELECT * FROM {table} LIMIT 0")
            self._columns[table] = sorted(column[0] for column in found.description)
        return self._columns[table]


def _insert(
    connection: Connection, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], *, conflict: str = ""
) -> None:
    if rows:
        ignored = f" ON CONFLICT {conflict} DO NOTHING" if conflict else ""
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}){ignored}", rows)


@contextlib.contextmanager
def _opened(place: Place, *, make: bool) -> Iterator[Database]:
    """Open a library's database; the folder of one is owned meanwhile, so that nobody writes to it."""
    with contextlib.ExitStack() as opened:
        if isinstance(place, DatabaseUrl):
            database: Database = shared_database(place)
        else:
            path = place / DATABASE_FILE
            if not make and not path.is_file():
                raise LibraryMissing(f"There is no library in {str(place)!r}.", hint="Name the one to bring over.")
            make_folder(place)
            lock = LibraryLock(place)
            lock.acquire()
            opened.callback(lock.release)
            database = FileDatabase(path)
        opened.callback(database.close)
        if not make:
            require_present_tables(database)
        yield database
