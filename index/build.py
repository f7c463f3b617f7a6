"""Ingest: load -> clean -> split -> embed -> store. Every input ends in the report; none takes others with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.articles import BuildReport, Passage, RawArticle, SourceReport, Span, Unreadable
from index.clean import canonical_line, canonical_text
from index.embed import Encoder, passage_text
from index.errors import SourceError
from index.library import Library
from index.passages import split_passages
from index.sentences import split_sentences
from index.settings import Settings
from index.sources.files import find_inputs, read_input
from index.sources.reader import ArticleReader
from index.syndication import find_origin, sign, split_bands
from index.versions import Known, NewVersion, article_id, hash_text

SPLITTER_VERSION = "1"  # Grows whenever the same article would be cut into other sentences or passages.
_TEXTS_AT_ONCE = 1024  # Enough to sort by length for the encoder, few enough to lose little when interrupted.

Progress = Callable[[SourceReport, int, int], None]
"""Called after each input with its report, how many inputs files are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An article that is split and waits for its vectors."""

    raw: RawArticle
    known: Known | None
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]


def library_stamp(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """Return all that a library's passages and vectors depend on: another stamp needs another library."""
    return encoder.identity | {
        "passage_target_characters": str(settings.passages.target_characters),
        "passage_maximum_characters": str(settings.passages.maximum_characters),
        "splitter_version": SPLITTER_VERSION,
    }


def ingest(
    paths: Sequence[Path],
    *,
    library: Library,
    encoder: Encoder,
    settings: Settings,
    progress: Progress | None = None,
    checkpoint: Callable[[str], None] | None = None,
) -> BuildReport:
    """Bring files and folders into the library and report what became of each input.

    Args:
        paths: files and folders.
        library: the open library.
        encoder: turns passages into vectors; not touched when nothing changed.
        settings: how articles are cut.
        progress: told after each input.
        checkpoint: told the name of each step, for tests that end the process there.

    Raises:
        SourceError: a path does not exist.
        StorageError: the disk is full or read-only; what was stored before stays.
        ModelMissing: the embedding model is not on this machine.
    """
    started = time.perf_counter()
    inputs = list(find_inputs(paths))
    ingest_run = _Run(library=library, encoder=encoder, settings=settings, checkpoint=checkpoint or _ignore)
    with ArticleReader() as reader, ingest_run:
        for done, path in enumerate(inputs, start=1):
            first = len(ingest_run.reports)
            for found in _read(path, reader):
                ingest_run.take(found)
            if progress:
                for report in ingest_run.reports[first:]:
                    progress(report, done, len(inputs))
        ingest_run.finish()
    if any(report.outcome == "changed" for report in ingest_run.reports):
        library.forget_unused_vectors()
    return BuildReport(
        sources=tuple(ingest_run.reports),
        passages_added=ingest_run.passages_added,
        passages_embedded=ingest_run.passages_embedded,
        seconds=time.perf_counter() - started,
    )


def _read(path: Path, reader: ArticleReader) -> Iterator[RawArticle | Unreadable]:
    try:
        yield from read_input(path, reader)
    except SourceError as error:
        yield Unreadable(reference=error.reference, reason=str(error))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Prepared articles whose vectors are being computed.

    Attributes:
        keys: of the vectors that the library lacks, in the order of ``vectors``.
    """

    items: list[_Prepared]
    identities: set[tuple[str, str]]
    keys: list[str]
    vectors: Future[npt.NDArray[np.float32]]


class _Run:
    """One ingest: collects prepared articles until there is enough to embed at once.

    While a batch is embedded, which takes nearly all of the time, the next one is read and split and the one before is
    stored. Everything but the embedding happens in the thread of the caller.
    """

    def __init__(
        self, *, library: Library, encoder: Encoder, settings: Settings, checkpoint: Callable[[str], None]
    ) -> None:
        self.reports: list[SourceReport] = []
        self.passages_added = 0
        self.passages_embedded = 0
        self._library = library
        self._encoder = encoder
        self._settings = settings
        self._checkpoint = checkpoint
        self._waiting: list[_Prepared] = []
        self._waiting_identities: set[tuple[str, str]] = set()
        self._batch: _Batch | None = None
        self._embedding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._embedding.shutdown(cancel_futures=True)

    def take(self, found: RawArticle | Unreadable) -> None:
        """Decide what becomes of one input."""
        if isinstance(found, Unreadable):
            self.reports.append(SourceReport(found.reference, "failed", reason=found.reason))
            return
        raw = clean_article(found)
        if not raw.text:
            self.reports.append(SourceReport(raw.reference, "failed", title=raw.title, reason="It holds no text."))
            return
        identities = _identities(raw)
        if self._batch and identities & self._batch.identities:
            self._store_batch()
        if identities & self._waiting_identities:  # a version of an article that waits: that one has to be stored first
            self.finish()
        known = self._library.find_known(raw)
        if known and known.unchanged:
            if not known.same_source:
                self._library.link_source(raw, known)
            self.reports.append(SourceReport(raw.reference, "unchanged", known.article_id, raw.title))
            return
        outcome = SourceReport(
            raw.reference,
            "changed" if known else "added",
            known.article_id if known else article_id(raw),
            raw.title,
        )
        self._waiting.append(self._prepare(raw, known))
        self._waiting_identities |= identities
        self.reports.append(outcome)
        if sum(len(item.texts) for item in self._waiting) >= _TEXTS_AT_ONCE:
            self._start_batch()

    def finish(self) -> None:
        """Embed and store all that waits."""
        self._start_batch()
        self._store_batch()

    def _start_batch(self) -> None:
        """Begin to embed what waits, and meanwhile store what was embedded before."""
        items, self._waiting = self._waiting, []
        identities, self._waiting_identities = self._waiting_identities, set()
        if not items:
            return
        texts = {key: text for item in items for key, text in zip(item.keys, item.texts, strict=True)}
        # What the batch before brings is not in the library yet.
        coming = set(self._batch.keys) if self._batch else set()
        missing = sorted(self._library.missing_vectors(texts) - coming)
        self._checkpoint("before embed")
        vectors = self._embedding.submit(self._embed, [texts[key] for key in missing])
        before, self._batch = self._batch, _Batch(items, identities, missing, vectors)
        if before:
            self._store(before)

    def _store_batch(self) -> None:
        before, self._batch = self._batch, None
        if before:
            self._store(before)

    def _embed(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return self._encoder.encode(texts) if texts else np.empty((0, 0), dtype=np.float32)

    def _store(self, batch: _Batch) -> None:
        """Store a batch once its vectors are there, one transaction an article."""
        vectors = dict(zip(batch.keys, batch.vectors.result(), strict=True))
        self.passages_embedded += len(batch.keys)
        for item in batch.items:
            self._checkpoint("before store")
            self.passages_added += self._store_article(item, vectors)
            self._checkpoint("after store")

    def _prepare(self, raw: RawArticle, known: Known | None) -> _Prepared:
        sentences = split_sentences(raw.text)
        passages = split_passages(
            raw.text,
            sentences,
            target_characters=self._settings.passages.target_characters,
            maximum_characters=self._settings.passages.maximum_characters,
        )
        texts = tuple(passage_text(raw.title, passage.span.slice(raw.text)) for passage in passages)
        keys = tuple(hash_text(text) for text in texts)
        return _Prepared(raw, known, sentences, passages, texts, keys)

    def _store_article(self, item: _Prepared, vectors: dict[str, npt.NDArray[np.float32]]) -> int:
        signature = sign(item.raw.text)
        bands = split_bands(signature)
        return self._library.store(
            NewVersion(
                id=article_id(item.raw),
                raw=item.raw,
                fetched=datetime.now(UTC).isoformat(timespec="seconds"),
                known=item.known,
                sentences=item.sentences,
                passages=item.passages,
                vector_keys=item.keys,
                vectors={key: vectors[key] for key in item.keys if key in vectors},
                bands=bands,
                signature=signature,
                origin=find_origin(signature, self._library.find_signatures(bands)),
            )
        )


def clean_article(found: RawArticle) -> RawArticle:
    """Return the article with its canonical text: the one that every offset refers to."""
    return replace(
        found,
        text=canonical_text(found.text),
        title=canonical_line(found.title),
        outlet=canonical_line(found.outlet),
        author=canonical_line(found.author),
    )


def _identities(raw: RawArticle) -> set[tuple[str, str]]:
    identities = {("reference", raw.reference), ("id", article_id(raw))}
    return identities | {("url", raw.url)} if raw.url else identities


def _ignore(step: str) -> None:
    """Do nothing: nobody watches the steps."""
