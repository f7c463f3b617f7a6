"""The library: one SQLite file that holds the truth. The only module that imports sqlite3.

Every article is stored in one transaction: all of it is there afterwards, or nothing. Everything else (the vector
index) can be rebuilt from here. One process owns a library (``index.lock``); within it the object may be used from
several threads.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from index.articles import Article, Coverage, Filters, PassageRecord, RawArticle, Span
from index.errors import (
    ArticleNotFound,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    StorageError,
)
from index.lock import LibraryLock
from index.versions import Known, NewVersion, Place, Words, article_id, fingerprint, hash_text

DATABASE_FILE = "library.sqlite3"
SCHEMA_VERSION = 2
# What brings a library of each older version to the next one.
_MIGRATIONS = {1: "DROP TABLE words"}  # version 2: the word index is a cache beside the library (index.words)
_SLICE = 900  # SQLite allows 999 parameters in the oldest builds still around.


class Library:
    """A library that this process owns. Use it as a context manager, or call ``close``."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: LibraryLock) -> None:
        self.folder = folder
        self.lock = lock
        self._connection = connection
        self._guard = threading.RLock()

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
        if not create and not path.is_file():
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
            return cls(folder, _connect(path, stamp=stamp), lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Close the file and give the library back."""
        with self._guard:
            self._connection.close()
            self.lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    @property
    def generation(self) -> int:
        """A counter that grows with every change: equal generations mean equal passages."""
        return int(self._one("SELECT value FROM meta WHERE key = 'generation'")[0])

    def article(self, article: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return an article: its current version, a numbered one, or the newest with that hash.

        Raises:
            ArticleNotFound: no article, or no such version of it, is in the library.
            LibraryDamaged: the stored text does not have the stored hash.
        """
        rows = self._all(
            "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id WHERE v.article_id = ?1 "
            "AND v.number = coalesce(?2, CASE WHEN ?3 IS NULL THEN a.current_version ELSE v.number END) "
            "AND v.sha256 = coalesce(?3, v.sha256) ORDER BY v.number DESC LIMIT 1",
            (article, version, sha256),
        )
        if not rows:
            raise ArticleNotFound(
                f"No article {article!r}" + (f" with version {version}" if version else "") + " is in the library.",
                hint="Find ids with `citewire search`.",
            )
        found = _to_article(rows[0])
        if hash_text(found.text) != found.sha256:
            raise LibraryDamaged(
                f"The stored text of article {article!r} does not have its recorded hash.",
                hint="Run `citewire doctor`.",
            )
        return found

    def versions(self, article: str) -> tuple[Article, ...]:
        """Return every version of an article, the oldest first; empty when there is none."""
        rows = self._all(
            "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            (article,),
        )
        return tuple(_to_article(row) for row in rows)

    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of all articles, in a stable order."""
        return tuple(row[0] for row in self._all("SELECT id FROM articles ORDER BY id"))

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article, in alphabetical order."""
        rows = self._all("SELECT DISTINCT outlet FROM passages WHERE number = 0 AND outlet > '' ORDER BY outlet")
        return tuple(row["outlet"] for row in rows)

    def coverage(self, filters: Filters) -> Coverage:
        """Return what the filters leave to be searched."""
        clause, values = _filter_clause(filters)
        rows = self._all(
            f"SELECT article_id, outlet, day FROM passages p WHERE number = 0 AND {clause}",
            values,
        )
        days = sorted(row["day"] for row in rows if row["day"])
        return Coverage(
            articles=len(rows),
            outlets=tuple(sorted({row["outlet"] for row in rows if row["outlet"]})),
            first=days[0] if days else None,
            last=days[-1] if days else None,
            undated=len(rows) - len(days),
        )

    def passage_ids(self, filters: Filters = Filters()) -> list[int]:  # noqa: B008 (frozen)
        """Return the ids of the passages that the filters leave, ascending."""
        clause, values = _filter_clause(filters)
        rows = self._all(f"SELECT id FROM passages p WHERE {clause} ORDER BY id", values)
        return [row[0] for row in rows]

    def count_passages(self) -> int:
        """Return how many passages can be found."""
        return int(self._one("SELECT count(*) FROM passages")[0])

    def passages(self, ids: Sequence[int]) -> dict[int, PassageRecord]:
        """Return passages with their articles and sentences; ids that are gone are left out."""
        records: dict[int, PassageRecord] = {}
        articles: dict[str, tuple[Article, list[Span]]] = {}
        for row in self._in("SELECT * FROM passages WHERE id IN ({})", ids):
            key = row["article_id"]
            if key not in articles:
                version = self._one(
                    "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id "
                    "WHERE a.id = ? AND v.number = a.current_version",
                    (key,),
                )
                articles[key] = _to_article(version), _to_spans(version["sentence_ends"])
            article, sentences = articles[key]
            span = Span(row["start_offset"], row["end_offset"])
            within = tuple(s for s in sentences if s.start < span.end and s.end > span.start)
            records[row["id"]] = PassageRecord(id=row["id"], article=article, span=span, sentences=within)
        return records

    def places(self, ids: Sequence[int]) -> dict[int, Place]:
        """Return where passages belong, without their texts; ids that are gone are left out."""
        rows = self._in(
            "SELECT p.id, p.number, p.day, a.id AS article_id, a.origin FROM passages p "
            "JOIN articles a ON a.id = p.article_id WHERE p.id IN ({})",
            ids,
        )
        return {
            row["id"]: Place(row["article_id"], row["origin"], row["day"], row["id"] - row["number"]) for row in rows
        }

    def words(self, ids: Sequence[int]) -> Iterator[Words]:
        """Yield the texts of passages, article by article, by ascending id."""
        rows = self._in("SELECT * FROM passages WHERE id IN ({}) ORDER BY id", ids)
        for key, group in itertools.groupby(rows, key=lambda row: str(row["article_id"])):
            passages = list(group)
            version = self._one(
                "SELECT v.title, v.text FROM versions v JOIN articles a "
                "ON a.id = v.article_id AND v.number = a.current_version WHERE a.id = ?",
                (key,),
            )
            text = version["text"]
            yield Words(
                title=version["title"],
                text=text,
                day=passages[0]["day"],
                outlet=passages[0]["outlet"],
                passages=tuple((row["id"], text[row["start_offset"] : row["end_offset"]]) for row in passages),
                first=passages[0]["id"] if passages[0]["number"] == 0 else None,
            )

    def vectors(self) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Yield ``(passage ids, vectors of shape (n, dimension))`` of all passages, in batches, by ascending id."""
        last = 0
        while rows := self._all(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key "
            "WHERE p.id > ? ORDER BY p.id LIMIT 2000",
            (last,),
        ):
            last = rows[-1]["id"]
            yield _to_matrix(rows)

    def count_passages_within(self, filters: Filters) -> int:
        """Return how many passages the filters leave."""
        clause, values = _filter_clause(filters)
        return int(self._one(f"SELECT count(*) FROM passages p WHERE {clause}", values)[0])

    def keep_within(self, ids: Sequence[int], filters: Filters) -> set[int]:
        """Return those passages of ``ids`` that the filters leave."""
        clause, values = _filter_clause(filters)
        # By id: an index of the filter would be walked through once for all passages that the filter leaves.
        rows = self._in(f"SELECT p.id FROM passages p NOT INDEXED WHERE {clause} AND p.id IN ({{}})", ids, values)
        return {row["id"] for row in rows}

    def vectors_of(self, ids: Sequence[int]) -> tuple[list[int], npt.NDArray[np.float32]]:
        """Return ``(passage ids, vectors of shape (n, dimension))`` of given passages by ascending id."""
        rows = self._in(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key WHERE p.id IN ({}) ORDER BY p.id",
            ids,
        )
        return _to_matrix(rows)

    def missing_vectors(self, keys: Iterable[str]) -> set[str]:
        """Return those keys for which the library has no vector."""
        wanted = set(keys)
        found = self._in("SELECT key FROM vectors WHERE key IN ({})", sorted(wanted))
        return wanted - {row["key"] for row in found}

    def find_known(self, raw: RawArticle) -> Known | None:
        """Return the article that an input is a copy or a later version of: same source, same address, or same id."""
        mark = fingerprint(raw)
        rows = self._all("SELECT article_id, fingerprint FROM sources WHERE reference = ?", (raw.reference,))
        if rows:
            return Known(rows[0]["article_id"], same_source=True, unchanged=rows[0]["fingerprint"] == mark)
        rows = self._all(
            "SELECT id FROM articles WHERE id = ?1 UNION SELECT article_id FROM versions WHERE url = ?2 LIMIT 1",
            (article_id(raw), raw.url),
        )
        if not rows:
            return None
        key = rows[0]["id"]
        same = self._all("SELECT 1 FROM versions WHERE article_id = ? AND fingerprint = ?", (key, mark))
        return Known(key, same_source=False, unchanged=bool(same))

    def find_signatures(self, bands: Sequence[str]) -> list[tuple[str, str, npt.NDArray[np.uint64]]]:
        """Return ``(article id, origin, MinHash signature)`` of the articles that share a band."""
        rows = self._in(
            "SELECT DISTINCT a.id, a.origin, s.signature FROM copy_bands b JOIN articles a ON a.id = b.article_id "
            "JOIN copy_signatures s ON s.article_id = a.id WHERE b.band IN ({})",
            bands,
        )
        return [(row["id"], row["origin"], np.frombuffer(row["signature"], dtype="<u8")) for row in rows]

    def check(self) -> list[str]:
        """Return what is wrong with the stored data, in words; empty when it is sound."""
        with self._guard, _mapped_errors(self.folder):
            problems = [f"SQLite reports: {row[0]}" for row in self._connection.execute("PRAGMA integrity_check")]
        problems = [] if problems == ["SQLite reports: ok"] else problems
        for identifier in self.article_ids():
            try:
                self.article(identifier)
            except LibraryError as error:
                problems.append(error.message)
        lost = self._one(
            "SELECT count(*) FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key WHERE v.key IS NULL"
        )[0]
        if lost:
            problems.append(f"{lost} passages have no vector.")
        return problems

    # Writing

    def link_source(self, raw: RawArticle, known: Known) -> None:
        """Remember one more place where an article that is already here was read from."""
        with self._transaction() as connection:
            _link(connection, raw, known.article_id)

    def store(self, new: NewVersion) -> int:
        """Store a version with all that belongs to it, in one transaction, and return how many passages it added.

        A version that came from another place than the article's earlier ones, and is older than the current one,
        is kept without becoming current.
        """
        raw = new.raw
        key = new.known.article_id if new.known else new.id
        with self._transaction() as connection:
            number = 1
            current = True
            if new.known:
                number += connection.execute(
                    "SELECT max(number) FROM versions WHERE article_id = ?", (key,)
                ).fetchone()[0]
                current = new.known.same_source or _is_newer(connection, key, raw)
            else:
                connection.execute("INSERT INTO articles VALUES (?, ?, 1)", (key, new.origin or key))
            ends = array("I", [span.end for span in new.sentences])
            connection.execute(
                "INSERT INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    key, number, fingerprint(raw), hash_text(raw.text), raw.text, raw.title, raw.outlet, raw.author,
                    raw.published, raw.updated, new.fetched, raw.url, raw.language, raw.reference, raw.kind,
                    ends.tobytes(),
                ),
            )  # fmt: skip
            _link(connection, raw, key)
            if current:
                connection.execute("UPDATE articles SET current_version = ? WHERE id = ?", (number, key))
                _replace_passages(connection, key, new)
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        return len(new.passages) if current else 0

    def forget_unused_vectors(self) -> int:
        """Drop the vectors that no passage uses any more, and return how many there were."""
        with self._transaction() as connection:
            return connection.execute(
                "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = vectors.key)"
            ).rowcount

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, _mapped_errors(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._guard, _mapped_errors(self.folder):
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row:
        rows = self._all(statement, values)
        if not rows:
            raise LibraryDamaged(
                f"The library {str(self.folder)!r} lacks a row it must have.", hint="Run `citewire doctor`."
            )
        return rows[0]

    def _in(self, statement: str, values: Sequence[Any], before: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of a statement with ``IN ({})``; ``before`` are the values of what stands before it."""
        rows: list[sqlite3.Row] = []
        for start in range(0, len(values), _SLICE):
            part = values[start : start + _SLICE]
            rows += self._all(statement.format(",".join("?" * len(part))), [*before, *part])
        return rows


def _connect(path: Path, *, stamp: dict[str, str]) -> sqlite3.Connection:
    with _mapped_errors(path.parent):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                _create(connection, stamp)
            _migrate(connection, path.parent)
            _check_stamp(connection, stamp, path.parent)
        except BaseException:
            connection.close()
            raise
        return connection


def _create(connection: sqlite3.Connection, stamp: dict[str, str]) -> None:
    schema = resources.files("index").joinpath("schema.sql").read_text(encoding="utf-8")
    rows = {
        "schema_version": str(SCHEMA_VERSION),
        "generation": "0",
        "stamp": msgspec.json.encode(stamp).decode(),
    }
    connection.executescript(f"BEGIN IMMEDIATE; {schema}")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
    connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, folder: Path) -> None:
    """Bring a library of an older version to this one, in one transaction."""
    stored = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    version = int(stored[0]) if stored else 0
    steps = [_MIGRATIONS[number] for number in range(version, SCHEMA_VERSION) if number in _MIGRATIONS]
    if len(steps) != SCHEMA_VERSION - version:
        raise LibraryMismatch(
            f"The library {str(folder)!r} has schema version {version}; "
            f"this program reads versions {min(_MIGRATIONS)} to {SCHEMA_VERSION}.",
            hint="Update Citewire, or ingest into another folder with --library.",
        )
    for step in steps:
        connection.executescript(
            f"BEGIN IMMEDIATE; {step}; UPDATE meta SET value = value + 1 WHERE key = 'schema_version'; COMMIT"
        )


def _check_stamp(connection: sqlite3.Connection, stamp: dict[str, str], folder: Path) -> None:
    meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    stored = msgspec.json.decode(meta["stamp"], type=dict[str, str])
    different = [
        f"{name} was {stored.get(name)!r}, now {stamp.get(name)!r}"
        for name in sorted(stored.keys() | stamp.keys())
        if stored.get(name) != stamp.get(name)
    ]
    if different:
        raise LibraryMismatch(
            f"The library {str(folder)!r} was built with other settings: {'; '.join(different)}.",
            hint="Use the settings it was built with, or ingest into another folder with --library.",
        )


def _is_newer(connection: sqlite3.Connection, key: str, raw: RawArticle) -> bool:
    row = connection.execute(
        "SELECT coalesce(v.updated, v.published, '') FROM versions v JOIN articles a "
        "ON a.id = v.article_id AND a.current_version = v.number WHERE a.id = ?",
        (key,),
    ).fetchone()
    current: str = row[0]
    return (raw.updated or raw.published or "") >= current


def _link(connection: sqlite3.Connection, raw: RawArticle, key: str) -> None:
    connection.execute(
        "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (reference) DO UPDATE "
        "SET article_id = excluded.article_id, fingerprint = excluded.fingerprint",
        (raw.reference, key, fingerprint(raw)),
    )


def _replace_passages(connection: sqlite3.Connection, key: str, new: NewVersion) -> None:
    connection.execute("DELETE FROM passages WHERE article_id = ?", (key,))
    connection.executemany(
        "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
        ((name, vector.astype("<f2").tobytes()) for name, vector in new.vectors.items()),
    )
    day = new.raw.published[:10] if new.raw.published else None
    for passage, vector_key in zip(new.passages, new.vector_keys, strict=True):
        span = passage.span
        connection.execute(
            "INSERT INTO passages (article_id, number, start_offset, end_offset, vector_key, day, outlet) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, passage.number, span.start, span.end, vector_key, day, new.raw.outlet),
        )
    connection.execute("DELETE FROM copy_bands WHERE article_id = ?", (key,))
    connection.executemany("INSERT OR IGNORE INTO copy_bands VALUES (?, ?)", ((band, key) for band in new.bands))
    connection.execute(
        "INSERT OR REPLACE INTO copy_signatures VALUES (?, ?)", (key, new.signature.astype("<u8").tobytes())
    )


def _filter_clause(filters: Filters) -> tuple[str, list[str]]:
    clauses: list[str] = []
    values: list[str] = []
    if filters.first:
        clauses.append("p.day >= ?")
        values.append(filters.first)
    if filters.last:
        clauses.append("p.day <= ?")
        values.append(filters.last)
    if filters.as_of:
        clauses.append(
            "p.day <= ? AND NOT EXISTS (SELECT 1 FROM versions v JOIN articles a ON a.id = v.article_id "
            "AND a.current_version = v.number WHERE a.id = p.article_id AND substr(v.updated, 1, 10) > ?)"
        )
        values += [filters.as_of, filters.as_of]
    if filters.outlets:
        clauses.append(f"p.outlet IN ({','.join('?' * len(filters.outlets))})")
        values += filters.outlets
    return " AND ".join(clauses) or "1", values


def _to_article(row: sqlite3.Row) -> Article:
    names = (
        "text", "sha256", "origin", "reference", "kind", "fetched", "title", "outlet", "author", "published",
        "updated", "url", "language",
    )  # fmt: skip
    return Article(id=row["article_id"], version=row["number"], **{name: row[name] for name in names})


def _to_matrix(rows: Sequence[sqlite3.Row]) -> tuple[list[int], npt.NDArray[np.float32]]:
    if not rows:
        return [], np.empty((0, 0), dtype=np.float32)
    matrix = np.frombuffer(b"".join(row["vector"] for row in rows), dtype="<f2").reshape(len(rows), -1)
    return [row["id"] for row in rows], matrix.astype(np.float32)


def _to_spans(ends: bytes) -> list[Span]:
    numbers = array("I")
    numbers.frombytes(ends)
    return [Span(start, end) for start, end in zip([0, *numbers[:-1]], numbers, strict=True)]


@contextlib.contextmanager
def _mapped_errors(folder: Path) -> Iterator[None]:
    """Turn what sqlite3 raises into Citewire's own errors: the text of its messages is stable and documented."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        if "full" in said:
            raise StorageError(
                f"The disk that holds {str(folder)!r} is full.",
                hint="Free some space and run the command again.",
            ) from error
        if "readonly" in said or "unable to open" in said or "disk I/O" in said:
            raise StorageError(
                f"The library {str(folder)!r} cannot be written or read: {said}.",
                hint="Check the folder's permissions and the disk.",
            ) from error
        if "locked" in said:
            raise LibraryError(f"The library {str(folder)!r} is locked: {said}.", hint="Try again.") from error
        raise LibraryDamaged(
            f"The library file in {str(folder)!r} cannot be used: {said}.",
            hint="Restore it from a backup, or ingest the articles again into another folder with --library.",
        ) from error
