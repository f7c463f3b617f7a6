"""Nearest passages by meaning: a Chroma collection that is a cache of the library. The only chromadb import.

Chroma 1.5.9 can break when its process is killed while it writes, and can lose vectors without an error, which its own
count does not show. So it holds ids and vectors only, never texts or metadata, and lives under a seal (``index.caches.seal``):
a cache that was not closed in order is made again from the vectors in the library, without embedding anything.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.articles import Filters
from index.caches.difference import find_difference
from index.caches.kept import Kept
from index.caches.matrix import Matrix, MatrixFile
from index.caches.seal import Seal
from index.disk import is_full, storage_error
from index.errors import LibraryDamaged, LibraryError
from index.store.protocol import AnyLibrary

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_LAYOUT = 3  # of the files in the folder
FOLDER = "vectors"
COLLECTION = "passages"
_BATCH = 2000  # Chroma takes at most 5,461 rows in one call.
# Chroma's own graph (16 neighbours, construction 100) lost a passage of 180 near-alike ones in 2 of 12 builds: a search for
# its very vector did not find it. This one lost none in 12.
_GRAPH = {"max_neighbors": 32, "ef_construction": 400}
_COMPARED_ONE_BY_ONE = 8_000  # so many vectors are compared in less time than Chroma takes to find the few among many
_MORE = 1.5  # the passages that the filters leave may lie farther off than others
_FILTERS_REMEMBERED = 16
_SEARCH_BREADTH = 200  # hnsw ef_search: recall 0.999 at 50 neighbours; the default of 100 gives 0.987


@dataclass(frozen=True, slots=True)
class _Published:
    """What readers use until the next is published.

    Attributes:
        generation: that of the library when it was made, and ``mark`` the name of its state.
    """

    collection: Collection
    matrix: Matrix
    generation: int
    mark: str

    @property
    def of(self) -> tuple[int, str]:
        """The state of the library that it was made of."""
        return self.generation, self.mark


class VectorIndex:
    """The vectors of one library. Belongs to the process that owns the library; usable from several threads.

    ``sync`` is for who writes: it publishes what the library holds. Who reads uses what was published last and never waits
    for the next.
    """

    def __init__(self, library: AnyLibrary) -> None:
        self._library = library
        self._folder = library.folder / FOLDER
        self._seal = Seal(self._folder, layout=_LAYOUT)
        self._file = MatrixFile(self._folder)
        self._client: Any = None
        self._collection: Collection | None = None
        self._published: _Published | None = None
        self._counts: Kept[int] = Kept(most=_FILTERS_REMEMBERED)
        self._left: Kept[npt.NDArray[np.int64]] = Kept(most=_FILTERS_REMEMBERED)
        self._guard = threading.RLock()
        self.rebuilt = False

    def sync(self) -> None:
        """Open the cache, make it hold what the library holds, and publish that.

        Raises:
            StorageError: the folder cannot be written.
            LibraryDamaged: Chroma failed even on a fresh folder.
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
                if self._collection is None or published is None:
                    matrix, since = self._open(), None
                else:
                    matrix, since = published.matrix, published.generation
                with self._library.snapshot():
                    self._published = self._update(matrix, since)
            except BaseException as error:
                self._abandon()
                if isinstance(error, OSError):
                    raise storage_error(f"The vector index in {str(self._folder)!r}", self._folder, error) from error
                raise

    def nearest(
        self,
        vector: npt.NDArray[np.float32],
        *,
        limit: int,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine similarity)`` of the nearest passages, the best first.

        Args:
            vector: unit vector of the question, shape ``(dimension,)``.
            limit: at most so many.
            filters: only passages that they leave. Few of them are compared one by one; many are found by asking Chroma
                for more than is wanted: its own filters take up to a second at this size.
        """
        published = self._read()
        if filters == Filters():
            return self._query(published, vector, limit)
        left, whole = self._count_within(published, filters), len(published.matrix.ids)
        if left > _COMPARED_ONE_BY_ONE:
            wanted = min(whole, int(limit * whole / left * _MORE) + limit)
            found = self._query(published, vector, wanted)
            kept = self._library.keep_within([number for number, _ in found], filters)
            if len(kept) >= limit:
                return [pair for pair in found if pair[0] in kept][:limit]
        numbers, similar = published.matrix.compare(vector, self._ids_within(published, filters))
        best = np.argsort(-similar, kind="stable")[:limit]
        return list(zip(numbers[best].tolist(), similar[best].tolist(), strict=True))

    def similarities(self, vector: npt.NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarity of given passages, exactly; ids that are gone are left out."""
        numbers, similar = self._read().matrix.compare(vector, np.asarray(ids, dtype=np.int64))
        return dict(zip(numbers.tolist(), similar.tolist(), strict=True))

    def _read(self) -> _Published:
        """Return what was published last; at the first question what the library holds."""
        if self._published is None:
            self.sync()
        if self._published is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        return self._published

    def _count_within(self, published: _Published, filters: Filters) -> int:
        """Return how many passages the filters leave."""
        return self._counts.get((published.of, filters), lambda: self._library.count_passages_within(filters))

    def _ids_within(self, published: _Published, filters: Filters) -> npt.NDArray[np.int64]:
        """Return the passages that the filters leave."""
        return self._left.get(
            (published.of, filters), lambda: np.array(self._library.passage_ids(filters), dtype=np.int64)
        )

    def _query(self, published: _Published, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        with _mapped_errors(self._folder):
            found = published.collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
        distances = found["distances"] or [[]]
        ids = np.array([int(name) for name in found["ids"][0]], dtype=np.int64)
        there = published.matrix.holds(ids)  # Chroma shows what is being added before it is published
        pairs = zip(ids.tolist(), distances[0], there.tolist(), strict=True)
        return [(number, 1.0 - float(far)) for number, far, holds in pairs if holds]

    def close(self) -> None:
        """Close the cache in order and seal it."""
        with self._guard:
            if self._client is None:
                return
            published, self._published = self._published, None
            self._client.close()
            self._client = self._collection = None
            self._library.checkpoint("before seal")
            # Where the disk is full there is no seal, and the cache is made again at the next opening.
            with contextlib.suppress(OSError):
                if published is not None:
                    self._file.keep(published.matrix)
                    self._seal.close(published.mark)
            self._library.checkpoint("after seal")

    def discard(self) -> None:
        """Throw the cache away; the next search makes it again."""
        with self._guard:
            self._abandon()
            self._seal.discard()

    def _abandon(self) -> None:
        """Close the cache without its seal: what a failure left by half is made again at the next opening."""
        client, self._client = self._client, None
        self._collection = self._published = None
        if client is not None:
            with contextlib.suppress(Exception):  # what failed before may fail again
                client.close()

    def _open(self) -> Matrix:
        existed = self._folder.exists()
        intact = self._seal.open(self._library.has_been)
        self.rebuilt = existed and not intact
        with _mapped_errors(self._folder):
            import chromadb
            from chromadb.config import Settings as ChromaSettings

            self._client = chromadb.PersistentClient(
                str(self._folder / "chroma"), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_BREADTH, **_GRAPH}},
            )
        return self._file.load() if intact else Matrix.empty()

    def _update(self, matrix: Matrix, since: int | None) -> _Published:
        """Add and remove what differs.

        Args:
            matrix: the vectors that are here.
            since: the change of the library that they were published at by this object, or None: then all passages are compared.
        """
        collection = self._collection
        if collection is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        generation, mark = self._library.generation, self._library.mark
        found = find_difference(self._library, matrix.ids, since=since, until=generation)
        wanted, gone, new = found.wanted, found.gone, found.new
        added: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]] = []
        with _mapped_errors(self._folder):
            for batch in _slices(gone):
                collection.delete(ids=[str(number) for number in batch])
            for batch in _slices(new):
                ids, vectors = self._library.vectors_of(batch)
                self._library.checkpoint("before upsert")
                collection.upsert(ids=[str(number) for number in ids], embeddings=vectors)
                self._library.checkpoint("after upsert")
                added.append((np.array(ids, dtype=np.int64), vectors.astype(np.float16)))
            if collection.count() != len(wanted):
                raise LibraryDamaged(
                    f"The vector index holds {collection.count()} passages, the library {len(wanted)}.",
                    hint="Run `citewire doctor --repair`.",
                )
        if len(gone) or len(new):
            matrix = self._file.change(matrix, wanted=wanted, added=added)
        return _Published(collection, matrix, generation, mark)


def _slices(ids: npt.NDArray[np.int64]) -> list[list[int]]:
    return [ids[start : start + _BATCH].tolist() for start in range(0, len(ids), _BATCH)]


class _mapped_errors:  # noqa: N801 (reads as a statement)
    """Turn what chromadb raises into Citewire's own error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, LibraryError | OSError | ImportError):
            return
        module = type(error).__module__
        if module.startswith(("chromadb", "chromadb_rust_bindings")) or isinstance(error, ValueError | RuntimeError):
            if is_full(self._folder, error):
                raise storage_error("The vector index", self._folder, error) from error
            raise LibraryDamaged(
                f"The vector index in {str(self._folder)!r} failed: {error}.",
                hint="Run `citewire doctor --repair`: it is made again from the library, nothing is lost.",
            ) from error
