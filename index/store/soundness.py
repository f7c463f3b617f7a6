"""A library's stored data to what is wrong with it: everything that is derived is derived again and compared."""

from __future__ import annotations

from index.errors import LibraryError
from index.store.migrations import vector_checksum
from index.store.rows import to_article, to_spans
from index.store.sql import Database
from index.store.versions import hash_text
from index.text.passages import passage_text


def find_problems(database: Database) -> list[str]:
    """Return what is wrong, in words; empty when all is sound.

    Compared are the hashes of texts and facts, the tiling of sentences and passages, the days and outlets they are filtered
    by, the keys and checksums of their vectors.
    """
    problems = database.problems()
    if problems:
        return problems
    for identifier in [row[0] for row in database.all("SELECT id FROM articles ORDER BY id")]:
        try:
            problems += _check_article(database, identifier)
        except LibraryError as error:
            problems.append(error.message)
    for row in database.all("SELECT key, vector, checksum FROM vectors"):
        if vector_checksum(row["key"], row["vector"]) != row["checksum"]:
            problems.append(f"The vector {row['key'][:12]} does not have its recorded checksum.")
    return problems


def _check_article(database: Database, identifier: str) -> list[str]:
    versions = [
        (row, to_article(row))
        for row in database.all(
            "SELECT v.*, a.origin, a.current_version FROM versions v JOIN articles a ON a.id = v.article_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            (identifier,),
        )
    ]
    for row, version in versions:
        ends = to_spans(row["sentence_ends"])
        if not ends or ends[-1].end != len(version.text) or any(span.start >= span.end for span in ends):
            return [f"The sentences of article {identifier!r} do not tile its text."]
    current = next((version for row, version in versions if version.version == row["current_version"]), None)
    if current is None:
        return [f"The current version of article {identifier!r} is missing."]
    rows = database.all(
        "SELECT p.*, v.key AS found FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key "
        "WHERE article_id = ? ORDER BY number",
        (identifier,),
    )
    edges = [0, *(row["end_offset"] for row in rows)]
    tiled = [row["start_offset"] for row in rows] == edges[:-1] and edges[-1] == len(current.text)
    if not tiled or [row["number"] for row in rows] != list(range(len(rows))):
        return [f"The passages of article {identifier!r} do not tile its text."]
    day = current.published[:10] if current.published else None
    if any((row["day"], row["outlet"]) != (day, current.outlet) for row in rows):
        return [f"The passages of article {identifier!r} have another day or outlet than the article."]
    for row in rows:
        body = current.text[row["start_offset"] : row["end_offset"]]
        if row["found"] is None or hash_text(passage_text(current.title, body)) != row["vector_key"]:
            return [f"A passage of article {identifier!r} has no vector of its own text."]
    return []
