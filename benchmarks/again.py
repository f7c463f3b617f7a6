"""How fast articles that did not change are passed over.

    python benchmarks/again.py --data FOLDER
    python benchmarks/again.py --data FOLDER --count 2000

FOLDER holds the articles of RealTimeQA. They are taken in once with made-up vectors (nothing after that depends on what a
vector means), then again in four ways: the same files, untouched; files written anew with the same articles, which have to
be read and compared; the same in another order; and one text file an article, ``--files`` of them, untouched. Baselines in
the same run: reading and parsing the JSON alone, and asking the file system for each file's size and time alone. Nothing
may be embedded, added or changed; the run ends with an error where something is.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from collection import write_articles

from index.articles import BuildReport
from index.build import ingest
from index.prepare import library_stamp
from index.settings import Settings
from index.store.library import Library
from rag.evaluate.sets.real_time_qa import iterate_articles

Result = TypeVar("Result")

_SETTLES = 2.5  # seconds after which a file counts as untouched: it could have been written twice within one tick


class MadeUpEncoder:
    """A random unit vector for each text, the same each time."""

    identity = {"embedding_model": "made up", "embedding_dimension": "384"}  # noqa: RUF012

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), 384)``."""
        draws = [np.random.default_rng(list(hashlib.sha256(text.encode()).digest()[:8])) for text in texts]
        matrix = np.array([draw.normal(size=384) for draw in draws], dtype=np.float32)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the articles of RealTimeQA")
    parser.add_argument("--count", type=int, help="how many articles; all without it")
    parser.add_argument("--files", type=int, default=10_000, help="articles that are one file each")
    given = parser.parse_args()
    articles = [row for row, _ in zip(iterate_articles(given.data), range(given.count or 10**9), strict=False)]
    print(f"{'':44}{'articles':>9}{'seconds':>9}{'a minute':>12}")
    with TemporaryDirectory() as folder:
        measure_tables(articles, Path(folder))
    with TemporaryDirectory() as folder:
        measure_files(articles[: given.files], Path(folder))


def measure_tables(articles: Sequence[dict[str, Any]], folder: Path) -> None:
    """Articles as JSON lines, a thousand to a file."""
    files = write_articles(articles, folder / "articles")
    time.sleep(_SETTLES)
    with open_library(folder) as take_in:
        timed("first time, made-up vectors", len(articles), lambda: take_in(files))
        timed("baseline: reading the JSON alone", len(articles), lambda: [read_alone(file) for file in files])
        same = timed("again, files untouched", len(articles), lambda: take_in(files))
        require_unchanged(same, len(articles))
        for name, order in (("again, files written anew", articles), ("again, in another order", shuffled(articles))):
            files = write_articles(order, folder / "articles")
            require_unchanged(timed(name, len(articles), lambda files=files: take_in(files)), len(articles))


def measure_files(articles: Sequence[dict[str, Any]], folder: Path) -> None:
    """Articles as Markdown files, one each."""
    for number, article in enumerate(articles):
        file = folder / "articles" / f"{number // 500:03}" / f"{number:06}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        facts = {name: article.get(name) for name in ("title", "outlet", "published", "url") if article.get(name)}
        head = "".join(f"{name}: {json.dumps(value)}\n" for name, value in facts.items())
        file.write_text(f"---\n{head}---\n\n{article['text']}\n", encoding="utf-8")
    time.sleep(_SETTLES)
    with open_library(folder) as take_in:
        first = timed("first time, one file each", len(articles), lambda: take_in([folder / "articles"]))
        look = lambda: [path.stat() for path in sorted((folder / "articles").rglob("*.md"))]  # noqa: E731
        timed("baseline: looking at the files alone", len(articles), look)
        again = timed("again, files untouched", len(articles), lambda: take_in([folder / "articles"]))
        require_unchanged(again, len(first.sources))


@contextlib.contextmanager
def open_library(folder: Path) -> Iterator[Callable[[Sequence[Path]], BuildReport]]:
    """Open a new library and give what takes files into it."""
    settings, encoder = Settings(library=folder / "library", model="none"), MadeUpEncoder()
    with Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True) as library:
        yield lambda files: ingest(files, library=library, encoder=encoder, settings=settings)


def timed(what: str, count: int, run: Callable[[], Result]) -> Result:
    """Run something once, print how long it took for so many articles, and return what it gave."""
    started = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - started
    print(f"{what:44}{count:9,}{seconds:9.1f}{60 * count / seconds:12,.0f}", flush=True)
    return result


def read_alone(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def shuffled(articles: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    order = list(articles)
    random.Random(0).shuffle(order)
    return order


def require_unchanged(report: BuildReport, count: int) -> None:
    """End where an article was not passed over."""
    others = [source for source in report.sources if source.outcome != "unchanged"]
    if others or report.passages_embedded or len(report.sources) != count:
        raise SystemExit(
            f"{len(report.sources)} of {count} reported, {report.passages_embedded} passages embedded, "
            f"{len(others)} not unchanged, the first: {others[:1]}"
        )


if __name__ == "__main__":
    main()
