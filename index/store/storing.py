"""Writes one version of an article with all that belongs to it; each function is part of a caller's transaction."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from index.articles import RawArticle
from index.store.change_log import note_passages
from index.store.migrations import vector_checksum
from index.store.sql import Connection
from index.store.versions import NewVersion, fingerprint, hash_text

_ARRIVED = "SELECT min(v.fetched) FROM articles a JOIN versions v ON v.article_id = a.id WHERE a.origin = ?"


def store_version(connection: Connection, new: NewVersion) -> int:
    """Store a version and return how many passages it added; 0 where it did not become the current one."""
    raw = new.raw
    key = new.known.article_id if new.known else new.id
    number, current = 1, True
    if new.known:
        number += connection.execute("SELECT max(number) FROM versions WHERE article_id = ?", (key,)).fetchone()[0]
        current = new.known.same_source or _is_newer(connection, key, raw)
    else:
        connection.execute("INSERT INTO articles VALUES (?, ?, 1)", (key, key))
    ends = array("I", [span.end for span in new.sentences])
    connection.execute(
        "INSERT INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            key, number, fingerprint(raw), hash_text(raw.text), raw.text, raw.title, raw.outlet, raw.author,
            raw.published, raw.updated, new.fetched, raw.url, raw.language, raw.reference, raw.kind,
            ends.tobytes(), raw.section, new.written_in,
        ),
    )  # fmt: skip
    link_source(connection, raw, key)
    if current:
        connection.execute("UPDATE articles SET current_version = ? WHERE id = ?", (number, key))
        _join_origins(connection, key, new.origins)
        store_vectors(connection, new)
        store_copies(connection, key, new)
    # Last but for the passages: whoever writes next waits here, so that the passages of a version have consecutive ids.
    grow_generation(connection)
    removed, added = replace_passages(connection, key, new) if current else ([], [])
    note_passages(connection, added=added, removed=removed)
    return len(new.passages) if current else 0


def grow_generation(connection: Connection) -> None:
    """Count a change: who searches sees that there is one."""
    connection.execute("UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = 'generation'")


def link_source(connection: Connection, raw: RawArticle, key: str) -> None:
    """Remember that an article was read from a place, and what was found there."""
    connection.execute(
        "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (reference) DO UPDATE "
        "SET article_id = excluded.article_id, fingerprint = excluded.fingerprint",
        (raw.reference, key, fingerprint(raw)),
    )


def _is_newer(connection: Connection, key: str, raw: RawArticle) -> bool:
    row = connection.execute(
        "SELECT coalesce(v.updated, v.published, '') FROM versions v JOIN articles a "
        "ON a.id = v.article_id AND a.current_version = v.number WHERE a.id = ?",
        (key,),
    ).fetchone()
    current: str = row[0]
    return (raw.updated or raw.published or "") >= current


def store_vectors(connection: Connection, new: NewVersion) -> None:
    """Store the vectors that a version brings, in an order that is the same for all who write."""
    connection.executemany(
        "INSERT INTO vectors VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING",
        (
            (name, stored := new.vectors[name].astype("<f2").tobytes(), vector_checksum(name, stored))
            for name in sorted(new.vectors)
        ),
    )


def store_copies(connection: Connection, key: str, new: NewVersion) -> None:
    """Store what near-copies of a version are found by, in the place of that of the version before."""
    connection.execute("DELETE FROM copy_bands WHERE article_id = ?", (key,))
    connection.executemany(
        "INSERT INTO copy_bands VALUES (?, ?) ON CONFLICT (band, article_id) DO NOTHING",
        ((band, key) for band in new.bands),
    )
    connection.execute(
        "INSERT INTO copy_signatures VALUES (?, ?) "
        "ON CONFLICT (article_id) DO UPDATE SET signature = excluded.signature",
        (key, new.signature.astype("<u4").tobytes()),
    )


def replace_passages(connection: Connection, key: str, new: NewVersion) -> tuple[list[int], list[int]]:
    """Put the passages of a version in the place of those of the version before; their vectors are stored already.

    Returns:
        The ids of those that went and of those that came.
    """
    removed = remove_passages(connection, key)
    day = new.raw.published[:10] if new.raw.published else None
    connection.executemany(
        "INSERT INTO passages (article_id, number, start_offset, end_offset, vector_key, day, outlet) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (key, passage.number, passage.span.start, passage.span.end, vector_key, day, new.raw.outlet)
            for passage, vector_key in zip(new.passages, new.vector_keys, strict=True)
        ),
    )
    rows = connection.execute("SELECT id FROM passages WHERE article_id = ?", (key,)).fetchall()
    return removed, [row["id"] for row in rows]


def remove_passages(connection: Connection, key: str) -> list[int]:
    """Remove the passages of an article and return their ids."""
    rows = connection.execute("DELETE FROM passages WHERE article_id = ? RETURNING id", (key,)).fetchall()
    return [row["id"] for row in rows]


def _join_origins(connection: Connection, key: str, origins: Sequence[str]) -> None:
    """Make one group of an article and the groups it is a copy of, under the name of the first of them."""
    if not origins:
        return
    own = connection.execute("SELECT origin FROM articles WHERE id = ?", (key,)).fetchone()[0]
    origins = list(dict.fromkeys([*origins, own]))
    head = min(origins, key=lambda origin: (connection.execute(_ARRIVED, (origin,)).fetchone()[0] or "", origin))
    connection.executemany("UPDATE articles SET origin = ? WHERE origin = ?", [(head, origin) for origin in origins])
