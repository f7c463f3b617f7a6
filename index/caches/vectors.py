"""Nearest passages by meaning: a Chroma collection that is a cache of the library. The only chromadb import.

Chroma 1.5.9 can break when its process is killed while it writes, and can lose vectors without an error, which its own
count does not show. So it holds ids and vectors only, never texts or metadata, and lives under a seal (``index.caches.seal``):
a cache that was not closed in order is made again from the vectors in the library, without embedding anything.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from index.articles import Filters
from index.caches.seal import Seal
from index.disk import is_full, storage_error
from index.errors import LibraryDamaged, LibraryError
from index.store.library import Library

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

Value = TypeVar("Value")

_LAYOUT = 2  # of the files in the folder
FOLDER = "vectors"
COLLECTION = "passages"
_BATCH = 2000  # Chroma takes at most 5,461 rows in one call.
# Chroma's own graph (16 neighbours, construction 100) lost a passage of 180 near-alike ones in 2 of 12 builds: a search for
# its very vector did not find it. This one lost none in 12.
_GRAPH = {"max_neighbors": 32, "ef_construction": 400}
_COMPARED_ONE_BY_ONE = 8_000  # so many vectors are compared in less time than Chroma takes to find the few among many
_MORE = 1.5  # the passages that the filters leave may lie farther off than others
_FILTERS_REMEMBERED = 16
_IDS, _MATRIX = "ids.npy", "matrix.npy"
_SEARCH_BREADTH = 200  # hnsw ef_search: recall 0.999 at 50 neighbours; the default of 100 gives 0.987


class VectorIndex:
    """The vectors of one library. Belongs to the process that owns the library; usable from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._folder = library.folder / FOLDER
        self._seal = Seal(self._folder, layout=_LAYOUT)
        self._client: Any = None
        self._collection: Collection | None = None
        self._generation = -1
        self._ids = np.empty(0, dtype=np.int64)  # ascending, and the vector of each in the same row of the matrix
        self._matrix: npt.NDArray[np.float16] | None = None
        self._counts: _ByFilter[int] = _ByFilter()
        self._left: _ByFilter[npt.NDArray[np.int64]] = _ByFilter()
        self._guard = threading.RLock()
        self.rebuilt = False

    def sync(self) -> None:
        """Open the cache and make it hold what the library holds.

        Raises:
            StorageError: the folder cannot be written.
            LibraryDamaged: Chroma failed even on a fresh folder.
        """
        with self._guard:
            if self._collection is not None and self._generation == self._library.generation:
                return
            try:
                if self._collection is None:
                    self._open()
                self._update()
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
        self.sync()
        if filters == Filters():
            return self._query(vector, limit)
        left, whole = self._count_within(filters), len(self._ids)
        if left > _COMPARED_ONE_BY_ONE:
            wanted = min(whole, int(limit * whole / left * _MORE) + limit)
            found = self._query(vector, wanted)
            kept = self._library.keep_within([number for number, _ in found], filters)
            if len(kept) >= limit:
                return [pair for pair in found if pair[0] in kept][:limit]
        numbers, similar = self._compare(vector, self._ids_within(filters))
        best = np.argsort(-similar, kind="stable")[:limit]
        return list(zip(numbers[best].tolist(), similar[best].tolist(), strict=True))

    def similarities(self, vector: npt.NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarity of given passages, exactly; ids that are gone are left out."""
        self.sync()
        numbers, similar = self._compare(vector, np.asarray(ids, dtype=np.int64))
        return dict(zip(numbers.tolist(), similar.tolist(), strict=True))

    def _compare(
        self, vector: npt.NDArray[np.float32], ids: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return those of the ids that are there, ascending, and the cosine similarity of each."""
        with self._guard:
            known, matrix = self._ids, self._matrix
        if matrix is None or not len(known):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        wanted = np.sort(ids)
        rows = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        there = known[rows] == wanted
        return wanted[there], matrix[rows[there]].astype(np.float32) @ vector

    def _count_within(self, filters: Filters) -> int:
        """Return how many passages the filters leave."""
        return self._counts.get(filters, self._generation, lambda: self._library.count_passages_within(filters))

    def _ids_within(self, filters: Filters) -> npt.NDArray[np.int64]:
        """Return the passages that the filters leave."""
        return self._left.get(
            filters, self._generation, lambda: np.array(self._library.passage_ids(filters), dtype=np.int64)
        )

    def _query(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        if self._collection is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        with _mapped_errors(self._folder):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(int(name), 1.0 - float(far)) for name, far in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Close the cache in order and seal it."""
        with self._guard:
            if self._client is None:
                return
            self._client.close()
            self._client = self._collection = self._matrix = None
            self._library.checkpoint("before seal")
            # Where the disk is full there is no seal, and the cache is made again at the next opening.
            with contextlib.suppress(OSError):
                self._seal.close()
            self._library.checkpoint("after seal")

    def discard(self) -> None:
        """Throw the cache away; the next search makes it again."""
        with self._guard:
            self._abandon()
            self._seal.discard()

    def _abandon(self) -> None:
        """Close the cache without its seal: what a failure left by half is made again at the next opening."""
        client, self._client = self._client, None
        self._collection = self._matrix = None
        self._generation = -1
        if client is not None:
            with contextlib.suppress(Exception):  # what failed before may fail again
                client.close()

    def _open(self) -> None:
        existed = self._folder.exists()
        intact = self._seal.open()
        self.rebuilt = existed and not intact
        if intact:
            self._ids = np.load(self._folder / _IDS)
            self._matrix = np.load(self._folder / _MATRIX, mmap_mode="r")
        else:
            self._ids, self._matrix = np.empty(0, dtype=np.int64), None
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

    def _update(self) -> None:
        """Add and remove what differs. The vector of an id never changes, so comparing ids is enough."""
        collection = self._collection
        if collection is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        generation = self._library.generation
        wanted = np.array(self._library.passage_ids(), dtype=np.int64)
        gone = np.setdiff1d(self._ids, wanted, assume_unique=True)
        new = np.setdiff1d(wanted, self._ids, assume_unique=True)
        parts = [self._matrix[np.isin(self._ids, wanted)]] if self._matrix is not None and len(self._ids) else []
        with _mapped_errors(self._folder):
            for batch in _slices(gone):
                collection.delete(ids=[str(number) for number in batch])
            for batch in _slices(new):
                ids, matrix = self._library.vectors_of(batch)
                self._library.checkpoint("before upsert")
                collection.upsert(ids=[str(number) for number in ids], embeddings=matrix)
                self._library.checkpoint("after upsert")
                parts.append(matrix.astype(np.float16))
            if collection.count() != len(wanted):
                raise LibraryDamaged(
                    f"The vector index holds {collection.count()} passages, the library {len(wanted)}.",
                    hint="Run `citewire doctor --repair`.",
                )
        if len(gone) or len(new) or self._matrix is None:
            self._keep(wanted, np.concatenate(parts) if parts else None)
        self._generation = generation

    def _keep(self, ids: npt.NDArray[np.int64], matrix: npt.NDArray[np.float16] | None) -> None:
        """Write ids and vectors beside Chroma's files, for exact comparisons, and map them into memory."""
        new = self._folder / f"new-{_MATRIX}"
        np.save(new, np.empty((0, 0), dtype=np.float16) if matrix is None else matrix)
        new.replace(self._folder / _MATRIX)
        np.save(self._folder / _IDS, ids)
        self._ids, self._matrix = ids, np.load(self._folder / _MATRIX, mmap_mode="r")


class _ByFilter(Generic[Value]):
    """What was found for the last few filters, since one is often asked with again; forgotten when the library changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[Filters, int], Value] = {}
        self._guard = threading.Lock()

    def get(self, filters: Filters, generation: int, find: Callable[[], Value]) -> Value:
        """Return what is known for the filters, found now if need be."""
        key = (filters, generation)
        with self._guard:
            if key not in self._known:
                while len(self._known) >= _FILTERS_REMEMBERED:
                    del self._known[next(iter(self._known))]
                self._known[key] = find()
            return self._known[key]


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
