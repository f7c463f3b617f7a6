"""What an embedding anew has made so far, in tables of its own in the library's database, until all of it takes its place at once.

Meanwhile others read and write the library as it is. What they change is cut and embedded again before the exchange.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import msgspec
import numpy as np
import numpy.typing as npt

from index.articles import Article, Passage, Span
from index.errors import LibraryDamaged
from index.store.change_log import forget_changes
from index.store.migrations import vector_checksum
from index.store.postgresql import PostgresDatabase
from index.store.sql import Connection
from index.store.storing import grow_generation
from index.store.versions import fingerprint

_STAMP = "next stamp"
_TABLES = ("next_articles", "next_passages", "next_vectors")
# The current version of each article, joined with what was made of that very version.
_MADE = (
    "articles a JOIN versions v ON v.article_id = a.id AND v.number = a.current_version JOIN next_articles n "
    "ON n.article_id = a.id AND n.version = v.number AND n.fingerprint = v.fingerprint"
)
_EXCHANGE = (
    "DELETE FROM passages",
    "DELETE FROM vectors",
    "INSERT INTO vectors SELECT w.key, w.vector, w.checksum FROM next_vectors w "
    f"WHERE w.key IN (SELECT p.vector_key FROM {_MADE} JOIN next_passages p ON p.article_id = a.id)",
    "INSERT INTO passages (article_id, number, start_offset, end_offset, vector_key, day, outlet) "
    "SELECT p.article_id, p.number, p.start_offset, p.end_offset, p.vector_key, nullif(substr(v.published, 1, 10), ''), v.outlet "
    f"FROM {_MADE} JOIN next_passages p ON p.article_id = a.id ORDER BY p.article_id, p.number",
    "UPDATE versions AS v SET sentence_ends = n.sentence_ends, written_in = n.written_in FROM next_articles n "
    "WHERE n.article_id = v.article_id AND n.version = v.number AND n.fingerprint = v.fingerprint",
)


@dataclass(frozen=True, slots=True)
class NextArticle:
    """The current version of an article as it is cut now; ``vector_keys`` holds the key of each passage's vector."""

    article: Article
    written_in: str | None
    sentences: Sequence[Span]
    passages: Sequence[Passage]
    vector_keys: Sequence[str]


class NextRows:
    """The passages and vectors that will take the place of those of a library.

    Args:
        database: of the library.
        stamp: all that they depend on. What was begun with another one is dropped.

    Raises:
        StorageError: the role may not make tables.
    """

    def __init__(self, database: PostgresDatabase, stamp: Mapping[str, str]) -> None:
        self._database = database
        self._stamp = dict(stamp)
        with database.transaction() as connection:
            if database.has_table(_TABLES[0]):
                if self._begun_with() == self._stamp:
                    return
                self._drop(connection)
            made = resources.files("index.store").joinpath("next_rows.sql").read_text(encoding="utf-8")
            connection.execute(made)
            connection.execute("INSERT INTO meta VALUES (?, ?)", (_STAMP, msgspec.json.encode(self._stamp).decode()))

    def _begun_with(self) -> dict[str, str] | None:
        rows = self._database.all("SELECT value FROM meta WHERE key = ?", (_STAMP,))
        try:
            return msgspec.json.decode(rows[0]["value"], type=dict[str, str]) if rows else None
        except msgspec.DecodeError:
            return None

    def _drop(self, connection: Connection) -> None:
        for table in _TABLES:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM meta WHERE key = ?", (_STAMP,))

    def missing(self) -> list[str]:
        """Return the ids of articles whose current version is not here yet."""
        rows = self._database.all(f"SELECT id FROM articles EXCEPT SELECT a.id FROM {_MADE} ORDER BY id")
        return [row["id"] for row in rows]

    def missing_vectors(self, keys: Iterable[str]) -> set[str]:
        """Return those keys whose vector is not here yet."""
        wanted = set(keys)
        found = self._database.within("SELECT key FROM next_vectors WHERE key IN ({})", sorted(wanted))
        return wanted - {row["key"] for row in found}

    def add(self, articles: Sequence[NextArticle], vectors: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Keep what was made of articles, in the place of what was made of versions before; all of it or nothing."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO next_vectors VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING",
                (
                    (key, stored := vectors[key].astype("<f2").tobytes(), vector_checksum(key, stored))
                    for key in sorted(vectors)
                ),
            )
            for each in articles:
                key = each.article.id
                for table in ("next_articles", "next_passages"):
                    connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (key,))
                ends = array("I", [span.end for span in each.sentences]).tobytes()
                connection.execute(
                    "INSERT INTO next_articles VALUES (?, ?, ?, ?, ?)",
                    (key, each.article.version, fingerprint(each.article), ends, each.written_in),
                )
                connection.executemany(
                    "INSERT INTO next_passages VALUES (?, ?, ?, ?, ?)",
                    (
                        (key, passage.number, passage.span.start, passage.span.end, vector_key)
                        for passage, vector_key in zip(each.passages, each.vector_keys, strict=True)
                    ),
                )

    def exchange(self, finish: Callable[[], None]) -> None:
        """Put all that is here in the place of the library's passages and vectors, in one transaction, and its stamp with them.

        Whoever reads goes on with what was there until the transaction ends. Indexes of what was there are made again.

        Args:
            finish: called while nobody else can store or remove articles: makes what is still missing.

        Raises:
            LibraryDamaged: what is here does not fit the articles; the library stays as it was.
        """
        with self._database.transaction() as connection:
            self._database.lock(["vectors"])
            finish()
            grow_generation(connection)
            for statement in _EXCHANGE:
                connection.execute(statement)
            self._require_whole()
            connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'stamp'", (msgspec.json.encode(self._stamp).decode(),)
            )
            forget_changes(connection)
            # Without the marks of what was, whoever has indexes of that knows them for those of another library.
            connection.execute("DELETE FROM changes WHERE generation < (SELECT max(generation) FROM changes)")
            self._drop(connection)

    def _require_whole(self) -> None:
        """Refuse passages that are not those of all articles, one after another."""
        if self._database.all(
            "SELECT 1 FROM articles a LEFT JOIN passages p ON p.article_id = a.id GROUP BY a.id HAVING count(p.id) = 0 "
            "OR max(p.id) - min(p.id) + 1 <> count(p.id) OR max(p.id - p.number) <> min(p.id) OR min(p.id - p.number) <> min(p.id) LIMIT 1"
        ):
            raise LibraryDamaged(
                f"What was embedded anew does not fit the articles of {self._database.name!r}; they stay as they were.",
                hint="Run `citewire doctor`, and the command again.",
            )
