"""What is searched: a library with its two indexes, as they were published last.

Whoever writes publishes: at the ends of the batches of an ingest, after a removal. Between two publishings every reader sees
the same articles, and what does not change meanwhile (how many there are, which outlets, from when to when) is read once.

Where other processes write to the same library, whoever searches looks now and then whether they have, and publishes that first.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from index.articles import Coverage, Filters
from index.caches.kept import Kept
from index.caches.vectors import VectorIndex
from index.caches.words import WordIndex
from index.store.protocol import AnyLibrary

_SECONDS_BETWEEN = 60.0  # two publishings within an ingest
_SECONDS_UNSEEN = 1.0  # until what another process has written is noticed
_KEPT = 64  # coverages, for the filters that were asked with last

Result = TypeVar("Result")


class Archive:
    """A library, its words and its vectors. Usable from several threads; published by one of them at a time.

    Attributes:
        generation: of the library when it was published last: equal generations mean equal facts.
    """

    def __init__(self, library: AnyLibrary, words: WordIndex | None = None, vectors: VectorIndex | None = None) -> None:
        self.library = library
        self.generation, self._mark = library.generation, library.mark
        self._words = words
        self._vectors = vectors
        self._opening = threading.Lock()
        self._publishing = threading.Lock()
        self._looked = 0.0
        self._outdated = False
        self._published = time.monotonic()
        self._counts: Kept[int] = Kept(most=2)
        self._outlets: Kept[tuple[str, ...]] = Kept(most=2)
        self._languages: Kept[tuple[str, ...]] = Kept(most=2)
        self._coverage: Kept[Coverage] = Kept(most=_KEPT)
        self._searches = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="search")

    @property
    def words(self) -> WordIndex:
        """The index of words; whoever only writes to a library that others share never opens one."""
        with self._opening:
            self._words = self._words or WordIndex(self.library)
            return self._words

    @property
    def vectors(self) -> VectorIndex:
        """The index of meaning; opened when it is asked for first."""
        with self._opening:
            self._vectors = self._vectors or VectorIndex(self.library)
            return self._vectors

    def publish(self) -> None:
        """Bring the indexes up to what the library holds now, for all questions from here on.

        Raises:
            LibraryMismatch: another process has embedded the library anew, for another model or other passages.
            StorageError: the indexes cannot be written.
            LibraryDamaged: one of them failed even on a fresh folder.
        """
        with self._publishing:
            self._publish()

    def _publish(self) -> None:
        with self.library.snapshot():  # both indexes as of one moment, whoever writes meanwhile
            self.library.require_stamp()
            generation, mark = self.library.generation, self.library.mark
            if self._words is not None or self.library.count_passages():
                self.words.sync()
                self.vectors.sync()
        self.generation, self._mark = generation, mark
        self._outdated = False
        self._published = time.monotonic()

    def publish_written(self) -> None:
        """Publish what this process has written; where others write too, only if it has searched before."""
        if self.library.shared and self._words is None:
            self._outdated = True
        else:
            self.publish()

    def publish_now_and_then(self) -> None:
        """Publish unless that was done within the last minute: for who writes in batches, and publishes at the end anyway.

        What is replaced meanwhile never gets into the indexes: words that were added and deleted count in BM25 until they are merged.
        """
        if time.monotonic() - self._published >= _SECONDS_BETWEEN:
            self.publish_written()

    def publish_at_next_search(self) -> None:
        """Have the next search publish: what was written before a failure has to be found as well."""
        self._outdated = True

    def ready(self) -> None:
        """Publish where that was put off until now, or where another process has written; what reads calls it first."""
        if self._outdated:
            self.publish()
        elif self.library.shared and time.monotonic() - self._looked >= _SECONDS_UNSEEN:
            self._look()

    def _look(self) -> None:
        """Publish what other processes have written. While one question does so, the others go on with what was published."""
        if not self._publishing.acquire(blocking=False):
            return
        try:
            if self.library.mark != self._mark:
                self._publish()
            self._looked = time.monotonic()
        finally:
            self._publishing.release()

    def in_turn(self, search: Callable[[], Result]) -> Result:
        """Return what a search finds, when its turn has come: as many run at once as there are processors, first come, first served.

        More at once would take the interpreter from each other, and whoever is unlucky would wait twice as long as the rest.

        Raises:
            RuntimeError: the archive was closed.
        """
        return self._searches.submit(search).result()

    @property
    def _state(self) -> tuple[int, str]:
        return self.generation, self._mark

    def count_passages(self) -> int:
        """Return how many passages can be found."""
        return self._counts.get(self._state, self.library.count_passages)

    def outlets(self) -> tuple[str, ...]:
        """Return the outlets that have an article, in alphabetical order."""
        return self._outlets.get(self._state, self.library.outlets)

    def languages(self) -> tuple[str, ...]:
        """Return the languages that the articles are written in, in alphabetical order."""
        return self._languages.get(self._state, self.library.languages)

    def coverage(self, filters: Filters) -> Coverage:
        """Return what the filters leave to be searched."""
        return self._coverage.get((self._state, filters), lambda: self.library.coverage(filters))

    def close(self) -> None:
        """Let the searches end and close the indexes in order; the library stays open."""
        self._searches.shutdown()
        if self._words is not None:
            self._words.close()
        if self._vectors is not None:
            self._vectors.close()
