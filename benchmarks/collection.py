"""The articles of a benchmark as a library: embedded once, kept between runs, opened like any other."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
from embedding_cache import CachedEncoder

from index.archive import Archive
from index.build import ingest
from index.models.embed import Encoder, SentenceEncoder
from index.prepare import library_stamp
from index.settings import SearchSettings, Settings
from index.store.library import Library
from rag.answer_types import Hit
from rag.find.retrieve import search
from rag.question.filters import FilterWords, make_filters
from rag.question.understand import understand

WORK = Path("build/bench")
_ARTICLES_PER_FILE = 1000


@dataclass
class Search:
    """Searches a library with given settings; the vectors of the questions are computed before the clock starts.

    Attributes:
        dated: whether the search is told the day on which a question was asked.
    """

    archive: Archive
    settings: SearchSettings
    vectors: dict[str, npt.NDArray[np.float32]]
    dated: bool = True

    def search(
        self,
        question: str,
        *,
        today: str | None = None,
        limit: int | None = None,
        **filters: Unpack[FilterWords],
    ) -> tuple[Hit, ...]:
        """Return the passages that matter for a question, the best first."""
        query = understand(
            question,
            filters=make_filters(**filters),
            maximum_characters=2000,
            today=today if self.dated else None,
            outlets=self.archive.outlets(),
        )
        settings = replace(self.settings, hits=limit or self.settings.hits)
        vector = self.vectors[question] if settings.meaning_weight else None
        return search(query, vector, archive=self.archive, settings=settings).hits


@contextlib.contextmanager
def open_collection(
    articles: Sequence[dict[str, Any]], *, work: Path, settings: Settings | None = None
) -> Iterator[tuple[Archive, CachedEncoder]]:
    """Open a library of these articles, made when it is not there or holds others.

    Args:
        articles: as ``citewire ingest`` takes them, with ids.
        work: where the library and the embeddings are kept.
        settings: how they are cut and embedded.
    """
    settings = settings or Settings(library=work / "library", model="none")
    encoder = CachedEncoder(
        SentenceEncoder(settings.embedding.model, settings.models, batch_size=settings.embedding.batch_size),
        work / "embeddings.sqlite3",
    )
    files = write_articles(articles, work / "articles")
    with open_library(files, encoder=encoder, settings=settings) as archive:
        yield archive, encoder


@contextlib.contextmanager
def open_library(files: Sequence[Path], *, encoder: Encoder, settings: Settings) -> Iterator[Archive]:
    """Open a library of the articles in these files, with its indexes."""
    with Library.open(settings.library, stamp=library_stamp(settings, encoder), create=True) as library:
        report = ingest(files, library=library, encoder=encoder, settings=settings)
        failed = [item.reason for item in report.sources if item.outcome == "failed"]
        if failed:
            raise SystemExit(f"{len(failed)} articles could not be read; the first: {failed[0]}")
        archive = Archive(library)
        try:
            archive.publish()
            yield archive
        finally:
            archive.close()


def write_articles(articles: Sequence[dict[str, Any]], folder: Path) -> list[Path]:
    """Write articles as files of JSON lines, small enough to be ingested, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for start in range(0, len(articles), _ARTICLES_PER_FILE):
        file = folder / f"{start:06}.jsonl"
        part = articles[start : start + _ARTICLES_PER_FILE]
        file.write_text("".join(json.dumps(article) + "\n" for article in part), encoding="utf-8")
        files.append(file)
    return files
