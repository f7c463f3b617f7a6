"""Nearest passages by meaning: a Chroma collection that is a cache of the library. The only chromadb import.

Chroma 1.5.9 can break when its process is killed while it writes, and can lose vectors without an error, which its own
count does not show. So it holds ids and vectors only, never texts or metadata, and lives under a seal: after each orderly
close the SHA-256 of every file is written down, with the library's generation. A cache whose seal is missing or does not
match is thrown away and made again from the vectors in the library, without embedding anything.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from index.errors import LibraryDamaged, StorageError
from index.library import Library
from index.registry import hash_file

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

FOLDER = "vectors"
SEAL_FILE = "vectors.seal.json"
COLLECTION = "passages"
_BATCH = 2000  # Chroma takes at most 5,461 rows in one call.
# Chroma's own graph (16 neighbours, construction 100) lost a passage of 180 near-alike ones in 2 of 12 builds: a search for
# its very vector did not find it. This one lost none in 12.
_GRAPH = {"max_neighbors": 32, "ef_construction": 400}
_SEARCH_BREADTH = 200  # hnsw ef_search: recall 0.999 at 50 neighbours; the default of 100 gives 0.987


class VectorIndex:
    """The vectors of one library. Belongs to the process that owns the library; usable from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._folder = library.folder / FOLDER
        self._seal = library.folder / SEAL_FILE
        self._client: Any = None
        self._collection: Collection | None = None
        self._generation = -1
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
            except OSError as error:
                raise StorageError(
                    f"The vector index in {str(self._folder)!r} cannot be written: {error.strerror or error}.",
                    hint="Free some space or mend the folder's permissions; nothing is lost.",
                ) from error

    def nearest(
        self, vector: npt.NDArray[np.float32], *, limit: int, within: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage id, cosine similarity)`` of the nearest passages, the best first.

        Args:
            vector: unit vector of the question, shape ``(dimension,)``.
            limit: at most so many.
            within: only among these passages; None for all.
        """
        self.sync()
        if self._collection is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        if within is not None and not within:
            return []
        with _mapped_errors(self._folder):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1),
                n_results=limit,
                ids=None if within is None else [str(number) for number in within],
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        return [(int(name), 1.0 - float(far)) for name, far in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Close the cache in order and seal it."""
        with self._guard:
            if self._client is None:
                return
            self._client.close()
            self._client = self._collection = None
            files = _hash_files(self._folder)
            self._seal.write_bytes(msgspec.json.encode({"generation": self._generation, "files": files}))

    def _open(self) -> None:
        intact = self._is_intact()
        self._seal.unlink(missing_ok=True)
        if not intact:
            self.rebuilt = self._folder.exists()
            shutil.rmtree(self._folder, ignore_errors=True)
        with _mapped_errors(self._folder):
            import chromadb
            from chromadb.config import Settings as ChromaSettings

            self._client = chromadb.PersistentClient(
                str(self._folder), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_BREADTH, **_GRAPH}},
            )

    def _is_intact(self) -> bool:
        try:
            seal = msgspec.json.decode(self._seal.read_bytes(), type=dict[str, Any])
        except (FileNotFoundError, msgspec.DecodeError):
            return False
        return bool(seal.get("files")) and seal["files"] == _hash_files(self._folder)

    def _update(self) -> None:
        """Add and remove what differs. The vector of an id never changes, so comparing ids is enough."""
        collection = self._collection
        if collection is None:
            raise LibraryDamaged("The vector index is not open.", hint="Run `citewire doctor`.")
        generation = self._library.generation
        with _mapped_errors(self._folder):
            there = {int(name) for name in collection.get(include=[])["ids"]}
            wanted = set(self._library.passage_ids())
            for batch in _slices([str(number) for number in sorted(there - wanted)]):
                collection.delete(ids=batch)
            if wanted - there:
                for ids, matrix in self._library.vectors():
                    new = [place for place, number in enumerate(ids) if number not in there]
                    if new:
                        collection.upsert(ids=[str(ids[place]) for place in new], embeddings=matrix[new])
            if collection.count() != len(wanted):
                raise LibraryDamaged(
                    f"The vector index holds {collection.count()} passages, the library {len(wanted)}.",
                    hint="Run `citewire doctor --repair`.",
                )
        self._generation = generation


def drop_cache(library: Library) -> None:
    """Throw the cache away; the next search makes it again."""
    (library.folder / SEAL_FILE).unlink(missing_ok=True)
    shutil.rmtree(library.folder / FOLDER, ignore_errors=True)


def _hash_files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hash_file(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _slices(values: list[str]) -> list[list[str]]:
    return [values[start : start + _BATCH] for start in range(0, len(values), _BATCH)]


class _mapped_errors:  # noqa: N801 (reads as a statement)
    """Turn what chromadb raises into Citewire's own error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, LibraryDamaged | OSError | ImportError):
            return
        module = type(error).__module__
        if module.startswith(("chromadb", "chromadb_rust_bindings")) or isinstance(error, ValueError | RuntimeError):
            raise LibraryDamaged(
                f"The vector index in {str(self._folder)!r} failed: {error}.",
                hint="Run `citewire doctor --repair`: it is made again from the library, nothing is lost.",
            ) from error
