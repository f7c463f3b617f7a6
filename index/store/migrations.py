"""Makes a new library's tables and brings those of an older version to the present one, a transaction a step."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable
from importlib import resources

import msgspec

from index.errors import LibraryDamaged, LibraryMismatch
from index.store.dialect import table_to_postgresql
from index.store.sql import Connection, Database, Lockable
from index.text.languages import language_of
from index.text.syndication import sign, split_bands

SCHEMA_VERSION = 6
UNFINISHED = "unfinished"


def create_tables(database: Database, stamp: dict[str, str], *, unfinished: str | None = None) -> None:
    """Make the tables of a library, all of them or none.

    Args:
        database: an open one that has none.
        stamp: all that its vectors depend on.
        unfinished: the library that is being brought here: until it is, nobody can open this one.
    """
    rows = {
        "schema_version": str(SCHEMA_VERSION),
        "generation": "0",
        "stamp": msgspec.json.encode(stamp).decode(),
    }
    if unfinished is not None:
        rows[UNFINISHED] = unfinished
    if database.shared:
        rows["identity"] = uuid.uuid4().hex  # what is cached of a database is known by it, whatever its address
    with database.transaction() as connection:
        _take_turn(database)
        if database.has_table("meta"):  # made by another process meanwhile
            return
        for statement in _statements(_read("schema.sql")):
            connection.execute(table_to_postgresql(statement) if database.shared else statement)
        if database.shared:
            for name in ("shared.sql", "conversations.sql"):
                connection.execute(_read(name))
        connection.executemany("INSERT INTO meta VALUES (?, ?)", list(rows.items()))


def migrate(database: Database, *, checkpoint: Callable[[str], None] | None = None) -> None:
    """Bring the tables to this version, whatever older version they have.

    Args:
        database: an open library.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        LibraryMismatch: a newer program made them, or something that is no library.
    """
    steps, oldest = (_SHARED_STEPS, _OLDEST_SHARED) if database.shared else (_STEPS, 1)
    version = _version(database)
    if not oldest <= version <= SCHEMA_VERSION:
        raise _other_version(database, version, f"versions {oldest} to {SCHEMA_VERSION}")
    for number in range(version, SCHEMA_VERSION):
        with database.transaction() as connection:
            _take_turn(database)
            if _version(database) != number:  # another process was faster
                continue
            steps[number](connection)
            if checkpoint:
                checkpoint("within migration")
            connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(number + 1),))
        if checkpoint:
            checkpoint("after migration")


def _take_turn(database: Database) -> None:
    """Wait while another process makes or changes the tables; a file has one owner."""
    if isinstance(database, Lockable):
        database.lock(["migration"])


def require_present_tables(database: Database) -> None:
    """Refuse a library that would have to be migrated first, or that is not whole.

    Raises:
        LibraryMismatch: it is of an older or a newer version.
        LibraryDamaged: it is no library, or only a part of one.
    """
    if not database.has_table("meta"):
        raise LibraryDamaged(f"{database.place!r} is no library.", hint="Name a file made by `citewire backup`.")
    if (version := _version(database)) != SCHEMA_VERSION:
        raise _other_version(database, version, f"version {SCHEMA_VERSION} here")
    require_whole(database)


def require_whole(database: Database) -> None:
    """Refuse a library that is only being brought here.

    Raises:
        LibraryDamaged: it is a part of one.
    """
    if database.all("SELECT 1 FROM meta WHERE key = ?", (UNFINISHED,)):
        raise LibraryDamaged(
            f"The library {database.name!r} is being brought here and is not whole.",
            hint="Run `citewire migrate` with the same two names again: it goes on where it was.",
        )


def _version(database: Database) -> int:
    stored = database.all("SELECT value FROM meta WHERE key = 'schema_version'")
    return int(stored[0][0]) if stored and str(stored[0][0]).isdecimal() else 0


def _other_version(database: Database, version: int, wanted: str) -> LibraryMismatch:
    newer = version > SCHEMA_VERSION
    return LibraryMismatch(
        f"The library {database.name!r} has schema version {version}; this program reads {wanted}.",
        hint="Update Citewire, or ingest into another folder with --library."
        if newer
        else "Open it once with `citewire doctor`, which brings it up to date.",
    )


def vector_checksum(key: str, vector: bytes) -> int:
    """Return the CRC-32 of a stored vector and its key: a flipped bit in it would else only make searches worse."""
    return zlib.crc32(vector, zlib.crc32(key.encode("utf-8")))


_FROM_2 = (
    "CREATE INDEX articles_by_origin ON articles (origin)",
    "CREATE INDEX sources_by_article ON sources (article_id)",
    "CREATE TABLE files (reference TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, "
    "changed INTEGER NOT NULL, reader TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE visits (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, checked TEXT NOT NULL, "
    "final_url TEXT NOT NULL, sha256 TEXT NOT NULL, is_listing INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "DROP TABLE copy_bands",
    "CREATE TABLE copy_bands (band INTEGER NOT NULL, article_id TEXT NOT NULL REFERENCES articles (id), "
    "PRIMARY KEY (band, article_id)) STRICT, WITHOUT ROWID",
    "CREATE INDEX copy_bands_by_article ON copy_bands (article_id)",
)


def _from_1(connection: Connection) -> None:
    connection.execute(
        "DROP TABLE IF EXISTS words"
    )  # the word index is a cache beside the library (index.caches.words)


def _from_2(connection: Connection) -> None:
    """Sections, checksums of vectors, what is remembered of files and addresses, and finer hashes of near-copies."""
    connection.execute("ALTER TABLE versions ADD COLUMN section TEXT")
    connection.execute("ALTER TABLE vectors ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    rows = connection.execute("SELECT key, vector FROM vectors").fetchall()
    connection.executemany(
        "UPDATE vectors SET checksum = ? WHERE key = ?",
        ((vector_checksum(row["key"], row["vector"]), row["key"]) for row in rows),
    )
    for statement in _FROM_2:
        connection.execute(statement)
    texts = connection.execute(
        "SELECT a.id, v.text FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.current_version"
    ).fetchall()
    for row in texts:
        signature = sign(row["text"])
        connection.execute(
            "INSERT OR REPLACE INTO copy_signatures VALUES (?, ?)", (row["id"], signature.astype("<u4").tobytes())
        )
        connection.executemany(
            "INSERT OR IGNORE INTO copy_bands VALUES (?, ?)", ((band, row["id"]) for band in split_bands(signature))
        )


def _from_3(connection: Connection) -> None:
    """What read a page, and how: with another, the page is read again."""
    connection.execute("ALTER TABLE visits ADD COLUMN reader TEXT NOT NULL DEFAULT ''")


def _from_4(connection: Connection) -> None:
    """The language of each text. Its sentences stay as they were cut until it is embedded anew."""
    connection.execute("ALTER TABLE versions ADD COLUMN written_in TEXT")
    rows = connection.execute("SELECT article_id, number, text, language FROM versions").fetchall()
    connection.executemany(
        "UPDATE versions SET written_in = ? WHERE article_id = ? AND number = ?",
        ((language_of(row["text"], row["language"]), row["article_id"], row["number"]) for row in rows),
    )


_CHANGE_LOG = (
    "CREATE TABLE passage_changes (generation INTEGER PRIMARY KEY, added TEXT NOT NULL, removed TEXT NOT NULL) STRICT"
)


def _from_5(connection: Connection) -> None:
    """The log of what each change brought and took away. It begins here: until then all passages are compared."""
    connection.execute(_CHANGE_LOG)


def _shared_from_5(connection: Connection) -> None:
    """The same, for the roles that may use the table of changes; and conversations, which roles may use once they are told so."""
    connection.execute(table_to_postgresql(_CHANGE_LOG))
    for name in ("shared_6.sql", "conversations.sql"):
        connection.execute(_read(name))


_STEPS: dict[int, Callable[[Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4, 5: _from_5}
# Of databases that are shared; a step that changes tables is needed in both, as the words of each want it.
_OLDEST_SHARED = 5
_SHARED_STEPS: dict[int, Callable[[Connection], None]] = {5: _shared_from_5}


def _read(name: str) -> str:
    return resources.files("index.store").joinpath(name).read_text(encoding="utf-8")


def _statements(schema: str) -> list[str]:
    lines = (line.split("--")[0].rstrip() for line in schema.splitlines())
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]
