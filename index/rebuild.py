"""Builds a library's indexes again: from its stored vectors, or from the texts for another model or other passages.

For the second a new file grows beside the library, which stays as it is, can be read and can be asked until the new one
takes its place in one step. What was embedded is kept when the work is interrupted.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock
import numpy as np

from index.articles import Article, RawArticle
from index.caches.seal import discard_cache
from index.caches.vectors import FOLDER as VECTORS_FOLDER
from index.caches.vectors import VectorIndex
from index.caches.words import FOLDER as WORDS_FOLDER
from index.caches.words import WordIndex
from index.errors import LibraryInUse, StorageError
from index.models.embed import Encoder
from index.prepare import Prepared, library_stamp, prepare
from index.settings import Settings
from index.store.database import Connection, Database
from index.store.library import DATABASE_FILE, Library
from index.store.lock import LibraryLock
from index.store.opening import open_library
from index.store.stamp import prepare_database
from index.store.storing import replace_passages, store_copies, store_vectors
from index.store.versions import NewVersion
from index.text.syndication import sign, split_bands

_INTO_A_FOLDER = "Bring it into a folder with `citewire migrate`, embed it there, and bring it into a new database."
NEXT_FILE = "library.next.sqlite3"
_ARTICLES_AT_ONCE = 64
_TABLES = ("articles", "versions", "sources", "copy_bands", "copy_signatures")

Progress = Callable[[int, int], None]
Checkpoint = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        embedded: passages whose vector was computed; 0 where the stored ones served.
    """

    articles: int
    passages: int
    embedded: int


def rebuild_indexes(settings: Settings, encoder: Encoder) -> Rebuilt:
    """Make the indexes of words and meaning again from the library. Nothing is embedded, nothing can be lost.

    Raises:
        LibraryMismatch: the library was built with other settings: it has to be embedded anew.
        LibraryInUse: a server or another command owns the library.
    """
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        for index in (WordIndex(library), VectorIndex(library)):
            index.discard()
            try:
                index.sync()
            finally:
                index.close()
        return Rebuilt(len(library.article_ids()), library.count_passages(), 0)


def embed_anew(
    settings: Settings, encoder: Encoder, *, progress: Progress | None = None, checkpoint: Checkpoint | None = None
) -> Rebuilt:
    """Cut and embed every article again, as settings and encoder now say; goes on where it was interrupted.

    Args:
        settings: which library, and how articles are cut.
        encoder: turns passages into vectors.
        progress: told how many articles are done, of how many.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        LibraryMissing: there is no library.
        LibraryInUse: another rebuild is going on, or a process owns the library when the new one is to take its place.
        StorageError: the disk is full or cannot be written; the library stays as it was.
    """
    folder = settings.folder("Embedding anew", instead=_INTO_A_FOLDER)
    tell = checkpoint or (lambda _step: None)
    _bring_up_to_date(folder)
    with _only_one(folder):
        embedded = 0
        with _Next(folder, library_stamp(settings, encoder)) as following:
            embedded += _embed_missing(following, settings, encoder, progress, tell)
            lock = LibraryLock(folder)
            lock.acquire()
            try:
                # What arrived while the others were embedded; nothing can any more.
                embedded += _embed_missing(following, settings, encoder, progress, tell)
                found = following.count()
                following.finish()
                for name in (WORDS_FOLDER, VECTORS_FOLDER):
                    discard_cache(folder / name)  # its passages have other numbers
                tell("before swap")
                _swap(folder)
                tell("after swap")
            finally:
                lock.release()
    return Rebuilt(*found, embedded)


class _Next:
    """The file that grows beside the library."""

    def __init__(self, folder: Path, stamp: dict[str, str]) -> None:
        self.folder = folder
        self._path = folder / NEXT_FILE
        self._stamp = stamp

    def __enter__(self) -> _Next:
        if self._path.exists():
            with Library(self.folder, Database(self._path), None) as begun:
                other = begun.stamp != self._stamp
            if other:
                _remove(self._path)
        self._database = Database(self._path)
        prepare_database(self._database, stamp=self._stamp)
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def missing(self, current: Library) -> list[str]:
        """Return the articles that are not here yet as the library has them; what it has no more is dropped."""
        wanted = dict(current.fingerprints())
        here = dict(Library(self.folder, self._database, None).fingerprints())
        gone = [key for key in here if here[key] != wanted.get(key)]
        Library(self.folder, self._database, None).remove(gone)
        return [key for key in wanted if here.get(key) != wanted[key]]

    def vectors_known(self, keys: Sequence[str]) -> set[str]:
        """Return those keys whose vector is here."""
        return set(keys) - Library(self.folder, self._database, None).missing_vectors(keys)

    def add(self, rows: dict[str, list[tuple[str, list[tuple[object, ...]]]]], versions: Sequence[NewVersion]) -> None:
        """Store articles with all their versions as they are, and the passages of the current ones as cut now."""
        with self._database.transaction() as connection:
            for new in versions:
                for table, values in rows[new.id]:
                    _insert(connection, table, values)
                ends = array("I", [span.end for span in new.sentences]).tobytes()
                connection.execute(
                    "UPDATE versions SET sentence_ends = ?1, written_in = ?3 WHERE article_id = ?2 AND number = "
                    "(SELECT current_version FROM articles WHERE id = ?2)",
                    (ends, new.id, new.written_in),
                )
                store_vectors(connection, new)
                store_copies(connection, new.id, new)
                replace_passages(connection, new.id, new)

    def count(self) -> tuple[int, int]:
        """Return how many articles and passages are here."""
        here = Library(self.folder, self._database, None)
        return len(here.article_ids()), here.count_passages()

    def finish(self) -> None:
        """Make its one file whole."""
        with Library.look(self.folder / DATABASE_FILE) as current:
            generation = current.generation
        with self._database.transaction() as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation + 1),))
        self._database.close()


def _embed_missing(
    following: _Next, settings: Settings, encoder: Encoder, progress: Progress | None, tell: Checkpoint
) -> int:
    embedded = 0
    with Library.look(following.folder / DATABASE_FILE) as current:
        missing = following.missing(current)
        total = len(current.article_ids())
        for start in range(0, len(missing), _ARTICLES_AT_ONCE):
            part = missing[start : start + _ARTICLES_AT_ONCE]
            articles = [current.article(key) for key in part]
            prepared = [prepare(_to_raw(article), None, settings) for article in articles]
            texts = {key: text for each in prepared for key, text in zip(each.keys, each.texts, strict=True)}
            wanted = sorted(texts.keys() - following.vectors_known(sorted(texts)))
            vectors = dict(zip(wanted, encoder.encode([texts[key] for key in wanted]), strict=True)) if wanted else {}
            embedded += len(wanted)
            tell("within rebuild")
            rows = {key: [(table, current.rows_of(table, key)) for table in _TABLES] for key in part}
            following.add(rows, list(_versions(articles, prepared, vectors)))
            if progress:
                progress(total - len(missing) + start + len(part), total)
    return embedded


def _versions(
    articles: Sequence[Article], prepared: Sequence[Prepared], vectors: dict[str, np.ndarray]
) -> Iterator[NewVersion]:
    for article, each in zip(articles, prepared, strict=True):
        signature = sign(article.text)
        yield NewVersion(
            id=article.id,
            raw=each.raw,
            fetched=article.fetched,
            written_in=each.written_in,
            known=None,
            sentences=each.sentences,
            passages=each.passages,
            vector_keys=each.keys,
            vectors={key: vectors[key] for key in each.keys if key in vectors},
            bands=split_bands(signature),
            signature=signature,
            origins=(),
        )


def _to_raw(article: Article) -> RawArticle:
    names = RawArticle.__dataclass_fields__.keys() - {"note"}  # what was left out of a source concerns one ingest
    return RawArticle(**{name: getattr(article, name) for name in names})


def _insert(connection: Connection, table: str, values: Sequence[tuple[object, ...]]) -> None:
    if values:
        marks = ",".join("?" * len(values[0]))
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)


def _swap(folder: Path) -> None:
    """Put the new file in the place of the old one. Both are closed and whole, each in one file."""
    old, new = folder / DATABASE_FILE, folder / NEXT_FILE
    for path in (old, new):
        with Library(folder, Database(path), None):
            pass  # closing the last connection brings what is in the log into the file
        if (log := Path(f"{path}-wal")).exists() and log.stat().st_size:
            raise StorageError(
                f"The log of {str(path)!r} is still in use.",
                hint="End the commands that read the library, and try again.",
            )
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    new.replace(old)


def _bring_up_to_date(folder: Path) -> None:
    """Migrate a library of an older version, which only its owner may."""
    path = folder / DATABASE_FILE
    if not path.is_file():
        Library.look(path)  # says that there is none
    lock = LibraryLock(folder)
    lock.acquire()
    try:
        with Library(folder, Database(path), None) as library:
            library.migrate()
    finally:
        lock.release()


def _only_one(folder: Path) -> filelock.BaseFileLock:
    lock = filelock.FileLock(folder / "rebuild.lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise LibraryInUse(
            f"The library {str(folder)!r} is being rebuilt by another process.", hint="Wait for it."
        ) from None
    return lock


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
