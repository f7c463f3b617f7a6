"""The list of articles page by page: found by words of title, outlet and author, in an order, never all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.articles import Entry
from index.store.sql import Database, Row

Order = Literal["newest", "oldest", "title", "outlet", "taken_in"]
MOST_AT_ONCE = 500

ENTRY_COLUMNS = (
    "a.id, a.origin, v.title, v.outlet, v.published, v.updated, v.url, v.language, v.written_in, v.section, v.fetched, "
    "length(v.text) AS characters, (SELECT count(*) FROM versions WHERE article_id = a.id) AS versions"
)
_CURRENT = "FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.current_version"
_ORDERS: dict[Order, str] = {
    "newest": "v.published IS NULL, v.published DESC, a.id",
    "oldest": "v.published IS NULL, v.published, a.id",
    "title": "v.title IS NULL, lower(v.title), a.id",
    "outlet": "v.outlet IS NULL, lower(v.outlet), v.published DESC, a.id",
    "taken_in": "v.fetched DESC, a.id",
}
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A part of the list of articles.

    Attributes:
        total: how many there are in all.
        alike: of each entry, how many articles are one report, itself counted.
    """

    entries: tuple[Entry, ...]
    total: int
    alike: tuple[int, ...]


def read_page(database: Database, *, find: str, order: Order, offset: int, limit: int) -> EntryPage:
    """Return some of the articles whose title, outlet, author or id holds every one of some words.

    Args:
        find: the words; empty for all articles.
        limit: at most so many, never more than ``MOST_AT_ONCE``.
    """
    words = find.split()[:_MOST_WORDS]
    clause = " AND ".join(
        "lower(coalesce(v.title, '') || ' ' || coalesce(v.outlet, '') || ' ' || coalesce(v.author, '') || ' ' || a.id) LIKE lower(?) ESCAPE '\\'"
        for _ in words
    )
    where = f"WHERE {clause}" if clause else ""
    values = [f"%{_escape(word)}%" for word in words]
    total = int(database.one(f"SELECT count(*) {_CURRENT} {where}", values)[0])
    rows = database.all(
        f"SELECT {ENTRY_COLUMNS}, (SELECT count(*) FROM articles b WHERE b.origin = a.origin) AS alike {_CURRENT} {where} "
        f"ORDER BY {_ORDERS[order]} LIMIT {min(max(0, limit), MOST_AT_ONCE)} OFFSET {max(0, offset)}",
        values,
    )
    sources = read_sources(database, [row["id"] for row in rows])
    entries = tuple(to_entry(row, sources[row["id"]]) for row in rows)
    return EntryPage(entries, total, tuple(row["alike"] for row in rows))


def read_sources(database: Database, articles: Sequence[str]) -> dict[str, list[str]]:
    """Return where each of some articles was read from."""
    sources: dict[str, list[str]] = {article: [] for article in articles}
    for row in database.within("SELECT article_id, reference FROM sources WHERE article_id IN ({})", list(sources)):
        sources[row["article_id"]].append(row["reference"])
    return sources


def to_entry(row: Row, sources: Sequence[str]) -> Entry:
    """Return a row with ``ENTRY_COLUMNS`` as a line of the list."""
    facts = {name: row[name] for name in row.keys() if name != "alike"}  # noqa: SIM118 (a Row is no mapping)
    return Entry(**facts, sources=tuple(sorted(sources)))


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
