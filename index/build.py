"""Ingest: load -> clean -> split -> embed -> store. Every input ends in the report; none takes others with it."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.articles import BuildReport, FileMark, Outcome, RawArticle, SourceReport, Unchanged, Unreadable
from index.grouping import find_origins
from index.inputs import FileInputs, Found, IngestOptions, OpenFetcher, WebInputs, find_vanished, sort_references
from index.models.embed import Encoder
from index.prepare import Prepared, clean_article, prepare
from index.settings import Settings
from index.sources.files import find_inputs, reference_of
from index.sources.reader import ArticleReader
from index.sources.uploads import Reference, Upload, is_other_article, renamed
from index.sources.web.visits import Visit
from index.store.protocol import AnyLibrary
from index.store.versions import Known, NewVersion, article_id
from index.text.addresses import plain_spelling
from index.text.syndication import Signature, sign, split_bands

_LATER = 19  # nice value of the embedding: it takes what those who ask leave
_EMBEDDED_AT_ONCE = 64  # about two seconds of work
_LINKS_AT_ONCE = 1000  # each transaction waits for the disk
_VISITS_AT_ONCE = 100  # pages that are fetched again at most after an end in the middle
_TEXTS_AT_ONCE = 1024  # Enough to sort by length for the encoder, few enough to lose little when interrupted.

Progress = Callable[[SourceReport, int, int | None], None]
"""Called after each article with its report, how many files or articles are done, and how many there are, where that is known."""


def ingest(
    references: Sequence[Reference],
    *,
    library: AnyLibrary,
    encoder: Encoder,
    settings: Settings,
    options: IngestOptions = IngestOptions(),  # noqa: B008 (frozen)
    reader: ArticleReader | None = None,
    open_fetcher: OpenFetcher | None = None,
    progress: Progress | None = None,
    checkpoint: Callable[[str], None] | None = None,
    stored: Callable[[], object] | None = None,
) -> BuildReport:
    """Bring files, folders and web addresses into the library and report what became of each input.

    Args:
        references: files, folders, uploads, addresses of pages, documents, feeds and sitemaps.
        library: the open library.
        encoder: turns passages into vectors; not touched when nothing changed.
        settings: how articles are cut.
        options: what to take in and how.
        reader: an open reader of documents, where many ingests follow one another; else one is opened.
        open_fetcher: opens what fetches from the web, in place of the one that reaches the whole of it.
        progress: told after each input.
        checkpoint: told the name of each step, for tests that end the process there.
        stored: called after each batch of articles is in the library, to publish it.

    Raises:
        SourceError: a path does not exist.
        StorageError: the disk is full or read-only; what was stored before stays.
        ModelMissing: the embedding model is not on this machine.
    """
    started = time.perf_counter()
    paths, uploads, addresses = sort_references(references)
    passed_over: list[tuple[Path, str]] = []
    inputs: list[Path | Upload] = [*find_inputs(paths, passed_over=lambda *found: passed_over.append(found)), *uploads]
    run = _Run(
        library=library,
        encoder=encoder,
        settings=settings,
        options=options,
        checkpoint=checkpoint or _ignore,
        stored=stored or _ignore,
    )
    tell = progress or _ignore
    run.pass_over(passed_over, tell)
    with contextlib.ExitStack() as opened, run:
        documents = reader or opened.enter_context(ArticleReader(recognition=settings.scans.languages))
        files = FileInputs(remembered=library.remembered, reader=documents, options=options)
        web = WebInputs(remembered=library.remembered, reader=documents, options=options, open_fetcher=open_fetcher)
        run.take_files(inputs, files, tell, alone=not addresses)
        if addresses:
            run.take_web(addresses, web, tell)
        run.remember(web.take_visits(), files.settled)
        if options.prune:
            run.prune(find_vanished(library.remembered, paths, run.reports))
    return run.finished(time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Prepared articles whose vectors are being computed.

    Attributes:
        keys: of the vectors that the library lacks, in the order of ``vectors``.
    """

    items: list[Prepared]
    identities: set[tuple[str, str]]
    keys: list[str]
    vectors: Future[npt.NDArray[np.float32]]


class _Run:
    """One ingest: collects prepared articles until there is enough to embed at once.

    While a batch is embedded, which takes nearly all of the time, the next one is read and split and the one before is
    stored. Everything but the embedding happens in the thread of the caller.
    """

    def __init__(
        self,
        *,
        library: AnyLibrary,
        encoder: Encoder,
        settings: Settings,
        options: IngestOptions,
        checkpoint: Callable[[str], None],
        stored: Callable[[], object],
    ) -> None:
        self.reports: list[SourceReport] = []
        self.passages_added = 0
        self.passages_embedded = 0
        self._library = library
        self._encoder = encoder
        self._settings = settings
        self._options = options
        self._stopped = threading.Event()
        self.checkpoint = checkpoint
        self._stored = stored
        self._waiting: list[Prepared] = []
        self._waiting_identities: set[tuple[str, str]] = set()
        self._links: dict[str, tuple[RawArticle, Known]] = {}
        self._batch: _Batch | None = None
        self._embedding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding", initializer=_give_way)

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopped.set()
        # Interrupted, nobody waits for vectors that nobody wants: the model may still be loading, for many seconds.
        self._embedding.shutdown(wait=kind is None, cancel_futures=True)

    def take(self, found: Found) -> None:
        """Decide what becomes of one input."""
        if isinstance(found, SourceReport):
            self.reports.append(found)
            return
        if isinstance(found, Unchanged):
            self.reports.append(SourceReport(found.reference, "unchanged", found.article_id, found.title))
            return
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
        if raw.reference in self._links or len(self._links) >= _LINKS_AT_ONCE:
            self._link_sources()
        raw, known = self._find_known(raw)
        if known and known.unchanged:
            if not known.same_source and not self._options.dry_run:
                self._links[raw.reference] = (raw, known)
            self.reports.append(SourceReport(raw.reference, "unchanged", known.article_id, raw.title))
            return
        outcome = SourceReport(
            raw.reference,
            "changed" if known else "added",
            known.article_id if known else article_id(raw),
            raw.title,
            raw.note,
        )
        self.reports.append(outcome)
        if self._options.dry_run:
            return
        self._waiting.append(prepare(raw, known, self._settings))
        self._waiting_identities |= identities
        if sum(len(item.texts) for item in self._waiting) >= _TEXTS_AT_ONCE:
            self._start_batch()

    def pass_over(self, found: Sequence[tuple[Path, str]], tell: Progress) -> None:
        """Report what is not read, and why."""
        for path, reason in found:
            self.reports.append(SourceReport(reference_of(path), "skipped", reason=reason))
            tell(self.reports[-1], 0, None)

    def take_files(self, inputs: Sequence[Path | Upload], files: FileInputs, tell: Progress, *, alone: bool) -> None:
        """Take in what is in files; ``alone`` says that nothing else follows, so that it is known how far it is."""
        for done, file in enumerate(inputs, start=1):
            for found in files.read_upload(file) if isinstance(file, Upload) else files.read(file):
                self.take(found)
                tell(self.reports[-1], done, len(inputs) if alone else None)

    def take_web(self, addresses: Sequence[str], web: WebInputs, tell: Progress) -> None:
        """Take in what is at web addresses, and remember the visits now and then."""
        for found in web.read(addresses):
            self.take(found)
            tell(self.reports[-1], len(self.reports), None)
            if len(web.visits) >= _VISITS_AT_ONCE:
                self.remember(web.take_visits())

    def _find_known(self, raw: RawArticle) -> tuple[RawArticle, Known | None]:
        """Return what is known of an article, and the article under a name of its own where another bears its name."""
        found, number = raw, 1
        while True:
            known = self._library.find_known(found)
            if known is None or known.unchanged or not known.same_source:
                return found, known
            if not is_other_article(raw, self._library.article(known.article_id)):
                return found, known
            number += 1
            found = renamed(raw, number)

    def remember(self, visits: Sequence[Visit], files: Sequence[tuple[str, FileMark]] = ()) -> None:
        """Store all that waits, and then that it was taken in: the other way round it could be lost."""
        self.finish()
        if not self._options.dry_run:
            self._library.remembered.remember_files(files)
            self._library.remembered.remember_visits(visits)
            self.checkpoint("after remember")

    def finish(self) -> None:
        """Embed and store all that waits."""
        while True:
            self._start_batch()
            self._store_batch()
            self._link_sources()
            if not self._waiting:
                return

    def finished(self, seconds: float) -> BuildReport:
        """Drop the vectors that nothing uses any more, and return what became of all inputs."""
        if any(report.outcome == "changed" for report in self.reports) and not self._options.dry_run:
            self._library.forget_unused_vectors()
        return BuildReport(tuple(self.reports), self.passages_added, self.passages_embedded, seconds)

    def prune(self, vanished: Sequence[Unchanged]) -> None:
        """Forget sources that are gone, and remove the articles that have no other."""
        if self._options.dry_run:
            gone, left = {each.reference for each in vanished}, {each.article_id for each in vanished}
        else:
            pruned = self._library.prune(vanished)
            gone, left = set(pruned.sources), set(pruned.articles)
        for each in vanished:
            if each.reference in gone:  # else another process has found something there since
                what = "its source is gone" if each.article_id in left else "this source is gone; it has another"
                self.reports.append(SourceReport(each.reference, "removed", each.article_id, each.title, what))

    def _link_sources(self) -> None:
        """Store where articles that are here already were found again; those that another process has removed since are taken in anew."""
        links, self._links = self._links, {}
        for raw in self._library.link_sources(list(links.values())):
            self._correct(raw.reference, "added", article_id(raw))
            self._waiting.append(prepare(raw, None, self._settings))
            self._waiting_identities |= _identities(raw)

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
        self.checkpoint("before embed")
        vectors = self._embedding.submit(self._embed, [texts[key] for key in missing])
        before, self._batch = self._batch, _Batch(items, identities, missing, vectors)
        if before:
            self._store(before)

    def _store_batch(self) -> None:
        before, self._batch = self._batch, None
        if before:
            self._store(before)

    def _embed(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of texts, a few at a time and those of like length together, so that an end comes soon."""
        parts: list[npt.NDArray[np.float32]] = []
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]), reverse=True)
        for start in range(0, len(order), _EMBEDDED_AT_ONCE):
            if self._stopped.is_set():
                raise CancelledError
            parts.append(self._encoder.encode([texts[place] for place in order[start : start + _EMBEDDED_AT_ONCE]]))
        if not parts:
            return np.empty((0, 0), dtype=np.float32)
        sorted_vectors = np.concatenate(parts)
        vectors = np.empty_like(sorted_vectors)
        vectors[order] = sorted_vectors
        return vectors

    def _store(self, batch: _Batch) -> None:
        """Store a batch once its vectors are there, one transaction an article."""
        vectors = dict(zip(batch.keys, batch.vectors.result(), strict=True))
        self.passages_embedded += len(batch.keys)
        for item in batch.items:
            self.checkpoint("before store")
            self.passages_added += self._store_article(item, vectors)
            self.checkpoint("after store")
        self._stored()

    def _store_article(self, item: Prepared, vectors: dict[str, npt.NDArray[np.float32]]) -> int:
        signature = sign(item.raw.text)
        bands = split_bands(signature)
        return self._library.in_turn(
            _identities(item.raw), bands, lambda: self._store_in_turn(item, vectors, signature, bands)
        )

    def _store_in_turn(
        self, item: Prepared, vectors: dict[str, npt.NDArray[np.float32]], signature: Signature, bands: Sequence[int]
    ) -> int:
        if self._library.shared:  # since it was read, another process may have stored the same
            raw, known = self._find_known(item.raw)
            if known and known.unchanged:
                self._library.link_sources([(raw, known)])
                self._correct(item.raw.reference, "unchanged", known.article_id)
                return 0
            if known != item.known:
                self._correct(
                    item.raw.reference, *(("changed", known.article_id) if known else ("added", article_id(raw)))
                )
            item = replace(item, raw=raw, known=known)
            vectors = self._with_lost(item, vectors)
        origins = find_origins(item, signature, bands, self._library)
        if origins and self._library.claim_groups():
            origins = find_origins(item, signature, bands, self._library)
        return self._library.store(
            NewVersion(
                id=article_id(item.raw),
                raw=item.raw,
                # Finer than anybody needs to know, but which of two copies came first names their group.
                fetched=datetime.now(UTC).isoformat(timespec="microseconds"),
                written_in=item.written_in,
                known=item.known,
                sentences=item.sentences,
                passages=item.passages,
                vector_keys=item.keys,
                vectors={key: vectors[key] for key in item.keys if key in vectors},
                bands=bands,
                signature=signature,
                origins=origins,
            )
        )

    def _with_lost(
        self, item: Prepared, vectors: dict[str, npt.NDArray[np.float32]]
    ) -> dict[str, npt.NDArray[np.float32]]:
        """Return the vectors with those that were in the library when it was asked, and that another process dropped since."""
        texts = dict(zip(item.keys, item.texts, strict=True))
        lost = sorted(self._library.missing_vectors(item.keys) - vectors.keys())
        return (
            {**vectors, **dict(zip(lost, self._embed([texts[key] for key in lost]), strict=True))} if lost else vectors
        )

    def _correct(self, reference: str, outcome: Outcome, article: str) -> None:
        """Say of an input what became of it after all."""
        for place in reversed(range(len(self.reports))):
            if self.reports[place].reference == reference:
                self.reports[place] = replace(self.reports[place], outcome=outcome, article_id=article)
                return


def _identities(raw: RawArticle) -> set[tuple[str, str]]:
    identities = {("reference", raw.reference), ("id", article_id(raw))}
    return identities | {("url", plain_spelling(raw.url))} if raw.url else identities


def _give_way() -> None:
    """Let whoever asks a question go before the embedding, which takes minutes anyway; where the system allows that."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LATER)


def _ignore(*_: object) -> None:
    """Do nothing: nobody wants to be told."""
