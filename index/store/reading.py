"""What is read from a library. What is read is compared with its recorded hash first, so that damage is never mistaken for content."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.articles import Article, Coverage, Entry, Filters, PassageRecord, RawArticle, Span
from index.errors import ArticleNotFound
from index.store.change_log import PassageChanges, read_changes
from index.store.listing import ENTRY_COLUMNS, EntryPage, Order, read_page, read_sources, to_entry
from index.store.rows import filter_clause, to_article, to_matrix, to_spans
from index.store.soundness import find_problems
from index.store.sql import Database
from index.store.versions import Known, Place, Words, article_id, fingerprint
from index.text.addresses import spellings
from index.text.languages import ENGLISH
from index.text.origins import MEMBER_ENDS, Member
from index.text.syndication import Candidate


class LibraryReader:
    """The reading half of a library; see ``index.store.library.Library``. Usable from several threads.

    Args:
        database: its open file.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def generation(self) -> int:
        """A counter that grows with every change: equal generations mean equal passages."""
        return int(self._database.one("SELECT value FROM meta WHERE key = 'generation'")[0])

    def changed_passages(self, since: int, until: int) -> PassageChanges | None:
        """Return which passages came and went between two values of the counter; None where the log of changes does not reach back."""
        return read_changes(self._database, since, until)

    def article(self, article: str, *, version: int | None = None, sha256: str | None = None) -> Article:
        """Return an article: its current version, a numbered one, or the newest with that hash.

        Raises:
            ArticleNotFound: no article, or no such version of it, is in the library.
            LibraryDamaged: the stored text does not have the stored hash.
        """
        rows = self._database.all(
            "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id WHERE v.article_id = ?1 "
            "AND v.number = coalesce(CAST(?2 AS BIGINT), CASE WHEN CAST(?3 AS TEXT) IS NULL THEN a.current_version ELSE v.number END) "
            "AND v.sha256 = coalesce(?3, v.sha256) ORDER BY v.number DESC LIMIT 1",
            (article, version, sha256),
        )
        if not rows:
            raise ArticleNotFound(
                f"No article {article!r}" + (f" with version {version}" if version else "") + " is in the library.",
                hint="Find ids with `citewire search`.",
            )
        return to_article(rows[0])

    def versions(self, article: str) -> tuple[Article, ...]:
        """Return every version of an article, the oldest first; empty when there is none."""
        rows = self._database.all(
            "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id "
            "WHERE v.article_id = ? ORDER BY v.number",
            (article,),
        )
        return tuple(to_article(row) for row in rows)

    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of all articles, in a stable order."""
        return tuple(row[0] for row in self._database.all("SELECT id FROM articles ORDER BY id"))

    def known_articles(self, articles: Sequence[str]) -> set[str]:
        """Return those of the ids that are in the library."""
        rows = self._database.within("SELECT id FROM articles WHERE id IN ({})", articles)
        return {row["id"] for row in rows}

    def fingerprints(self) -> dict[str, str]:
        """Return of each article, by id, what changes with any of its versions, sources or groups."""
        marks = {
            row["id"]: [row["origin"], str(row["current_version"])]
            for row in self._database.all("SELECT id, origin, current_version FROM articles ORDER BY id")
        }
        for statement in (
            "SELECT article_id, fingerprint FROM versions ORDER BY article_id, number",
            "SELECT article_id, reference || ' ' || fingerprint FROM sources ORDER BY article_id, reference",
        ):
            for row in self._database.all(statement):
                marks[row["article_id"]].append(row[1])
        return {key: " ".join(mark) for key, mark in marks.items()}

    def rows_of(self, table: str, article: str) -> list[tuple[Any, ...]]:
        """Return what a table holds of an article, column by column as in the schema."""
        key = "id" if table == "articles" else "article_id"
        return [tuple(row) for row in self._database.all(f"SELECT * FROM {table} WHERE {key} = ?", (article,))]

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article, in alphabetical order."""
        rows = self._database.all(
            "SELECT DISTINCT outlet FROM passages WHERE number = 0 AND outlet > '' ORDER BY outlet"
        )
        return tuple(row["outlet"] for row in rows)

    def languages(self) -> tuple[str, ...]:
        """Return the languages that its articles are written in, in alphabetical order; unknown ones are taken for English."""
        rows = self._database.all(
            f"SELECT DISTINCT coalesce(v.written_in, '{ENGLISH}') AS written_in FROM articles a JOIN versions v "
            "ON v.article_id = a.id AND v.number = a.current_version ORDER BY 1"
        )
        return tuple(row["written_in"] for row in rows)

    def coverage(self, filters: Filters) -> Coverage:
        """Return what the filters leave to be searched."""
        clause, values = filter_clause(filters)
        rows = self._database.all(
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

    def outlet_counts(self, filters: Filters) -> tuple[tuple[str, int], ...]:
        """Return how many articles each outlet has within the filters, the most first."""
        clause, values = filter_clause(filters)
        rows = self._database.all(
            f"SELECT outlet, count(*) AS articles FROM passages p WHERE number = 0 AND outlet > '' AND {clause} "
            "GROUP BY outlet ORDER BY articles DESC, outlet",
            values,
        )
        return tuple((row["outlet"], row["articles"]) for row in rows)

    def articles_by_day(self, filters: Filters, *, newest: bool, limit: int, dated: bool = True) -> tuple[str, ...]:
        """Return the ids of articles within the filters by day, the newest or the oldest first; those without a day last, or not at all."""
        clause, values = filter_clause(filters)
        rows = self._database.all(
            f"SELECT article_id FROM passages p WHERE number = 0 AND {'day IS NOT NULL AND ' if dated else ''}{clause} "
            f"ORDER BY day IS NULL, day {'DESC' if newest else 'ASC'}, article_id LIMIT {int(limit)}",
            values,
        )
        return tuple(row["article_id"] for row in rows)

    def articles_by_author(self, name: str, filters: Filters, *, limit: int) -> tuple[str, ...]:
        """Return the ids of articles within the filters whose byline holds a name, the newest first; upper and lower case are the same."""
        clause, values = filter_clause(filters)
        held = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._database.all(
            "SELECT p.article_id FROM passages p JOIN articles a ON a.id = p.article_id JOIN versions v "
            "ON v.article_id = a.id AND v.number = a.current_version "
            f"WHERE p.number = 0 AND lower(v.author) LIKE lower(?) ESCAPE '\\' AND {clause} "
            f"ORDER BY p.day IS NULL, p.day DESC, p.article_id LIMIT {int(limit)}",
            (f"%{held}%", *values),
        )
        return tuple(row["article_id"] for row in rows)

    def changed_articles(self, filters: Filters, *, limit: int) -> tuple[str, ...]:
        """Return the ids of articles within the filters that have an earlier version, the last changed first."""
        clause, values = filter_clause(filters)
        rows = self._database.all(
            "SELECT p.article_id FROM passages p JOIN articles a ON a.id = p.article_id JOIN versions v "
            f"ON v.article_id = a.id AND v.number = a.current_version WHERE p.number = 0 AND a.current_version > 1 AND {clause} "
            f"ORDER BY coalesce(v.updated, v.published) IS NULL, coalesce(v.updated, v.published) DESC, p.article_id LIMIT {int(limit)}",
            values,
        )
        return tuple(row["article_id"] for row in rows)

    def passage_ids(self, filters: Filters = Filters()) -> list[int]:  # noqa: B008 (frozen)
        """Return the ids of the passages that the filters leave, ascending."""
        clause, values = filter_clause(filters)
        rows = self._database.all(f"SELECT id FROM passages p WHERE {clause} ORDER BY id", values)
        return [row[0] for row in rows]

    def count_passages(self) -> int:
        """Return how many passages can be found."""
        return int(self._database.one("SELECT count(*) FROM passages")[0])

    def passages(self, ids: Sequence[int]) -> dict[int, PassageRecord]:
        """Return passages with their articles and sentences; ids that are gone are left out."""
        records: dict[int, PassageRecord] = {}
        articles: dict[str, tuple[Article, list[Span]]] = {}
        for row in self._database.within("SELECT * FROM passages WHERE id IN ({})", ids):
            key = row["article_id"]
            if key not in articles:
                version = self._database.one(
                    "SELECT v.*, a.origin FROM versions v JOIN articles a ON a.id = v.article_id "
                    "WHERE a.id = ? AND v.number = a.current_version",
                    (key,),
                )
                articles[key] = to_article(version), to_spans(version["sentence_ends"])
            article, sentences = articles[key]
            span = Span(row["start_offset"], row["end_offset"])
            within = tuple(s for s in sentences if s.start < span.end and s.end > span.start)
            records[row["id"]] = PassageRecord(id=row["id"], article=article, span=span, sentences=within)
        return records

    def places(self, ids: Sequence[int]) -> dict[int, Place]:
        """Return where passages belong, without their texts; ids that are gone are left out."""
        rows = self._database.within(
            "SELECT p.id, p.number, p.day, a.id AS article_id, a.origin FROM passages p "
            "JOIN articles a ON a.id = p.article_id WHERE p.id IN ({})",
            ids,
        )
        return {
            row["id"]: Place(row["article_id"], row["origin"], row["day"], row["id"] - row["number"]) for row in rows
        }

    def leads(self, articles: Sequence[str]) -> dict[str, PassageRecord]:
        """Return the first passage of each article by the article's id; articles that are gone are left out."""
        rows = self._database.within("SELECT id FROM passages WHERE number = 0 AND article_id IN ({})", articles)
        return {record.article.id: record for record in self.passages([row["id"] for row in rows]).values()}

    def words(self, ids: Sequence[int]) -> Iterator[Words]:
        """Yield the texts of passages, article by article, by ascending id."""
        rows = self._database.within("SELECT * FROM passages WHERE id IN ({}) ORDER BY id", ids)
        for key, group in itertools.groupby(rows, key=lambda row: str(row["article_id"])):
            passages = list(group)
            version = self._database.one(
                "SELECT v.title, v.text, v.written_in FROM versions v JOIN articles a "
                "ON a.id = v.article_id AND v.number = a.current_version WHERE a.id = ?",
                (key,),
            )
            text = version["text"]
            yield Words(
                article=key,
                title=version["title"],
                text=text,
                day=passages[0]["day"],
                outlet=passages[0]["outlet"],
                language=version["written_in"],
                passages=tuple((row["id"], text[row["start_offset"] : row["end_offset"]]) for row in passages),
                first=passages[0]["id"] if passages[0]["number"] == 0 else None,
            )

    def vectors(self) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Yield ``(passage ids, vectors of shape (n, dimension))`` of all passages, in batches, by ascending id."""
        last = 0
        while rows := self._database.all(
            "SELECT p.id, v.key, v.vector, v.checksum FROM passages p JOIN vectors v ON v.key = p.vector_key "
            "WHERE p.id > ? ORDER BY p.id LIMIT 2000",
            (last,),
        ):
            last = rows[-1]["id"]
            yield to_matrix(rows)

    def count_passages_within(self, filters: Filters) -> int:
        """Return how many passages the filters leave."""
        clause, values = filter_clause(filters)
        return int(self._database.one(f"SELECT count(*) FROM passages p WHERE {clause}", values)[0])

    def keep_within(self, ids: Sequence[int], filters: Filters) -> set[int]:
        """Return those passages of ``ids`` that the filters leave."""
        clause, values = filter_clause(filters)
        # By id: an index of the filter would be walked through once for all passages that the filter leaves.
        rows = self._database.within(
            f"SELECT p.id FROM passages p NOT INDEXED WHERE {clause} AND p.id IN ({{}})", ids, values
        )
        return {row["id"] for row in rows}

    def vectors_of(self, ids: Sequence[int]) -> tuple[list[int], npt.NDArray[np.float32]]:
        """Return ``(passage ids, vectors of shape (n, dimension))`` of given passages by ascending id."""
        rows = self._database.within(
            "SELECT p.id, v.key, v.vector, v.checksum FROM passages p JOIN vectors v ON v.key = p.vector_key WHERE p.id IN ({}) ORDER BY p.id",
            ids,
        )
        return to_matrix(rows)

    def missing_vectors(self, keys: Iterable[str]) -> set[str]:
        """Return those keys for which the library has no vector."""
        wanted = set(keys)
        found = self._database.within("SELECT key FROM vectors WHERE key IN ({})", sorted(wanted))
        return wanted - {row["key"] for row in found}

    def find_known(self, raw: RawArticle) -> Known | None:
        """Return the article that an input is a copy or a later version of: same source, same address, or same id."""
        mark = fingerprint(raw)
        rows = self._database.all("SELECT article_id, fingerprint FROM sources WHERE reference = ?", (raw.reference,))
        if rows:
            return Known(rows[0]["article_id"], same_source=True, unchanged=rows[0]["fingerprint"] == mark)
        rows = self._database.all("SELECT id FROM articles WHERE id = ?", (article_id(raw),))
        key = rows[0]["id"] if rows else self._article_at(raw.url)
        if key is None:
            return None
        same = self._database.all("SELECT 1 FROM versions WHERE article_id = ? AND fingerprint = ?", (key, mark))
        return Known(key, same_source=False, unchanged=bool(same))

    def _article_at(self, url: str | None) -> str | None:
        """Return the article that was had from an address, however that was spelled."""
        if url is None:
            return None
        known = spellings(url)
        marks = ", ".join("?" * len(known))
        # With a partial index, SQLite has to be told that no address is missing.
        rows = self._database.all(
            f"SELECT article_id FROM versions WHERE url IS NOT NULL AND url IN ({marks}) ORDER BY number DESC LIMIT 1",
            known,
        )
        return rows[0]["article_id"] if rows else None

    def find_candidates(self, bands: Sequence[int]) -> list[Candidate]:
        """Return the articles that share a band: those that may be near-copies."""
        rows = self._database.within(
            "SELECT DISTINCT a.id, a.origin, s.signature FROM copy_bands b JOIN articles a ON a.id = b.article_id "
            "JOIN copy_signatures s ON s.article_id = a.id WHERE b.band IN ({})",
            bands,
        )
        return [Candidate(row["id"], row["origin"], np.frombuffer(row["signature"], dtype="<u4")) for row in rows]

    def origin_members(self, origin: str) -> tuple[Member, ...]:
        """Return the current versions of a group of near-copies, in the order of their dates, undated ones last."""
        rows = self._database.all(
            "SELECT a.id AS article_id, v.outlet, v.author, v.title, v.url, v.published, v.fetched, "
            "substr(v.text, 1, ?2) AS start, "
            "substr(v.text, CASE WHEN length(v.text) > ?2 THEN length(v.text) - ?2 + 1 ELSE 1 END) AS end "
            "FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.current_version "
            "WHERE a.origin = ?1 ORDER BY v.published IS NULL, v.published, v.fetched, a.id",
            (origin, MEMBER_ENDS),
        )
        return tuple(Member(**{name: row[name] for name in row.keys()}) for row in rows)  # noqa: SIM118 (a Row is no mapping)

    def entries(self, filters: Filters = Filters()) -> Iterator[Entry]:  # noqa: B008 (frozen)
        """Yield the list of articles that the filters leave, the newest first, undated ones last."""
        clause, values = filter_clause(filters)
        rows = self._database.all(
            f"SELECT {ENTRY_COLUMNS} "
            "FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.current_version "
            f"WHERE a.id IN (SELECT article_id FROM passages p WHERE {clause}) "
            "ORDER BY v.published IS NULL, v.published DESC, a.id",
            values,
        )
        sources = read_sources(self._database, [row["id"] for row in rows])
        for row in rows:
            yield to_entry(row, sources[row["id"]])

    def page_of_entries(
        self, *, find: str = "", order: Order = "newest", offset: int = 0, limit: int = 50
    ) -> EntryPage:
        """Return some of the list of articles; see ``index.store.listing.read_page``."""
        return read_page(self._database, find=find, order=order, offset=offset, limit=limit)

    def check(self) -> list[str]:
        """Return what is wrong with the stored data, in words; empty when it is sound."""
        return find_problems(self._database)
