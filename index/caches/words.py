"""Nearest passages by words: a Tantivy index that is a cache of the library. The only tantivy import.

BM25 (Robertson and Zaragoza, 2009) over stems (``index.caches.analysis``), at two grains: passages, which hold the words of an answer, and
whole articles, which hold its topic. Title, lead and body are fields of their own, so that a word in the title can count
more. Days, outlets, ids of articles and languages are in the index too: a filtered search costs less than an unfiltered one.

The index lies under a seal (``index.caches.seal``) and is made again from the library when it was not closed in order, at about
20,000 passages a second.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from index.articles import Filters
from index.caches.analysis import analyse, question_phrases, question_terms
from index.caches.difference import find_difference
from index.caches.seal import Seal
from index.disk import is_full, storage_error
from index.errors import LibraryDamaged
from index.store.protocol import AnyLibrary
from index.text.languages import ENGLISH

if TYPE_CHECKING:
    from tantivy import Index, Query, Searcher

_Grain = Literal["passages", "articles"]

_LAYOUT = 4  # of the files in the folder
FOLDER = "words"
LEAD_CHARACTERS = 800  # the lead: the sentences at the head of a news article that say what happened
_ANALYSER = "terms"
_IDS = "ids.npy"
_WRITER_BYTES = 50_000_000
_UNDATED = 0


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """What a word found in each field counts; a field with weight 0 is not searched."""

    title: float = 0.0
    lead: float = 0.0
    body: float = 1.0


@dataclass(frozen=True, slots=True)
class _Published:
    """What readers use until the next is published: both indexes as they were at one moment.

    Attributes:
        ids: of the passages, ascending.
        languages: of the articles.
        generation: that of the library when it was made, and ``mark`` the name of its state.
    """

    passages: Searcher
    articles: Searcher
    ids: npt.NDArray[np.int64]
    languages: tuple[str, ...]
    generation: int
    mark: str

    @property
    def of(self) -> tuple[int, str]:
        """The state of the library that it was made of."""
        return self.generation, self.mark


class WordIndex:
    """The words of one library. Belongs to the process that owns the library; usable from several threads.

    ``sync`` is for who writes: it publishes what the library holds. Who reads uses what was published last and never waits
    for the next.
    """

    def __init__(self, library: AnyLibrary) -> None:
        self._library = library
        self._seal = Seal(library.folder / FOLDER, layout=_LAYOUT)
        self._passages: Index | None = None
        self._articles: Index | None = None
        self._published: _Published | None = None
        self._guard = threading.RLock()
        self.rebuilt = False

    def sync(self) -> None:
        """Open the index, make it hold what the library holds, and publish that.

        Raises:
            StorageError: the folder cannot be written.
            LibraryDamaged: Tantivy failed even on a fresh folder.
        """
        with self._guard:
            published = self._published
            if published is not None and published.of == (self._library.generation, self._library.mark):
                return
            if published is not None and not self._library.has_been(published.mark):
                self._abandon()  # a backup from before was brought back: its passages may have the numbers of others
                self._seal.discard()
                published = None
            try:
                if self._passages is None or published is None:
                    ids, before = self._open(), None
                else:
                    ids, before = published.ids, published
                with self._library.snapshot():
                    self._published = self._update(ids, before)
            except BaseException as error:
                self._abandon()
                folder = self._seal.folder
                # Tantivy raises ValueError whatever the matter is.
                if isinstance(error, OSError) or (isinstance(error, ValueError) and is_full(folder, error)):
                    raise storage_error(f"The word index in {str(folder)!r}", folder, error) from error
                if isinstance(error, ValueError):
                    raise LibraryDamaged(
                        f"The word index in {str(folder)!r} failed: {error}.",
                        hint="Run `citewire doctor --repair`: it is made again from the library, nothing is lost.",
                    ) from error
                raise

    def passages(
        self,
        question: str,
        *,
        limit: int,
        weights: FieldWeights,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, BM25 score)`` of the passages with words of the question, the best first."""
        return self._search(self._read(), "passages", question, limit=limit, weights=weights, filters=filters)

    def articles(
        self,
        question: str,
        *,
        limit: int,
        weights: FieldWeights,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
    ) -> list[tuple[int, float]]:
        """Return ``(id of the article's first passage, BM25 score)`` of whole articles, the best first."""
        return self._search(self._read(), "articles", question, limit=limit, weights=weights, filters=filters)

    def scores(self, question: str, ids: Sequence[int], *, weights: FieldWeights) -> dict[int, float]:
        """Return the BM25 scores of given passages; those without a word of the question are left out."""
        return self._score(self._read(), "passages", question, ids, weights)

    def article_scores(self, question: str, ids: Sequence[int], *, weights: FieldWeights) -> dict[int, float]:
        """Return the BM25 scores of the articles that begin with given passages."""
        return self._score(self._read(), "articles", question, ids, weights)

    def count_passages_with(self, word: str, *, titles: bool = False) -> int:
        """Return in how many passages a word stands, in any of its inflections, for its rarity.

        Args:
            titles: whether the headline of a passage's article counts as well: then 0 means that it stands nowhere.
        """
        read = self._read()
        terms = {term for language in {ENGLISH, *read.languages} for term in analyse(word, language)}
        fields = ("body", "title") if titles else ("body",)
        return max((read.passages.doc_freq(field, term) for field in fields for term in terms), default=0)

    def close(self) -> None:
        """Close the index in order and seal it."""
        with self._guard:
            published = self._published
            self._passages = self._articles = self._published = None
            # Where the disk is full there is no seal, and the index is made again at the next opening.
            with contextlib.suppress(OSError):
                if published is not None:
                    np.save(self._seal.folder / _IDS, published.ids)
                    self._seal.close(published.mark)

    def discard(self) -> None:
        """Throw the index away; the next search makes it again."""
        with self._guard:
            self._abandon()
            self._seal.discard()

    def _abandon(self) -> None:
        """Leave the index without its seal: what a failure left by half is made again at the next opening."""
        self._passages = self._articles = self._published = None

    def _read(self) -> _Published:
        """Return what was published last; at the first question what the library holds."""
        if self._published is None:
            self.sync()
        if self._published is None:
            raise LibraryDamaged("The word index is not open.", hint="Run `citewire doctor`.")
        return self._published

    def _score(
        self, published: _Published, grain: _Grain, question: str, ids: Sequence[int], weights: FieldWeights
    ) -> dict[int, float]:
        if not ids:
            return {}
        return dict(self._search(published, grain, question, limit=len(ids), weights=weights, within=ids))

    def _search(
        self,
        published: _Published,
        grain: _Grain,
        question: str,
        *,
        limit: int,
        weights: FieldWeights,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        within: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]:
        terms = question_terms(question, published.languages or (ENGLISH,))
        query = _build_query(terms, question_phrases(question), weights=weights, filters=filters, within=within)
        if query is None or limit < 1:
            return []
        searcher = published.passages if grain == "passages" else published.articles
        found = searcher.search(query, limit=limit, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in found])
        ranked = [(int(str(number)), float(score)) for number, (score, _) in zip(ids, found, strict=True)]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))

    def _open(self) -> npt.NDArray[np.int64]:
        folder = self._seal.folder
        existed = folder.exists()
        intact = self._seal.open(self._library.has_been)
        self.rebuilt = existed and not intact
        self._passages = _open_index(folder / "passages")
        self._articles = _open_index(folder / "articles")
        return np.asarray(np.load(folder / _IDS)) if intact else np.empty(0, dtype=np.int64)

    def _update(self, ids: npt.NDArray[np.int64], before: _Published | None) -> _Published:
        """Add and remove what differs.

        Args:
            ids: the passages that are here.
            before: what was published last by this object, or None: then all passages are compared.
        """
        if self._passages is None or self._articles is None:
            raise LibraryDamaged("The word index is not open.", hint="Run `citewire doctor`.")
        generation, mark = self._library.generation, self._library.mark
        found = find_difference(self._library, ids, since=before.generation if before else None, until=generation)
        wanted, gone, new = found.wanted, found.gone, found.new
        written_in: set[str] = set()
        if len(gone) or len(new):
            with _Writers(self._passages, self._articles) as (passages, articles):
                for number in gone.tolist():
                    passages.delete_documents_by_query(_with_id(number))
                    articles.delete_documents_by_query(_with_id(number))
                for row in self._library.words(new.tolist()):
                    written_in.add(row.language or ENGLISH)
                    facts = {
                        "day": _to_number(row.day),
                        "outlet": row.outlet or "",
                        "article": row.article,
                        "language": row.language,
                    }
                    for number, body in row.passages:
                        passages.add_document(_document(number, {"title": row.title, "body": body}, facts))
                    if row.first is not None:
                        fields = {"title": row.title, "lead": row.text[:LEAD_CHARACTERS], "body": row.text}
                        articles.add_document(_document(row.first, fields, facts))
            self._passages.reload()
            self._articles.reload()
        # Only where articles went can a language have gone with them.
        languages = (
            tuple(sorted({*before.languages, *written_in}))
            if before is not None and not len(gone)
            else self._library.languages()
        )
        published = _Published(
            self._passages.searcher(), self._articles.searcher(), wanted, languages, generation, mark
        )
        if published.passages.num_docs != len(wanted):
            raise LibraryDamaged(
                f"The word index holds {published.passages.num_docs} passages, the library {len(wanted)}.",
                hint="Run `citewire doctor --repair`.",
            )
        return published


@functools.cache
def _schema() -> Any:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for name in ("title", "lead", "body"):
        builder.add_text_field(name, tokenizer_name=_ANALYSER, index_option="position")
    for name in ("outlet", "article", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    return builder.build()


def _open_index(folder: Any) -> Index:
    from tantivy import Index, TextAnalyzerBuilder, Tokenizer

    folder.mkdir(parents=True, exist_ok=True)
    index = Index(_schema(), path=str(folder))
    index.register_tokenizer(_ANALYSER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


class _Writers:
    """One writer for each index, committed together; what is not committed is thrown away with the unsealed folder."""

    def __init__(self, *indexes: Index) -> None:
        self._writers = [index.writer(_WRITER_BYTES, 1) for index in indexes]

    def __enter__(self) -> list[Any]:
        return self._writers

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for writer in self._writers:
            if kind is None:
                writer.commit()
            else:
                writer.rollback()
            writer.wait_merging_threads()


def _document(number: int, texts: Mapping[str, str | None], facts: Mapping[str, Any]) -> Any:
    from tantivy import Document

    document = Document()
    document.add_unsigned("id", number)
    document.add_unsigned("day", facts["day"])
    document.add_text("outlet", facts["outlet"])
    document.add_text("article", facts["article"])
    document.add_text("language", facts["language"] or ENGLISH)
    for name, text in texts.items():
        if text:
            document.add_text(name, " ".join(analyse(text, facts["language"])))
    return document


def _build_query(
    terms: Sequence[str],
    phrases: Sequence[Sequence[str]],
    *,
    weights: FieldWeights,
    filters: Filters,
    within: Sequence[int] | None,
) -> Query | None:
    from tantivy import Occur, Query

    schema = _schema()
    fields = [(name, weight) for name in ("title", "lead", "body") if (weight := getattr(weights, name)) > 0]
    wanted: list[tuple[Any, Query]] = []
    for name, weight in fields:
        queries = [Query.term_query(schema, name, term, "freq") for term in terms]
        queries += [Query.phrase_query(schema, name, list(phrase)) for phrase in phrases if len(phrase) > 1]
        wanted += [(Occur.Should, Query.boost_query(query, weight)) for query in queries]
    if not wanted:
        return None
    clauses = [(Occur.Must, Query.boolean_query(wanted))]
    if within is not None:
        clauses.append((Occur.Must, Query.const_score_query(Query.term_set_query(schema, "id", list(within)), 0.0)))
    clauses += [(Occur.Must, Query.const_score_query(query, 0.0)) for query in _filter_queries(filters)]
    return Query.boolean_query(clauses)


def _filter_queries(filters: Filters) -> Iterable[Query]:
    from tantivy import FieldType, Query

    schema = _schema()
    until = min((day for day in (filters.last, filters.as_of) if day), default=None)
    if filters.first or until:
        first = max(_to_number(filters.first), _UNDATED + 1)
        last = _to_number(until) or 99_99_99_99
        yield Query.range_query(schema, "day", FieldType.Unsigned, first, last)
    if filters.outlets:
        yield Query.term_set_query(schema, "outlet", list(filters.outlets))
    if filters.articles:
        yield Query.term_set_query(schema, "article", list(filters.articles))
    if filters.languages:
        yield Query.term_set_query(schema, "language", list(filters.languages))


def _with_id(number: int) -> Query:
    from tantivy import Query

    return Query.term_query(_schema(), "id", number, "basic")


def _to_number(day: str | None) -> int:
    """Return 20310304 for 2031-03-04, and 0 for no day."""
    return int(day[:10].replace("-", "")) if day else _UNDATED
