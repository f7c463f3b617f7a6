"""A library in a PostgreSQL database: any number of processes read and write it at the same time, and nobody owns it.

The tables and what is asked of them are those of the embedded library (``index.store.library``). In the place of an owner stand
locks that end with each transaction: two processes that take in the same article at the same moment store it once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from index.articles import RawArticle
from index.database_url import DatabaseUrl
from index.errors import LibraryMissing
from index.store.conversations import KeptConversations
from index.store.migrations import require_present_tables
from index.store.postgresql import PostgresDatabase
from index.store.replica import ReplicaFolder
from index.store.stamp import check_stamp, prepare_database, read_stamp
from index.store.versions import Known
from index.store.writing import LibraryWriter

Result = TypeVar("Result")


class SharedLibrary(LibraryWriter):
    """A library that this process shares with others. Use it as a context manager, or call ``close``.

    Args:
        database: where it is.
        cache: the folder under which this process keeps its own indexes of it; None for who searches nothing.
    """

    def __init__(self, database: PostgresDatabase, cache: Path | None) -> None:
        super().__init__(database)
        self._server = database
        self._opened_with: dict[str, str] | None = None
        identity = str(database.one("SELECT value FROM meta WHERE key = 'identity'")[0])
        self._replica = ReplicaFolder(cache / identity) if cache else None

    @classmethod
    def open(
        cls, url: DatabaseUrl, *, stamp: dict[str, str], cache: Path | None, create: bool = False
    ) -> SharedLibrary:
        """Open the library in a database.

        Args:
            url: of the database.
            stamp: all that its vectors depend on; compared with what it was built with.
            cache: the folder under which this process keeps its own indexes of it.
            create: make its tables when there are none.

        Raises:
            LibraryUnreachable: the server does not answer, or lets nobody in.
            LibraryMissing: there is no library and ``create`` is False.
            LibraryMismatch: it was built with another stamp or by a newer program.
            LibraryDamaged: it is no library, or only a part of one.
            StorageError: the role may not do what has to be done.
        """
        database = PostgresDatabase(url)
        try:
            if not create and not database.has_table("meta"):
                raise _missing(database.name)
            prepare_database(database, stamp=stamp)
            library = cls(database, cache)
            library._opened_with = stamp
            return library
        except BaseException:
            database.close()
            raise

    @classmethod
    def look(cls, url: DatabaseUrl) -> SharedLibrary:
        """Open the library in a database without any index of it.

        Raises:
            LibraryUnreachable: the server does not answer, or lets nobody in.
            LibraryMissing: there is no library.
            LibraryMismatch: it is of another version of the program.
        """
        database = PostgresDatabase(url)
        try:
            if not database.has_table("meta"):
                raise _missing(database.name)
            require_present_tables(database)
            return cls(database, None)
        except BaseException:
            database.close()
            raise

    @property
    def folder(self) -> Path:
        """The folder of this process's own indexes; taken when it is asked for first.

        Raises:
            RuntimeError: the library was opened without any.
        """
        if self._replica is None:
            raise RuntimeError("a library opened for looking at it has no indexes")
        return self._replica.take()

    @property
    def stamp(self) -> dict[str, str]:
        """All that its vectors depend on."""
        return read_stamp(self._database)

    def announce(self, *, address: str, token: str) -> None:
        """Do nothing: other commands reach the database themselves."""

    @property
    def conversations(self) -> KeptConversations | None:
        """Where its servers keep conversations of programs, or None where this role may not write them."""
        return KeptConversations.of(self._server)

    @property
    def mark(self) -> str:
        """Name the state that the library is in now."""
        row = self._database.one("SELECT generation, mark FROM changes ORDER BY generation DESC LIMIT 1")
        return f"{row['generation']} {row['mark']}"

    def has_been(self, mark: str, /) -> bool:
        """Return whether it was once in a state; not, where a backup from before was brought back."""
        generation, _, name = mark.partition(" ")
        if not generation.isdecimal():
            return False
        rows = self._database.all("SELECT mark FROM changes WHERE generation = ?", (int(generation),))
        return bool(rows) and str(rows[0]["mark"]) == name

    def require_stamp(self) -> None:
        """Refuse to go on where another process has embedded the library anew, for another model or other passages."""
        if self._opened_with is not None:
            check_stamp(self._database, self._opened_with)

    def snapshot(self) -> AbstractContextManager[None]:
        """Have what this thread reads come from one moment."""
        return self._database.snapshot()

    def find_known(self, raw: RawArticle) -> Known | None:
        """Return the article that an input is a copy or a later version of; within a turn nobody else changes it until that ends."""
        known = super().find_known(raw)
        while known is not None and self._server.writes:
            self._lock_articles([known.article_id])
            again = super().find_known(raw)  # it may have been changed or removed until it was ours
            if again is None or again.article_id == known.article_id:
                return again
            known = again
        return known

    def in_turn(
        self, identities: Iterable[tuple[str, str]], bands: Sequence[int], work: Callable[[], Result], /
    ) -> Result:
        """Return what work gives, while nobody else stores the same article or what may be a near-copy of it."""
        names = [*(f"{kind} {name}" for kind, name in identities), *(f"band {band}" for band in bands)]
        return self._database.repeat(lambda: self._in_turn(names, work))

    def _in_turn(self, names: Sequence[str], work: Callable[[], Result]) -> Result:
        with self._server.transaction():
            self._server.lock(names)
            self._server.lock(["vectors"], with_others=True)
            self.require_stamp()
            return work()

    def claim_groups(self) -> bool:
        """Have nobody else change groups of near-copies until the transaction ends."""
        self._server.lock(["groups"])
        return True

    def _claim(self, articles: Sequence[str]) -> None:
        self._server.lock(["vectors"], with_others=True)  # not while all passages are exchanged
        self._lock_articles(articles)

    def _lock_articles(self, articles: Sequence[str]) -> None:
        self._database.within("SELECT id FROM articles WHERE id IN ({}) ORDER BY id FOR UPDATE", sorted(articles))

    def _keep_there(self, articles: Collection[str]) -> set[str]:
        rows = self._database.within(
            "SELECT id FROM articles WHERE id IN ({}) ORDER BY id FOR KEY SHARE", sorted(articles)
        )
        return {row["id"] for row in rows}

    def _claim_note(self, name: str) -> None:
        self._server.lock([f"note {name}"])

    def _claim_vectors(self) -> None:
        self._server.lock(["vectors"])

    def close(self) -> None:
        """Close the connections and give the folder of the indexes back."""
        self._server.close()
        if self._replica:
            self._replica.release()

    def __enter__(self) -> SharedLibrary:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _missing(name: str) -> LibraryMissing:
    return LibraryMissing(
        f"There is no library in {name!r}.",
        hint="Make one with `citewire ingest FOLDER`, bring one there with `citewire migrate`, or name another with --library.",
    )
