"""Rows of the library's tables to what the rest of the program knows, and filters to SQL (pure)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.articles import Article, Filters, Span
from index.errors import LibraryDamaged
from index.store.migrations import vector_checksum
from index.store.sql import Row
from index.store.versions import fingerprint, hash_text
from index.text.languages import ENGLISH

_FACTS = (
    "text", "sha256", "origin", "reference", "kind", "fetched", "title", "outlet", "author", "published", "updated", "url",
    "language", "section", "written_in",
)  # fmt: skip


def to_article(row: Row) -> Article:
    """Return a version, once its text and facts have been compared with their recorded hashes.

    Raises:
        LibraryDamaged: they are not what was stored.
    """
    article = Article(id=row["article_id"], version=row["number"], **{name: row[name] for name in _FACTS})
    if hash_text(article.text) != article.sha256 or fingerprint(article) != row["fingerprint"]:
        raise LibraryDamaged(
            f"The stored text or facts of article {article.id!r} do not have their recorded hash.",
            hint="Run `citewire doctor`.",
        )
    return article


def to_matrix(rows: Sequence[Row]) -> tuple[list[int], npt.NDArray[np.float32]]:
    """Return ``(passage ids, vectors of shape (n, dimension))``, each compared with its checksum.

    Raises:
        LibraryDamaged: a vector is not what was stored.
    """
    if not rows:
        return [], np.empty((0, 0), dtype=np.float32)
    for row in rows:
        if vector_checksum(row["key"], row["vector"]) != row["checksum"]:
            raise LibraryDamaged(
                f"The stored vector of passage {row['id']} does not have its recorded checksum.",
                hint="Run `citewire rebuild --embed`: it is computed again from the text.",
            )
    matrix = np.frombuffer(b"".join(row["vector"] for row in rows), dtype="<f2").reshape(len(rows), -1)
    return [row["id"] for row in rows], matrix.astype(np.float32)


def to_spans(ends: bytes) -> list[Span]:
    """Return spans that tile a text, from where each ends.

    Raises:
        LibraryDamaged: they are not whole.
    """
    numbers = array("I")
    if len(ends) % numbers.itemsize:
        raise LibraryDamaged("The stored sentences of an article are cut off.", hint="Run `citewire doctor`.")
    numbers.frombytes(ends)
    return [Span(start, end) for start, end in zip([0, *numbers[:-1]], numbers, strict=True)]


def filter_clause(filters: Filters) -> tuple[str, list[str]]:
    """Return the condition on passages ``p`` that the filters stand for, and its values."""
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
    if filters.articles:
        clauses.append(f"p.article_id IN ({','.join('?' * len(filters.articles))})")
        values += filters.articles
    if filters.languages:
        clauses.append(
            "EXISTS (SELECT 1 FROM versions v JOIN articles a ON a.id = v.article_id AND a.current_version = v.number "
            f"WHERE a.id = p.article_id AND coalesce(v.written_in, '{ENGLISH}') IN ({','.join('?' * len(filters.languages))}))"
        )
        values += filters.languages
    return " AND ".join(clauses) or "TRUE", values
