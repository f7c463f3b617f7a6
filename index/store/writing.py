"""What is written to a library, by the one process that owns it or by many that share it: each change is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from index.articles import RawArticle, Unchanged
from index.store.change_log import note_passages
from index.store.reading import LibraryReader
from index.store.remembered import Remembered
from index.store.sql import Connection, Database
from index.store.storing import grow_generation, link_source, remove_passages, store_version
from index.store.versions import Known, NewVersion, Pruned

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

    def link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> tuple[RawArticle, ...]:
        """Remember more places where articles that are already here were read from.

        Returns:
            What was found of articles that another process has removed meanwhile: it has to be stored.
        """
        if not found:
            return ()
        return self._database.repeat(lambda: self._link_sources(sorted(found, key=lambda pair: pair[0].reference)))

    def _link_sources(self, found: Sequence[tuple[RawArticle, Known]]) -> tuple[RawArticle, ...]:
        with self._database.transaction() as connection:
            here = self._keep_there({known.article_id for _, known in found})
            for raw, known in found:
                if known.article_id in here:
                    link_source(connection, raw, known.article_id)
        return tuple(raw for raw, known in found if known.article_id not in here)

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
            return self._remove_claimed(connection, articles)

    def _remove_claimed(self, connection: Connection, articles: Sequence[str]) -> int:
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

    def prune(self, vanished: Sequence[Unchanged]) -> Pruned:
        """Forget sources that have vanished and remove the articles that have no other, in one transaction.

        Args:
            vanished: what was read from each, as it was remembered when it was looked for. Where another process has found
                something there since, or the same article elsewhere, that stays.
        """
        pruned = self._database.repeat(lambda: self._prune(vanished))
        if pruned.articles:
            self.forget_unused_vectors()
        return pruned

    def _prune(self, vanished: Sequence[Unchanged]) -> Pruned:
        with self._database.transaction() as connection:
            # From here on nobody else finds one of them somewhere: who does so waits, and sees what became of it.
            self._claim(sorted({each.article_id for each in vanished}))
            forgotten: list[Unchanged] = []
            for each in vanished:
                gone = connection.execute(
                    "DELETE FROM sources WHERE reference = ? AND article_id = ? AND fingerprint = ?",
                    (each.reference, each.article_id, each.fingerprint),
                )
                if gone.rowcount:
                    forgotten.append(each)
                    connection.execute("DELETE FROM files WHERE reference = ?", (each.reference.split("#")[0],))
            touched = sorted({each.article_id for each in forgotten})
            kept = self._database.within("SELECT article_id FROM sources WHERE article_id IN ({})", touched)
            left = [key for key in touched if key not in {row["article_id"] for row in kept}]
            self.checkpoint("within prune")
            self._remove_claimed(connection, left)
        return Pruned(frozenset(each.reference for each in forgotten), frozenset(left))

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

    def _keep_there(self, articles: Collection[str]) -> set[str]:
        """Return those of the articles that are there, and have nobody else remove them until the transaction ends."""
        return self.known_articles(sorted(articles))

    def _claim_note(self, name: str) -> None:
        """Have nobody else change a note until the transaction ends."""

    def _claim_vectors(self) -> None:
        """Have nobody else store vectors until the transaction ends."""


def _ignore(_step: str) -> None:
    """Do nothing at a checkpoint."""
