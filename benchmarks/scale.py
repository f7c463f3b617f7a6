"""How long a search takes as a library grows, with and without filters, beside what it is made of.

    python benchmarks/scale.py --data FOLDER --sizes 10000 50000 187000

FOLDER holds the articles of RealTimeQA; the words are theirs. Vectors are real where ``benchmarks/retrieval.py`` has embedded
the passage already, and else made up from real ones: what a search costs does not depend on what a vector means. The
encoding of the question is not part of the search and stands on a line of its own. Baselines in the same run: the
vector index alone, and the words in SQLite FTS5.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from collection import WORK, open_library, write_articles
from embedding_cache import CachedEncoder

from index.archive import Archive
from index.articles import Filters
from index.models.embed import SentenceEncoder
from index.settings import SearchSettings, Settings
from index.store.library import Library
from index.text.lexical import search_terms
from rag.evaluate.sets.real_time_qa import iterate_articles, read_cases
from rag.find.retrieve import search
from rag.query_types import Query

PASSAGES_PER_ARTICLE = 9.6
QUESTIONS = 200
FILTERS = {
    "no filter": Filters(),
    "one month": Filters(first="2022-09-01", last="2022-09-30"),
    "one year": Filters(first="2022-01-01", last="2022-12-31"),
    "one outlet": Filters(outlets=("cnn.com",)),
    "one year, one outlet": Filters(first="2022-01-01", last="2022-12-31", outlets=("cnn.com",)),
}


class MadeUpEncoder:
    """Real vectors for texts that are in the cache; for others a vector between two real ones, the same each time."""

    def __init__(self, cache: CachedEncoder, questions: Sequence[str]) -> None:
        self._cache = cache
        self._real = cache.encode(questions)

    @property
    def identity(self) -> dict[str, str]:
        """All that the vectors depend on."""
        return {**self._cache.identity, "embedding_model": "made up"}

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        known = self._cache.known(texts)
        matrix = np.empty((len(texts), self._real.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            if text in known:
                matrix[row] = known[text]
            else:
                draw = np.random.default_rng(list(self._cache.key(text)[:8]))
                one, other = self._real[draw.integers(len(self._real), size=2)]
                matrix[row] = one + other + draw.normal(scale=0.04, size=len(one))
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the files of RealTimeQA")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 50_000, 187_000], help="passages")
    parser.add_argument("--work", type=Path, default=WORK / "scale", help="libraries are kept here")
    parser.add_argument("--json", type=Path, help="write everything here")
    given = parser.parse_args()
    settings = Settings()
    real = SentenceEncoder(settings.embedding.model, settings.models, batch_size=32)
    cache = CachedEncoder(real, WORK / "retrieval" / "embeddings.sqlite3")
    questions = [case.question for case in read_cases(given.data)][:QUESTIONS]
    encoder = MadeUpEncoder(cache, questions)
    vectors = dict(zip(questions, cache.encode(questions), strict=True))
    print(f"{'question encoded (apart)':36}" + show(timed(lambda question: real.encode([question]), questions[:50])))
    rows: list[dict[str, Any]] = []
    # By hash, so that a part of them is spread over years and outlets as the whole is.
    everything = sorted(iterate_articles(given.data), key=lambda row: hashlib.sha256(row["id"].encode()).digest())
    for size in given.sizes:
        articles = everything[: round(size / PASSAGES_PER_ARTICLE)]
        folder = given.work / str(size)
        before = resident()
        with open_library(
            write_articles(articles, folder / "articles"),
            encoder=encoder,
            settings=replace(settings, library=folder / "library", model="none"),
        ) as archive:
            rows += measure(archive, questions, vectors, before)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def measure(
    archive: Archive, questions: Sequence[str], vectors: dict[str, npt.NDArray[np.float32]], before: float
) -> list[dict[str, Any]]:
    """Measure one library and print its lines."""
    count = archive.library.count_passages()
    for question in questions[:10]:
        search(Query(question, question), vectors[question], archive=archive, settings=SearchSettings())
    held = resident() - before
    disk = sum(path.stat().st_size for path in archive.library.folder.rglob("*") if path.is_file())
    print(
        f"\n{count:,} passages: {held * 1e6 / count:.1f} kB of memory and {disk / 1000 / count:.1f} kB of disk a passage"
        f"{'':4}p50 ms  p95 ms"
    )
    rows = []
    for name, filters in FILTERS.items():
        left = archive.library.count_passages_within(filters)

        def ask(question: str, filters: Filters = filters) -> None:
            query = Query(question, question, filters, today="2022-10-01")
            search(query, vectors[question], archive=archive, settings=SearchSettings())

        times = timed(ask, questions)
        print(f"{f'search, {name} ({left / count:.0%})':36}" + show(times))
        rows.append(
            {"passages": count, "what": name, "share": left / count, "memory": held, "disk": disk, **as_row(times)}
        )
    alone = timed(lambda question: archive.vectors.nearest(vectors[question], limit=60), questions)
    print(f"{'baseline: vector index alone':36}" + show(alone))
    with full_text_table(archive.library) as table:
        slow = timed(lambda question: search_table(table, question), questions[:60])
    print(f"{'baseline: words in SQLite FTS5':36}" + show(slow))
    rows += [
        {"passages": count, "what": "vector index alone", **as_row(alone)},
        {"passages": count, "what": "FTS5", **as_row(slow)},
    ]
    return rows


def timed(work: Callable[[str], object], questions: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the milliseconds of each question."""
    times = []
    for question in questions:
        started = time.perf_counter()
        work(question)
        times.append(1000 * (time.perf_counter() - started))
    return np.array(times)


class full_text_table:  # noqa: N801 (reads as a statement)
    """The passages in an FTS5 table in memory, as plain as its documentation shows it."""

    def __init__(self, library: Library) -> None:
        self._table = sqlite3.connect(":memory:")
        self._table.execute("CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = 'porter unicode61')")
        self._table.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", self._rows(library))

    @staticmethod
    def _rows(library: Library) -> Iterator[tuple[int, str, str]]:
        for row in library.words(library.passage_ids()):
            for number, body in row.passages:
                yield number, row.title or "", body

    def __enter__(self) -> sqlite3.Connection:
        return self._table

    def __exit__(self, *_: object) -> None:
        self._table.close()


def search_table(table: sqlite3.Connection, question: str) -> None:
    expression = " OR ".join(f'"{word}"' for word in search_terms(question))
    statement = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT 60"
    table.execute(statement, (expression,)).fetchall()


def resident() -> float:
    """Return the memory that the process holds now, in GB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e9


def show(times: npt.NDArray[np.float64]) -> str:
    return "{:20.1f}{:8.1f}".format(*np.percentile(times, [50, 95]))


def as_row(times: npt.NDArray[np.float64]) -> dict[str, float]:
    return {"p50_ms": float(np.median(times)), "p95_ms": float(np.percentile(times, 95))}


if __name__ == "__main__":
    main()
