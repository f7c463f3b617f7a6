"""What is written to a library, by the one process that owns it or by many that share it: each change is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from index.articles import RawArticle
from index.store.change_log import note_passages
from index.store.reading import LibraryReader
from index.store.remembered import Remembered
from index.store.sql import Database
from index.store.storing import grow_generation, link_source, remove_passages, store_version
from index.store.versions import Known, NewVersion

Result = TypeVar("Result")


class LibraryWriter(LibraryReader):
    """The writing half of a library; see ``index.store.protocol.AnyLibrary``.

    Args:
        database: where it is.

    Attributes:
        remembered: which files and web addresses were taken in, for the next time.
        checkpoint: told the name of each step of what is written, for tests that end the process there.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.remembered = Remembered(database)
        self.checkpoint: Callable[[str], None] = _ignore

    @property
    def shared(self) -> bool:
        """Whether other processes may write to it at the same time."""
        return self._database.shared

    @property
    def name(self) -> str:
        """The library's name, for messages: its folder, or its address without a password."""
        return self._database.name

    def note(self, name: str) -> str | None:
        """Return a short text that is kept with the library under a name, or None."""
        rows = self._database.all("SELECT value FROM meta WHERE key = ?", (f"note {name}",))
        return str(rows[0][0]) if rows else None

    def change_note(self, name: str, change: Callable[[str | None], str]) -> None:
        """Put what a function makes of such a text in its place, while nobody else does."""
        self._database.repeat(lambda: self._change_note(name, change))

    def _change_note(self, name: str, change: Callable[[str | None], str]) -> None:
        with self._database.transaction() as connection:
            self._claim_note(name)
            connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (f"note {name}", change(self.note(name))),
            )

    def link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> None:
        """Remember more places where articles that are already here were read from."""
        if not found:
            return
        self._database.repeat(lambda: self._link_sources(sorted(found, key=lambda pair: pair[0].reference)))

    def _link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> None:
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
        gone = self._database.repeat(lambda: self._remove(articles))
        self.checkpoint("after remove")
        if gone:
            self.forget_unused_vectors()
        return gone

    def _remove(self, articles: Sequence[str]) -> int:
        with self._database.transaction() as connection:
            self._claim(articles)
            gone = 0
            removed: list[int] = []
            for key in articles:
                removed += remove_passages(connection, key)
                for table in ("copy_bands", "copy_signatures", "sources", "versions"):
                    connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (key,))
                gone += connection.execute("DELETE FROM articles WHERE id = ?", (key,)).rowcount
                self.checkpoint("within remove")
            if gone:
                # A file that gave a removed article is read again when it is named again.
                connection.execute("DELETE FROM files")
                connection.execute("DELETE FROM visits")
                grow_generation(connection)
                note_passages(connection, added=(), removed=removed)
        return gone

    def unlink_sources(self, references: Sequence[str]) -> tuple[str, ...]:
        """Forget places that articles were read from; return the articles that have no other."""
        return self._database.repeat(lambda: self._unlink_sources(references))

    def _unlink_sources(self, references: Sequence[str]) -> tuple[str, ...]:
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
        return self._database.repeat(self._forget_unused_vectors)

    def _forget_unused_vectors(self) -> int:
        with self._database.transaction() as connection:
            self._claim_vectors()
            return connection.execute(
                "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = vectors.key)"
            ).rowcount

    def in_turn(
        self, _identities: Iterable[tuple[str, str]], _bands: Sequence[int], work: Callable[[], Result], /
    ) -> Result:
        """Return what work gives, while nobody else stores the same article or what may be a near-copy of it.

        Args:
            _identities: the names under which the article is known.
            _bands: the locality-sensitive hashes of its text.
            work: stores it. Where many processes write it is one transaction, and done again if another was in its way.
        """
        return work()

    def claim_groups(self) -> bool:
        """Have nobody else change groups of near-copies until the transaction ends; return whether somebody could have before."""
        return False

    def _claim(self, articles: Sequence[str]) -> None:
        """Have nobody else store versions of articles until the transaction ends."""

    def _claim_note(self, name: str) -> None:
        """Have nobody else change a note until the transaction ends."""

    def _claim_vectors(self) -> None:
        """Have nobody else store vectors until the transaction ends."""


def _ignore(_step: str) -> None:
    """Do nothing at a checkpoint."""
