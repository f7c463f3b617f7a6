"""What was taken in already, file by file and address by address, so that the same again costs next to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from index.articles import FileMark, Unchanged
from index.sources.web.visits import Visit
from index.store.sql import Database


class Remembered:
    """The library's memory of files and web addresses (``index.sources.web.visits.RemembersVisits``)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def file_mark(self, reference: str) -> FileMark | None:
        """Return how a file looked when everything in it was taken in, or None."""
        rows = self._database.all("SELECT size, modified, changed, reader FROM files WHERE reference = ?", (reference,))
        return FileMark(*rows[0]) if rows else None

    def remember_files(self, marks: Sequence[tuple[str, FileMark]]) -> None:
        """Note files of which everything was taken in."""
        self._database.repeat(lambda: self._remember_files(marks))

    def _remember_files(self, marks: Sequence[tuple[str, FileMark]]) -> None:
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?) ON CONFLICT (reference) DO UPDATE SET size = excluded.size, "
                "modified = excluded.modified, changed = excluded.changed, reader = excluded.reader",
                (
                    (reference, mark.size, mark.modified, mark.changed, mark.reader)
                    for reference, mark in sorted(marks, key=_name)
                ),
            )

    def taken_from(self, reference: str) -> list[Unchanged]:
        """Return the articles that a file or address gave last time: itself, or its rows."""
        rows = self._database.all(
            "SELECT s.reference, s.article_id, v.title FROM sources s JOIN articles a ON a.id = s.article_id "
            "JOIN versions v ON v.article_id = a.id AND v.number = a.current_version "
            "WHERE s.reference = ?1 OR (s.reference > ?1 || '#' AND s.reference < ?1 || '$') ORDER BY s.reference",
            (reference,),
        )
        return [Unchanged(*row) for row in rows]

    def sources_under(self, reference: str) -> list[Unchanged]:
        """Return what was taken from a folder and all that lies in it, or from a file."""
        rows = self._database.all(
            "SELECT s.reference, s.article_id, v.title, s.fingerprint FROM sources s JOIN articles a ON a.id = s.article_id "
            "JOIN versions v ON v.article_id = a.id AND v.number = a.current_version WHERE s.reference = ?1 "
            "OR (s.reference > ?1 || '#' AND s.reference < ?1 || '$') "
            "OR (s.reference > ?2 || '/' AND s.reference < ?2 || '0') ORDER BY s.reference",
            (reference, reference.rstrip("/")),
        )
        return [Unchanged(*row) for row in rows]

    def visit_of(self, url: str) -> Visit | None:
        """Return the last visit to an address, or None."""
        rows = self._database.all(
            "SELECT url, final_url, checked, sha256, etag, last_modified, is_listing, reader FROM visits WHERE url = ?",
            (url,),
        )
        if not rows:
            return None
        row = rows[0]
        return Visit(
            url=row["url"],
            final_url=row["final_url"],
            checked=row["checked"],
            sha256=row["sha256"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            is_listing=bool(row["is_listing"]),
            reader=row["reader"],
        )

    def remember_visits(self, visits: Sequence[Visit]) -> None:
        """Keep visits in the place of earlier ones to the same addresses, all of them or none."""
        self._database.repeat(lambda: self._remember_visits(visits))

    def _remember_visits(self, visits: Sequence[Visit]) -> None:
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO visits (url, final_url, checked, sha256, etag, last_modified, is_listing, reader) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET final_url = excluded.final_url, "
                "checked = excluded.checked, sha256 = excluded.sha256, etag = excluded.etag, "
                "last_modified = excluded.last_modified, is_listing = excluded.is_listing, reader = excluded.reader",
                (
                    (
                        visit.url, visit.final_url, visit.checked, visit.sha256, visit.etag, visit.last_modified,
                        int(visit.is_listing), visit.reader,
                    )
                    for visit in sorted(visits, key=lambda visit: visit.url)
                ),
            )  # fmt: skip


def _name(marked: tuple[str, FileMark]) -> str:
    return marked[0]
